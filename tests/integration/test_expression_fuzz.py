"""Whatever an author, or somebody worse, writes: it ends in a value or in an error of the flow, and in time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orderbridge.core import jsonio
from orderbridge.core.errors import FlowError
from orderbridge.core.places import MISSING
from orderbridge.engine.expressions.pool import Expressions, Limits
from orderbridge.flows import expressions
from support.carts import TOTAL, by_hand, carts
from support.expressions import ORDER

NOW = datetime(2026, 1, 31, 10, 30, tzinfo=UTC)

GOOD = [
    TOTAL,
    "event.amount * 2",
    "$sum(event.items.(price * qty))",
    "event.items[price > 1]^(>price).{'n': name, 'of': %.currency}",
    "event.items{name: price}",
    "event.items#$i.(name & $i)",
    "($f := function($n) { $n <= 1 ? 1 : $n * $f($n - 1) }; $f(20))",
    "$reduce(event.items.price, function($a, $b) { $a * $b })",
    "$map([1..9], function($v, $i) { $v / $i })",
    r"$replace(event.contact.email, /(.*)@(.*)/i, '$2 $1')",
    "$ ~> |event.items|{'price': price + 1}, 'qty'|",
    "event.contact.phone ?? event.contact.email ?: 'none'",
    "$formatNumber(event.amount, '#,##0.00') & ' ' & event.currency",
    "$addMonths($date(event.createdAt, 'Europe/Berlin'), 1)",
    "$money(event.amount * 0.19, event.currency)",
    "$toMillis(event.createdAt) ~> $fromMillis('[D01].[M01].[Y0001] [H01]:[m01]', '+0100')",
    "[[1..3].[1..3]]",
    "**.price",
]
WORDS = [
    "event", "items", "price", "$", "$$", "$f", "$x", ".", ",", ";", ":", "(", ")", "[", "]", "{", "}", "|", "~>",
    ":=", "..", "?", "?:", "??", "**", "*", "/", "+", "-", "%", "^(", "<", ">", "<=", "!=", "=", "&", "@", "#", "in",
    "and", "or", "null", "true", "function($x){", "function($a,$b){", "λ($x){", "$sum(", "$map(", "$filter(",
    "$reduce(", "$sort(", "$each(", "$sift(", "$string(", "$number(", "$replace(", "$match(", "$split(", "$pad(",
    "$power(", "$round(", "$sqrt(", "$formatNumber(", "$formatBase(", "$formatInteger(", "$fromMillis(", "$toMillis(",
    "$zip(", "$merge(", "$spread(", "$lookup(", "$single(", "$distinct(", "$money(", "$addDays(", "$inZone(",
    "$error(", "$now(", "$eval(", "$clone(", "$append(", "$base64decode(", "$decodeUrl(",
    "1", "0", "-1", "2.5", "1e300", "1e-300", "1e999999999", "99999999999999999999", "[1..99999]", "[1..1e9]",
    "''", '"a"', '"', "'", "`", "`a b`", r'"\u0000"', r'"\ud800"', r"'\q'", "/a+/", "/(a+)+$/", "/(/", "/[/", "/",
    "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'", "'#,##0.00;(#)'", "'[Y0001]'", "'USD'", "'Europe/Berlin'",
    "($f := function($n){$f($n+1)}; $f(1))", "($f := function($n){1+$f($n)}; $f(1))", "/*", "*/", "\\",
    "\x00", "😀", "é", "\u202e", "\ud800", " ", "\n", "<n:n>", "!", "~",
]  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """Expressions that work, with pieces taken out, doubled, swapped or put in."""
    text = draw(st.sampled_from(GOOD))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 12)))
        piece = draw(st.sampled_from(["", text[start:end] * 2, *WORDS]) | st.text(max_size=3))
        text = text[:start] + piece + text[end:]
    return text


ANY = st.lists(st.sampled_from(WORDS), max_size=12).map("".join) | mutated() | st.text(max_size=40)
SLOWLY = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as opened:
        yield opened


@pytest.fixture(scope="module")
def engine(runner: asyncio.Runner) -> Iterator[Expressions]:
    async def opened() -> Expressions:
        return Expressions(Limits(deadline_s=0.15, memory_mb=32))

    made = runner.run(opened())
    yield made
    runner.run(made.close())


def is_clean(error: FlowError) -> bool:
    """Whether an error can be stored, shown and grouped."""
    return error.cause.startswith("expression.") and str(error).isprintable() and len(str(error)) < 1000


async def outcome(engine: Expressions, text: str, scope: Any = ORDER) -> Any:
    """A value, or the error that the author sees; anything else fails the test."""
    try:
        return await engine.evaluate(text, scope, now=NOW)
    except FlowError as error:
        return error


@settings(max_examples=60, deadline=None, suppress_health_check=SLOWLY)
@given(texts=st.lists(ANY, min_size=8, max_size=8))
def test_any_text_ends_in_a_value_or_an_error_and_harms_nobody(
    engine: Expressions, runner: asyncio.Runner, texts: list[str]
) -> None:
    async def everything() -> list[Any]:
        return await asyncio.gather(*(outcome(engine, text) for text in texts), outcome(engine, "1 + 1"))

    *found, two = runner.run(everything())

    assert two == 2
    for value in found:
        if isinstance(value, FlowError):
            assert is_clean(value)
        elif value is not MISSING:
            # It is JSON, with every digit, and so it stays when it is stored.
            assert jsonio.decode(jsonio.encode(value)) == value


@settings(max_examples=300, deadline=None, suppress_health_check=SLOWLY)
@given(text=ANY)
def test_any_text_can_be_checked_where_flows_are_published(text: str) -> None:
    def problem() -> FlowError | None:
        try:
            expressions.check(text)
            expressions.fields(text)
        except FlowError as error:
            return error
        return None

    found = problem()
    assert found is None or is_clean(found)


@settings(max_examples=25, deadline=None, suppress_health_check=SLOWLY)
@given(baskets=st.lists(carts(), min_size=1, max_size=12))
def test_carts_cost_the_same_through_the_process(
    engine: Expressions, runner: asyncio.Runner, baskets: list[dict[str, Any]]
) -> None:
    async def everything() -> list[Any]:
        return await asyncio.gather(*(outcome(engine, TOTAL, {"cart": cart}) for cart in baskets))

    assert runner.run(everything()) == [by_hand(cart) for cart in baskets]

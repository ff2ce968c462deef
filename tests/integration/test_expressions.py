"""Expressions in processes of their own: nothing that an author writes stops anybody else."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Context, Decimal, localcontext
from pathlib import Path
from typing import Any

import psutil
import pytest

from orderbridge.core import jsonio, platform
from orderbridge.core.errors import FlowError, SetupError
from orderbridge.core.places import MISSING
from orderbridge.engine.expressions import process as processes
from orderbridge.engine.expressions.frames import framed
from orderbridge.engine.expressions.pool import Expressions, Limits
from support.expressions import ORDER

NOW = datetime(2026, 1, 31, 10, 30, tzinfo=UTC)
ENDLESS = "($f := function($n) { $f($n + 1) }; $f(1))"
# Half a second or so: long enough to be met at it.
LONG = "$count($filter([1..30000], function($n) { $n % 7 = 0 }))"


@pytest.fixture
async def expressions() -> AsyncIterator[Expressions]:
    opened = Expressions(Limits(deadline_s=0.5, memory_mb=48))
    yield opened
    await opened.close()


@pytest.fixture
async def patient() -> AsyncIterator[Expressions]:
    opened = Expressions(Limits(deadline_s=30, processes=1))
    yield opened
    await opened.close()


async def compute(expressions: Expressions, text: str, scope: Any = None) -> Any:
    return await expressions.evaluate(text, ORDER if scope is None else scope, now=NOW)


def own_children() -> list[psutil.Process]:
    found = []
    for child in psutil.Process().children():
        # One may have ended since it was listed.
        with suppress(psutil.Error):
            if "expressions" in " ".join(child.cmdline()):
                found.append(child)
    return found


def computed_s(child: psutil.Process) -> float:
    with suppress(psutil.Error):
        return sum(child.cpu_times()[:2])
    return 0.0


async def busy_child() -> psutil.Process:
    """Wait until a process is at an evaluation: it computes more than a start takes."""
    [child] = own_children()
    began = computed_s(child)
    while computed_s(child) < began + 0.05:
        await asyncio.sleep(0.005)
    return child


async def test_values_come_back_with_every_digit(expressions: Expressions) -> None:
    number = Decimal("1" * 200 + "." + "7" * 190)
    scope = {"n": number, "whole": 10**60, "text": "é😀\n", "list": [None, True, {"a": Decimal("1.500")}]}

    assert await compute(expressions, "$", scope) == scope
    assert str((await compute(expressions, "list", scope))[2]["a"]) == "1.500"
    with localcontext(Context(prec=400)):
        assert await compute(expressions, "n + n", scope) == number + number


async def test_nothing_and_null_are_told_apart(expressions: Expressions) -> None:
    assert await compute(expressions, "event.nothing") is MISSING
    assert await compute(expressions, "event.note") is None


async def test_the_time_is_the_one_that_is_given(expressions: Expressions) -> None:
    assert await compute(expressions, "$now()") == "2026-01-31T10:30:00.000Z"


async def test_an_error_names_the_expression_and_the_place(expressions: Expressions) -> None:
    with pytest.raises(FlowError) as failed:
        await compute(expressions, "event.amount / 0")
    assert failed.value.cause == "expression.divides_by_zero"
    assert "'event.amount / 0' divides by zero (at '/ 0', character 14)" in str(failed.value)


@pytest.mark.parametrize(
    ("text", "causes"),
    [
        (ENDLESS, {"too_slow"}),
        (r'$match("' + "a" * 60 + r'!", /^(a+)+$/)', {"too_slow"}),
        (r'$contains("' + "a" * 60 + r'!", /(a|aa)+$/)', {"too_slow"}),
        ("$reduce([1..100000], function($a, $b) { $a * 3 })", {"number_out_of_range"}),
        ("[1..99999].[1..99999]", {"too_large", "too_slow"}),
        ("$map([1..99999], function($n) { [1..1000] })", {"too_large", "too_slow"}),
        ("($f := function($n) { $append($n, $n) ~> $f }; $f([1..1000]))", {"too_large", "too_slow"}),
        ("($f := function($s) { $f($s & $s) }; $f('aaaaaaaa'))", {"too_large"}),
        ("$replace($pad('a', 999999, 'a'), /a/, $pad('b', 999999))", {"too_large", "too_slow"}),
        ("$split($pad('', 999999, ','), '')", {"too_large", "too_slow"}),
        ("($f := function($n) { 1 + $f($n + 1) }; $f(1))", {"too_deep", "too_large", "too_slow"}),
        ("($f := function($n) { [$f($n)] }; $f(1))", {"too_deep", "too_large", "too_slow"}),
        ("$sort([1..99999], function($a, $b) { $f($a) })", {"unknown_function"}),
        ("[1..1e9]", {"too_large"}),
        ("$power(10, 1000000)", {"number_out_of_range"}),
        ("9e399 * 9e399", {"number_out_of_range"}),
        ("(" * 4000 + ")" * 4000, {"nested_too_deeply"}),
        ("[" * 150 + "]" * 150, {"nested_too_deeply"}),
        ("1" + "+1" * 4990, {"nested_too_deeply", "too_deep"}),
        ("x." * 4000 + "x", {"nested_too_deeply", "too_deep"}),
        ("/" + "(a?){30}" * 30 + "a" * 200 + "/", {"syntax", "wrong_type"}),
    ],
)
async def test_what_never_ends_or_eats_memory_is_ended(
    expressions: Expressions, text: str, causes: set[str]
) -> None:
    with pytest.raises(FlowError) as failed:
        await compute(expressions, text)
    assert failed.value.cause in {f"expression.{cause}" for cause in causes}
    assert await compute(expressions, "1 + 1") == 2


async def test_the_limits_are_named(expressions: Expressions) -> None:
    with pytest.raises(FlowError, match=r"takes longer than 0\.5 s"):
        await compute(expressions, ENDLESS)
    with pytest.raises(FlowError, match="needs more than 48 MB"):
        await compute(expressions, "$map([1..500], function($n) { $pad('', 999999, 'x') })")


async def test_one_bad_expression_harms_no_other(expressions: Expressions) -> None:
    async def bad() -> str:
        with pytest.raises(FlowError) as failed:
            await compute(expressions, ENDLESS)
        return failed.value.cause

    async def good(number: int) -> Any:
        return await compute(expressions, f"event.amount + {number}")

    found = await asyncio.gather(bad(), *(good(number) for number in range(200)), bad())

    assert found[0] == found[-1] == "expression.too_slow"
    assert found[1:-1] == [Decimal("150.10") + number for number in range(200)]


async def test_no_more_processes_run_than_are_allowed_and_none_before_the_first_use(
    expressions: Expressions,
) -> None:
    assert own_children() == []
    await asyncio.gather(*(compute(expressions, "event.id") for _ in range(100)))
    children = own_children()
    assert 1 <= len(children) <= 2
    await expressions.close()
    assert not any(child.is_running() for child in children)


async def test_a_process_that_is_killed_at_work_is_replaced_and_the_work_is_done(
    patient: Expressions,
) -> None:
    await compute(patient, "1")
    work = [asyncio.create_task(compute(patient, text)) for text in (LONG, "event.id", "2 + 2")]
    killed = await busy_child()
    killed.kill()

    assert await asyncio.gather(*work) == [4285, "o1", 4]
    assert killed not in own_children()


async def test_a_process_that_gets_no_turn_on_a_busy_machine_is_waited_for() -> None:
    opened = Expressions(Limits(deadline_s=0.3, processes=1))
    try:
        await compute(opened, "1")
        [child] = own_children()
        child.suspend()
        work = asyncio.create_task(compute(opened, "event.id"))
        done, _ = await asyncio.wait([work], timeout=0.6)
        assert not done
        child.resume()
        assert await work == "o1"
        assert own_children() == [child]
    finally:
        await opened.close()


async def test_an_expression_over_which_two_processes_end_is_not_tried_a_third_time(
    patient: Expressions,
) -> None:
    await compute(patient, "1")
    work = asyncio.create_task(compute(patient, ENDLESS))
    (await busy_child()).kill()
    while not work.done():
        for child in own_children():
            if computed_s(child) > 1:
                with suppress(psutil.Error):
                    child.kill()
        await asyncio.sleep(0.02)

    with pytest.raises(FlowError, match="ends the process that computes it") as failed:
        await work
    assert failed.value.cause == "expression.crashed"
    assert await compute(patient, "1 + 1") == 2


async def test_who_waits_no_longer_is_forgotten(expressions: Expressions) -> None:
    work = [asyncio.create_task(compute(expressions, "event.id")) for _ in range(50)]
    await asyncio.sleep(0)
    for task in work[::2]:
        task.cancel()
    found = await asyncio.gather(*work, return_exceptions=True)
    assert found[1::2] == ["o1"] * 25
    assert await compute(expressions, "1 + 1") == 2


async def test_our_secrets_are_not_passed_on(
    expressions: Expressions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORDERBRIDGE_MASTER_KEY", "c2VjcmV0")
    await compute(expressions, "1")
    for child in own_children():
        assert "c2VjcmV0" not in " ".join([*child.environ().values(), *child.cmdline()])
        assert not [name for name in child.environ() if name.startswith("ORDERBRIDGE")]


@pytest.mark.parametrize("scope", [{"a": "\ud800"}, {"a": object()}])
async def test_what_is_no_json_is_an_error_here(expressions: Expressions, scope: Any) -> None:
    with pytest.raises(FlowError, match="cannot be written as JSON"):
        await compute(expressions, "a", scope)
    with pytest.raises(FlowError, match="cannot be written as JSON"):
        await compute(expressions, "'\ud800'")


async def test_a_record_that_is_too_large_is_refused(expressions: Expressions) -> None:
    with pytest.raises(FlowError) as failed:
        await compute(expressions, "$count(a)", {"a": [[]] * 3_000_000})
    assert failed.value.cause == "expression.too_large"
    with pytest.raises(FlowError, match="more than 32 MB"):
        await compute(expressions, "$length(a)", {"a": "x" * (33 << 20)})
    assert await compute(expressions, "1 + 1") == 2


async def test_a_process_that_does_not_start_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    # What a broken installation does: the module cannot be imported.
    monkeypatch.setattr(sys, "path", ["/nowhere"])
    broken = Expressions()
    try:
        with pytest.raises(SetupError, match="does not start: ModuleNotFoundError"):
            await compute(broken, "1")
    finally:
        await broken.close()


async def test_after_the_end_nothing_is_computed(expressions: Expressions) -> None:
    await expressions.close()
    with pytest.raises(SetupError, match="stopping"):
        await compute(expressions, "1")


def _started(*arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-I", "-c", processes._START, jsonio.encode(sys.path).decode(), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=platform.bare_environment(),
    )


def test_a_process_ends_when_nobody_asks_any_more() -> None:
    with _started(str(64 << 20), "60") as child:
        assert child.stdin is not None
        child.stdin.close()
        assert child.wait(60) == 0


def test_a_process_that_nobody_can_end_ends_itself_even_within_a_regular_expression() -> None:
    with _started(str(64 << 20), "0.5") as child:
        assert child.stdin is not None
        text = r'$match("' + "a" * 80 + r'!", /^(a+)+$/)'
        child.stdin.write(framed(jsonio.encode({"text": text, "scope": {}, "now_ms": 0})))
        child.stdin.flush()
        # Its input stays open, and nobody looks at it.
        assert child.wait(120) != 0


@pytest.mark.skipif(not Path("/proc").exists() or os.name != "posix", reason="this system sets no such limit")
async def test_one_huge_allocation_is_refused_before_it_is_made(expressions: Expressions) -> None:
    with pytest.raises(FlowError) as failed:
        await compute(
            expressions, "$join($map([1..400], function($n) { $pad('', 999999, 'x') }), '') ~> $length"
        )
    assert failed.value.cause == "expression.too_large"

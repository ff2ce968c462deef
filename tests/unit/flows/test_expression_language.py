"""Expressions: JSONata that keeps every digit, and says what is wrong and where."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from orderbridge.core.errors import FlowError
from orderbridge.core.places import MISSING
from orderbridge.flows import expressions
from orderbridge.flows.expressions.evaluator import Compiled
from orderbridge.flows.expressions.functions import NATIVES
from orderbridge.flows.expressions.library import Jsonata
from orderbridge.flows.expressions.names import FUNCTIONS, OURS, REFUSED
from orderbridge.flows.expressions.problems import ComputeError
from support.expressions import ORDER, compute


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.1 + 0.2", Decimal("0.3")),
        ("0.1 + 0.2 = 0.3", True),
        ("event.amount * 2", Decimal("300.20")),
        ("event.amount - 150.1", Decimal("0.00")),
        ("10 / 4", Decimal("2.5")),
        ("1 / 3", Decimal("0." + "3" * 34)),
        ("2 / 3", Decimal("0." + "6" * 33 + "7")),
        ("-7 % 3", -1),
        ("5.5 % 2", Decimal("1.5")),
        ("-event.amount", Decimal("-150.10")),
        ("1.10 = 1.1", True),
        ("1 = true", False),
        ("2.5 > 2.49", True),
        ("$sum(event.items.(price * qty))", Decimal("65.17")),
        ("$average([1, 2, 2])", Decimal("1." + "6" * 32 + "7")),
        ("$max(event.items.price)", Decimal("19.99")),
        ("$min(event.items.price)", Decimal("0.1")),
        ("$round(2.5)", 2),
        ("$round(3.5)", 4),
        ("$round(-1.255, 2)", Decimal("-1.26")),
        ("$round(1250, -2)", 1200),
        ("$abs(-1.50)", Decimal("1.50")),
        ("$floor(-1.5)", -2),
        ("$ceil(1.2)", 2),
        ("$sqrt(0.25)", Decimal("0.5")),
        ("$power(1.1, 3)", Decimal("1.331")),
        ("$power(2, -2)", Decimal("0.25")),
        ("$power(2, 0.5)", Decimal("1.414213562373095048801688724209698")),
        ('$number("12.50")', Decimal("12.50")),
        ("$number(true)", 1),
        ("$string(1.50)", "1.50"),
        ('"Total " & event.amount', "Total 150.10"),
        ("$string(1e2)", "100"),
        ("$string(event.items[0])", '{"name":"Lid","price":19.99,"qty":3}'),
        ('$formatNumber(1234567.125, "#,##0.00")', "1,234,567.12"),
        ('$formatNumber(-0.135, "0.00")', "-0.14"),
        ('$formatNumber(0.145, "0.0%")', "14.5%"),
        ('$formatNumber(12345678901234567890.5, "0.00")', "12345678901234567890.50"),
        ("$formatBase(255, 16)", "ff"),
        ('$money(1.005, "USD")', Decimal("1.01")),
        ('$money(-1.005, "USD")', Decimal("-1.01")),
        ('$money(12.5, "JPY")', 13),
        ('$money(1.2345, "KWD")', Decimal("1.235")),
        ("$boolean(0.0)", False),
        ("$not(0.1)", False),
        ("0.0 or 0.1", True),
        ('event.amount ? "yes" : "no"', "yes"),
        ("$sort(event.items.price)", [Decimal("0.1"), 5, Decimal("19.99")]),
        ("event.items^(>price).name", ["Lid", "Fee", "Pot"]),
        ("$sort([3, 1, 2], function($a, $b) { $a > $b })", [1, 2, 3]),
        ("$distinct([1, 1.0, true])", [1, True]),
        ("1.0 in [1, 2]", True),
        ("1 in [true]", False),
        ("event.items[price > 1].name", ["Lid", "Fee"]),
        ("event.items[-1].name", "Fee"),
        ("event.items[1.9].name", "Pot"),
        ("event.items[[0, 2]].name", ["Lid", "Fee"]),
        ("[1..3]", [1, 2, 3]),
        ("[1..event.items[0].qty]", [1, 2, 3]),
        ("$type(1.5)", "number"),
        ("$clone(event.items[0]).price", Decimal("19.99")),
        ("event ~> |items|{'price': price * 2}|", None),
        ("$toMillis('2026-01-31T00:00:00.001Z')", 1769817600001),
        ("$fromMillis(1769817600001)", "2026-01-31T00:00:00.001Z"),
        ("$now()", "2026-01-31T10:30:00.123Z"),
        ('$now("[Y0001]-[M01]")', "2026-01"),
        ("$millis()", 1_769_855_400_123),
        ('$date(event.createdAt, "Europe/Berlin")', "2026-02-01"),
        ("$date(event.createdAt)", "2026-01-31"),
        ('$inZone(event.createdAt, "America/New_York")', "2026-01-31T18:30:00-05:00"),
        ('$addMonths("2026-01-31", 1)', "2026-02-28"),
        ('$addMonths("2024-01-31T08:00:00Z", 1)', "2024-02-29T08:00:00Z"),
        ('$addMonths("2026-01-15", -13)', "2024-12-15"),
        ('$addDays("2026-02-28", 1)', "2026-03-01"),
        ('$replace("a.b.c", ".", "$1")', "a$1b$1c"),
        (r'$replace("Ada King", /(\w+)\s(\w+)/, "$2, $1")', "King, Ada"),
        ('$replace("aaa", "a", "b", 2)', "bba"),
        (r'$split("a1b2c", /(\d)/)', ["a", "b", "c"]),
        ('$lowercase("STRASSE ß")', "strasse ß"),
        (r'"😀" = "\ud83d\ude00"', True),
        ("event.note", None),
        ("event.note = null", True),
        ("event.contact.phone ?? 'none'", "none"),
        ("event.empty ?: 'none'", "none"),
        ("event.contact.(firstName & ' ' & lastName)", "Ada King"),
        ("($f := function($n) { $n <= 1 ? 1 : $n * $f($n - 1) }; $f(25))", 15511210043330985984000000),
    ],
)
def test_it_computes(text: str, value: Any) -> None:
    found = compute(text)
    if value is None and found is not None:
        assert [item["price"] for item in found["items"]] == [Decimal("39.98"), Decimal("0.2"), 10]
        return
    assert found == value
    assert type(found) is type(value)
    if isinstance(value, Decimal):
        assert str(found) == str(value)


@pytest.mark.parametrize(
    "text", ["event.nothing", "event.contact.phone.area", "$sum(event.nothing)", "event.items[9]"]
)
def test_what_is_not_there_is_missing_and_not_null(text: str) -> None:
    assert compute(text) is MISSING


@pytest.mark.parametrize(
    ("text", "cause", "says"),
    [
        ("1 +", "syntax", "ends too early (at its end, character 4)"),
        ("(1 + 2", "syntax", "character 7"),
        ("1 2", "syntax", "cannot be read here (at '2', character 3)"),
        ('"abc', "syntax", "without its closing quote"),
        ("1 /* never", "syntax", "comment that does not end (at '/* never', character 3)"),
        ("/a(b/", "syntax", "regular expression"),
        (r"/(?i)a/", "syntax", "flags"),
        ("/[\u0020-\uffff]/i", "syntax", "4096"),
        ("", "syntax", "is empty"),
        ("  ", "syntax", "is empty"),
        ("event.amount / 0", "divides_by_zero", "divides by zero (at '/ 0', character 14)"),
        ("1 % 0.00", "divides_by_zero", "divides by zero"),
        ("$power(0, -1)", "divides_by_zero", "divides by zero"),
        ("$uppercse('x')", "unknown_function", "unknown function $uppercse; the nearest is $uppercase"),
        ("sum(event.items.price)", "unknown_function", "without its $; write $sum"),
        ("$total + 1", "unknown_variable", "unknown variable $total"),
        ("$random()", "refused_function", "another result every time"),
        ("$shuffle([1])", "refused_function", "another result every time"),
        ('$eval("1")', "refused_function", "would run a text"),
        ('"a" + 1', "wrong_type", "left of the operator"),
        ('1 + "a"', "wrong_type", "right of the operator"),
        ("1 + true", "wrong_type", "right of the operator"),
        ("event.amount > 'x'", "wrong_type", "compares a text with a number"),
        ("$uppercase(5)", "wrong_type", "kind of value"),
        ("$uppercase(null)", "wrong_type", "kind of value"),
        ("$sum(['a'])", "wrong_type", "list"),
        ("$sum([1, null])", "wrong_type", "list"),
        ('$number("1,50")', "not_a_number", "not written like 1234.50"),
        ('$number("0x10")', "not_a_number", "not written like 1234.50"),
        ("1e500", "number_out_of_range", "too large"),
        ("10000000000 * 1e399", "number_out_of_range", "too large"),
        ("$power(10, 1000000)", "number_out_of_range", "too large"),
        ("1e390 + 1e-390", "number_out_of_range", "400 digits"),
        ("$sqrt(-1)", "no_result", "negative"),
        ("[1..1e9]", "too_large", "100,000"),
        ('$pad("a", 1000000000)', "too_large", "1,000,000 characters"),
        ('$money(1, "XYZ")', "unknown_currency", "ISO 4217"),
        ('$date("31.01.2026")', "not_a_time", "2026-01-31"),
        ('$date("2026-01-31T10:00:00")', "not_a_time", "zone"),
        ('$date("2026-01-31T10:00:00Z", "Mars/Base")', "unknown_zone", "Europe/Berlin"),
        ('$addMonths("9999-12-31", 1)', "no_result", "9999"),
        ('$error("no e-mail")', "stopped", "stops and says: no e-mail"),
        ("$single(event.items)", "no_result", "several"),
        ("function($x) { $x }", "wrong_type", "function"),
        ("function($x)<n:n> { $x }", "syntax", "signature"),
        ("($f := function($n) { 1 + $f($n) }; $f(1))", "too_deep", "too deeply"),
        ("(" * 3000, "nested_too_deeply", "nested too deeply"),
        ("x" * 10_001, "too_long", "10,000"),
        (r'"\ud83d"', "syntax", "half of a character"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, cause: str, says: str) -> None:
    with pytest.raises(FlowError) as failed:
        compute(text)
    assert failed.value.cause == f"expression.{cause}"
    assert says in str(failed.value)
    assert "correct it in the flow" in str(failed.value)


def test_no_value_of_a_record_is_in_an_error() -> None:
    scope = {"event": {"card": "4111-1111", "name": "Ada"}}
    for text in ("event.card > 1", "event.card + 1", "$number(event.card)", "event{card: 1, card & '': 2}",
                 "$toMillis(event.name)", "$sort([event.card, 1])", "{event: 1}"):  # fmt: skip
        with pytest.raises(FlowError) as failed:
            compute(text, scope)
        assert "4111" not in str(failed.value)
        assert "Ada" not in str(failed.value)


@pytest.mark.parametrize("text", ["a", "a + 1", "[a]", "$", "$string(b)", "$sum(b.a)"])
def test_a_number_that_is_not_exact_is_an_error_and_never_a_result(text: str) -> None:
    # None can come in, and the library makes none on its way; if a newer one does, this is what happens.
    with pytest.raises(ComputeError):
        Compiled().get(text).run({"a": 1.5, "b": [{"a": 2.5}]})


@pytest.mark.parametrize(
    "text", ["$nothing(1)", "1 +", "$x", "/(/", "(" * 5000, "-" * 9000, "1" + "+1" * 4000, "$eval('1')"]
)
def test_a_check_finds_it_without_computing(text: str) -> None:
    with pytest.raises(FlowError, match="correct it in the flow"):
        expressions.check(text)


@pytest.mark.parametrize(
    "text", ["event.amount / 0", "$sum(event.items.price)", "($x := 1; $x + event.y)", "$$.event"]
)
def test_a_check_lets_pass_what_only_computing_can_tell(text: str) -> None:
    expressions.check(text)


def test_a_check_of_something_else_than_a_text_says_so() -> None:
    with pytest.raises(FlowError, match="is not a text"):
        expressions.check(5)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("1 + 1", ()),
        ("event.amount * 2", ("event.amount",)),
        ("$sum(event.items.(price * qty))", ("event.items", "event.items.price", "event.items.qty")),
        ("event.items[price > 1].name", ("event.items.name", "event.items.price")),
        ("($i := event.items; $i.price)", ("event.items", "event.items.price")),
        ("$$.event.id", ("event.id",)),
        ("steps.order.id & item.name", ("item.name", "steps.order.id")),
        ("event.contact{email: phone}", ("event.contact", "event.contact.email", "event.contact.phone")),
        ("event.items^(price).name", ("event.items.name", "event.items.price")),
    ],
)
def test_the_fields_that_are_read_can_be_told(text: str, read: tuple[str, ...]) -> None:
    assert expressions.fields(text) == read


def test_every_function_that_is_offered_is_there() -> None:
    assert set(NATIVES) == set(FUNCTIONS)
    assert not set(FUNCTIONS) & set(REFUSED)


@pytest.mark.parametrize(
    "text",
    [
        "event.items.name",
        "event.items[0]",
        "event.items[qty > 1].(name & '!')",
        "event.items{name: qty}",
        "event.items#$i[$i > 0].name",
        "event.items@$l.items@$m[$l.name = $m.name].{'a': $l.qty, 'b': $m.qty}",
        "event.items.{'n': name, 'of': %.currency}",
        "event.items^(<qty, name).name",
        "event.*",
        "**.name",
        "event.contact.$keys()",
        "$map(event.items, function($v, $i) { $v.name & $i })",
        "$filter(event.items, function($v) { $v.qty > 1 }).name",
        "$reduce([1..5], function($a, $b) { $a * $b })",
        "$sift(event.contact, function($v, $k) { $contains($v, 'a') })",
        "$each(event.contact, function($v, $k) { $k & '=' & $v })",
        "$merge([{'a': 1}, {'b': 2}])",
        "$spread(event.contact)",
        "$zip([1, 2], ['a', 'b'])",
        "$append([1], [2, 3])",
        "$reverse([1, 2, 3])",
        "$lookup(event.contact, 'email')",
        "$count(event.items)",
        "$exists(event.nothing)",
        "$boolean([0, 1])",
        "$type(null)",
        "$split('a,b,c', ',')",
        "$join(event.items.name, '; ')",
        "$substring('hello', -3, 2)",
        "$substringBefore('a@b', '@') & $substringAfter('a@b', '@')",
        "$trim('  a   b ')",
        "$pad('a', -3, '#')",
        "$uppercase('abc') ~> $length()",
        "event.items.name ~> $join(', ')",
        "($double := function($x) { $x * 2 }; [1, 2] ~> $map($double))",
        "$map([1, 2], $append(?, 9))",
        "$contains('abc', /B/i)",
        "$match('a1b2', /([a-z])([0-9])/)",
        "$base64decode($base64encode('abc'))",
        "$encodeUrlComponent('a b&c')",
        "$formatInteger(1999, 'I')",
        "7 - 2 * 3 + 10 % 4",
        "[[1, 2], [3]].$",
        "[1, 2][]",
        "event.contact[email]",
        "true and (false or 1 = 1)",
        "1 < 2 ? 'a' : 'b'",
        "{'a': [1..3], 'b': event.id}",
    ],
)
def test_without_fractions_it_gives_what_the_library_gives(text: str) -> None:
    # The library refuses decimals, so its own reading of the order has none.
    scope: dict[str, Any] = {
        "event": {
            key: value for key, value in ORDER["event"].items() if key not in ("amount", "items", "note")
        }
    }
    scope["event"]["items"] = [{"name": item["name"], "qty": item["qty"]} for item in ORDER["event"]["items"]]

    assert compute(text, scope) == Jsonata(text).evaluate(scope)


def test_the_documentation_names_every_function_of_ours() -> None:
    page = (Path(__file__).parents[3] / "docs" / "explanation" / "expressions.md").read_text(encoding="utf-8")
    for name in (*OURS, *REFUSED):
        assert f"${name}" in page

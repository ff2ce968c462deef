# ruff: noqa: E501 (a table is easier to read with one function in a line)
"""What each function does, in one line, for whoever writes an expression; a test computes every example."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from orderbridge.core.jsonio import JsonObject
from orderbridge.flows.expressions.names import FUNCTIONS, OURS


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """A function as completion offers it.

    Attributes:
        name: Without its ``$``.
        usage: With names for what it takes: ``$round(number, digits?)``.
        signature: As JSONata writes it: ``<n-n?:n>``.
        description: One line.
        example: An expression that reads no field and computes.
        ours: Whether JSONata itself does not have it.
    """

    name: str
    usage: str
    signature: str
    description: str
    example: str
    ours: bool

    def as_json(self) -> JsonObject:
        """The function as it is shown."""
        return {
            "name": self.name,
            "usage": self.usage,
            "signature": self.signature,
            "description": self.description,
            "example": self.example,
            "ours": self.ours,
        }


# What it takes, what it does, an example.
_WORDS: dict[str, tuple[str, str, str]] = {
    "abs": ("number", "The number without its sign.", "$abs(-4.5)"),
    "addDays": ("time, days", "The day or moment that many days later, or earlier.", "$addDays('2026-02-28', 1)"),
    "addMonths": ("time, months", "The day or moment that many months later; never beyond the month's end.", "$addMonths('2026-01-31', 1)"),
    "append": ("list, more", "Both lists as one.", "$append([1, 2], 3)"),
    "assert": ("condition, message?", "Stops with the message unless the condition holds.", "$assert(1 < 2, 'one is not less')"),
    "average": ("numbers", "The mean of the numbers.", "$average([1, 2, 6])"),
    "base64decode": ("text", "The text that was written as Base64.", "$base64decode('QWRh')"),
    "base64encode": ("text", "The text as Base64.", "$base64encode('Ada')"),
    "boolean": ("value", "Whether the value counts as true.", "$boolean('yes')"),
    "ceil": ("number", "The next whole number, upwards.", "$ceil(4.2)"),
    "clone": ("value", "A copy of an object or list.", "$clone({'a': 1})"),
    "contains": ("text, part", "Whether the text has the part, or fits the pattern.", "$contains('Ada King', 'King')"),
    "count": ("list", "How many there are.", "$count([5, 6, 7])"),
    "date": ("time, zone?", "The day of a moment, in a time zone.", "$date('2026-01-31T23:30:00Z', 'Europe/Berlin')"),
    "decodeUrl": ("text", "An address without its percent signs.", "$decodeUrl('a%20b')"),
    "decodeUrlComponent": ("text", "Part of an address without its percent signs.", "$decodeUrlComponent('a%26b')"),
    "distinct": ("list", "Each value once.", "$distinct(['a', 'b', 'a'])"),
    "each": ("object, function", "What the function gives for each value of an object.", "$each({'a': 1}, function($v, $k) {$k & '=' & $v})"),
    "encodeUrl": ("text", "The text as an address.", "$encodeUrl('https://example.com/a b')"),
    "encodeUrlComponent": ("text", "The text as part of an address.", "$encodeUrlComponent('a&b')"),
    "error": ("message?", "Stops with the message.", "true ? 'fine' : $error('not fine')"),
    "exists": ("value", "Whether there is a value, if only null.", "$exists('')"),
    "filter": ("list, function", "Those for which the function says true.", "$filter([1, 5, 9], function($v) {$v > 3})"),
    "floor": ("number", "The next whole number, downwards.", "$floor(4.8)"),
    "formatBase": ("number, base?", "The number in another base.", "$formatBase(255, 16)"),
    "formatInteger": ("number, picture", "A whole number as the picture shows it.", "$formatInteger(12, '0000')"),
    "formatNumber": ("number, picture, options?", "A number as the picture shows it.", "$formatNumber(1234.5, '#,##0.00')"),
    "fromMillis": ("milliseconds, picture?, zone?", "A moment, from milliseconds since 1970.", "$fromMillis(1769855400000)"),
    "inZone": ("time, zone", "The same moment, written in another time zone.", "$inZone('2026-01-31T23:30:00Z', 'America/New_York')"),
    "join": ("texts, separator?", "One text of several.", "$join(['Lid', 'Pot'], ', ')"),
    "keys": ("object", "The names of an object's fields.", "$keys({'a': 1, 'b': 2})"),
    "length": ("text", "How many characters the text has.", "$length('Ada')"),
    "lookup": ("object, name", "The field of that name.", "$lookup({'paid': 'Won'}, 'paid')"),
    "lowercase": ("text", "The text in small letters.", "$lowercase('ADA')"),
    "map": ("list, function", "What the function gives for each.", "$map([1, 2], function($v) {$v * 2})"),
    "match": ("text, pattern, limit?", "Where the pattern fits, with its groups.", "$match('order 17', /[0-9]+/)"),
    "max": ("numbers", "The largest.", "$max([1, 7, 3])"),
    "merge": ("objects", "One object of several; the later ones win.", "$merge([{'a': 1}, {'b': 2}])"),
    "millis": ("", "Now, in milliseconds since 1970.", "$millis() > 0"),
    "min": ("numbers", "The smallest.", "$min([4, 7, 3])"),
    "money": ("amount, currency", "The amount, rounded half up to the digits of its currency.", "$money(12.345, 'USD')"),
    "not": ("value", "True where the value counts as false.", "$not(false)"),
    "now": ("picture?, zone?", "This moment, the same within one expression.", "$now()"),
    "number": ("value", "The number that a text writes.", "$number('12.50')"),
    "pad": ("text, width, with?", "The text at that width; a negative one fills at the left.", "$pad('7', -3, '0')"),
    "power": ("number, exponent", "The number to that power.", "$power(2, 10)"),
    "reduce": ("list, function, start?", "One value of all, taken together two by two.", "$reduce([1, 2, 3], function($a, $b) {$a + $b})"),
    "replace": ("text, pattern, with, limit?", "The text with what fits the pattern replaced.", "$replace('ada@example.com', /@.*/, '')"),
    "reverse": ("list", "The list from its end.", "$reverse([1, 2, 3])"),
    "round": ("number, digits?", "Rounded half even, to that many digits.", "$round(65.175, 2)"),
    "sift": ("object, function", "The fields for which the function says true.", "$sift({'a': 1, 'b': 5}, function($v) {$v > 3})"),
    "single": ("list, function?", "The only one that fits; several, or none, are an error.", "$single([1, 5], function($v) {$v > 3})"),
    "sort": ("list, function?", "The list in order.", "$sort([3, 1, 2])"),
    "split": ("text, separator, limit?", "The parts of a text.", "$split('a,b,c', ',')"),
    "spread": ("object", "An object for each field.", "$spread({'a': 1, 'b': 2})"),
    "sqrt": ("number", "The square root.", "$sqrt(16)"),
    "string": ("value, pretty?", "The value as a text.", "$string({'a': 1})"),
    "substring": ("text, start, length?", "Part of a text; counted from 0.", "$substring('Ada King', 4)"),
    "substringAfter": ("text, part", "What follows the part.", "$substringAfter('ada@example.com', '@')"),
    "substringBefore": ("text, part", "What comes before the part.", "$substringBefore('ada@example.com', '@')"),
    "sum": ("numbers", "All numbers together, exactly.", "$sum([19.99, 0.10])"),
    "toMillis": ("time", "A moment as milliseconds since 1970.", "$toMillis('2026-01-31T10:30:00Z')"),
    "trim": ("text", "The text without needless blanks.", "$trim('  Ada   King ')"),
    "type": ("value", "What kind of value it is.", "$type(12)"),
    "uppercase": ("text", "The text in capitals.", "$uppercase('ada')"),
    "zip": ("list, lists…", "Lists of the first of each, the second of each, and so on.", "$zip([1, 2], ['a', 'b'])"),
}  # fmt: skip


def described() -> Iterator[Described]:
    """Yield every function that an expression may call, by name."""
    for name in sorted(FUNCTIONS, key=str.lower):
        takes, description, example = _WORDS[name]
        yield Described(
            name=name,
            usage=f"${name}({takes})",
            signature=FUNCTIONS[name],
            description=description,
            example=example,
            ours=name in OURS,
        )

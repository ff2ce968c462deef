"""Reading ``$filter``: the small part of OData that Act! supports, and nothing more.

Supported: ``eq ne lt le gt ge``, ``and``, ``or``, parentheses, ``contains`` ``startswith`` ``endswith``,
paths with ``/``, ``any()`` on collections. Dates are unquoted, ``''`` is a quote inside a text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from orderbridge.emulators.act import times

OPERATORS = ("eq", "ne", "lt", "le", "gt", "ge")
FUNCTIONS = ("contains", "startswith", "endswith")

_TOKEN = re.compile(
    r"\s*(?:"
    r"(?P<text>'(?:[^']|'')*')"
    r"|(?P<guid>[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})"
    r"|(?P<date>\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?)"
    r"|(?P<number>-?\d+(?:\.\d+)?)"
    r"|(?P<name>[A-Za-z_]\w*(?:/[A-Za-z_]\w*)*)"
    r"|(?P<mark>[(),:])"
    r")",
    re.ASCII,
)


class FilterError(ValueError):
    """The text is not in the supported part of OData."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A value in a filter. ``kind`` is text, number, bool, null or date; dates are comparable texts."""

    kind: str
    value: Any


@dataclass(frozen=True, slots=True)
class Compare:
    """``path op literal``."""

    op: str
    path: tuple[str, ...]
    literal: Literal


@dataclass(frozen=True, slots=True)
class Match:
    """``contains(path, 'text')`` and its relatives."""

    function: str
    path: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class AnyOf:
    """``path/any(variable: inner)``; without ``inner`` it asks whether the collection has entries."""

    path: tuple[str, ...]
    variable: str
    inner: Node | None


@dataclass(frozen=True, slots=True)
class Both:
    """``and``."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """``or``."""

    nodes: tuple[Node, ...]


Node = Compare | Match | AnyOf | Both | Either


def parse(text: str) -> Node:
    """Read a filter.

    Raises:
        FilterError: It uses something that is not supported, or is not well formed.
    """
    reader = _Reader(_tokens(text))
    node = reader.either()
    if reader.peek()[0] != "end":
        raise FilterError(f"Syntax error at '{reader.peek()[1]}' in '{text}'.")
    return node


def conjuncts(node: Node) -> tuple[Node, ...]:
    """Return the conditions that must all hold."""
    if isinstance(node, Both):
        return tuple(part for inner in node.nodes for part in conjuncts(inner))
    return (node,)


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    position = 0
    stripped = text.rstrip()
    while position < len(stripped):
        found = _TOKEN.match(stripped, position)
        if found is None or found.lastgroup is None:
            raise FilterError(f"Syntax error at position {position} in '{text}'.")
        tokens.append((found.lastgroup, found.group(found.lastgroup)))
        position = found.end()
    tokens.append(("end", "end of the filter"))
    return tokens


class _Reader:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0

    def peek(self) -> tuple[str, str]:
        return self._tokens[self._at]

    def take(self) -> tuple[str, str]:
        token = self._tokens[self._at]
        if token[0] != "end":
            self._at += 1
        return token

    def mark(self, expected: str) -> None:
        token = self.take()
        if token != ("mark", expected):
            raise FilterError(f"'{expected}' expected before '{token[1]}'.")

    def _word(self, word: str) -> bool:
        kind, text = self.peek()
        if kind == "name" and text.lower() == word:
            self.take()
            return True
        return False

    def either(self) -> Node:
        nodes = [self.both()]
        while self._word("or"):
            nodes.append(self.both())
        return nodes[0] if len(nodes) == 1 else Either(tuple(nodes))

    def both(self) -> Node:
        nodes = [self.condition()]
        while self._word("and"):
            nodes.append(self.condition())
        return nodes[0] if len(nodes) == 1 else Both(tuple(nodes))

    def condition(self) -> Node:
        kind, text = self.take()
        if (kind, text) == ("mark", "("):
            node = self.either()
            self.mark(")")
            return node
        if kind != "name":
            raise FilterError(f"A property is expected before '{text}'.")
        if self.peek() == ("mark", "("):
            return self._call(text)
        op = self.take()
        if op[0] != "name" or op[1].lower() not in OPERATORS:
            raise FilterError(f"The operator '{op[1]}' is not supported.")
        return Compare(op[1].lower(), tuple(text.split("/")), self.literal())

    def _call(self, name: str) -> Node:
        self.mark("(")
        if name.lower() in FUNCTIONS:
            kind, path = self.take()
            if kind != "name":
                raise FilterError(f"{name} takes a property and a text.")
            self.mark(",")
            literal = self.literal()
            self.mark(")")
            if literal.kind != "text":
                raise FilterError(f"{name} takes a text.")
            return Match(name.lower(), tuple(path.split("/")), literal.value)
        *path_parts, function = name.split("/")
        if function.lower() != "any" or not path_parts:
            raise FilterError(f"An unknown function with name '{name}' was found.")
        if self.peek() == ("mark", ")"):
            self.take()
            return AnyOf(tuple(path_parts), "", None)
        kind, variable = self.take()
        if kind != "name" or "/" in variable:
            raise FilterError("any() takes a variable.")
        self.mark(":")
        inner = self.either()
        self.mark(")")
        return AnyOf(tuple(path_parts), variable, inner)

    def literal(self) -> Literal:
        kind, text = self.take()
        if kind == "text":
            return Literal("text", text[1:-1].replace("''", "'"))
        if kind == "guid":
            return Literal("text", text)
        if kind == "number":
            return Literal("number", Decimal(text))
        if kind == "date":
            try:
                return Literal("date", times.comparable(text))
            except ValueError as error:
                raise FilterError(f"'{text}' is no date.") from error
        if kind == "name" and text.lower() in ("true", "false"):
            return Literal("bool", text.lower() == "true")
        if kind == "name" and text.lower() == "null":
            return Literal("null", None)
        raise FilterError(f"A value is expected before '{text}'.")

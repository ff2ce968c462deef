"""YAML as flows are written in: plain values, the line of each, and nothing that can do harm.

Words mean what YAML 1.2 says: ``true`` and ``false`` are yes and no, ``no`` and ``on`` are texts, fractions are
exact. What could be read in two ways is refused: ``01234`` needs quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from orderbridge.core.places import word
from orderbridge.flows.places import Loc

MAX_BYTES = 1_000_000
_DEEPEST, _MOST_VALUES = 40, 50_000
_FURTHEST, _LONGEST_NUMBER = 400, 100
_LARGEST_WHOLE = 2**63

# The parser in C where there is one: a large file takes the other one many seconds.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_WORDS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_WHOLE = re.compile(r"[-+]?[0-9]+")
_FRACTION = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_DOUBTFUL = re.compile(
    r"[-+]?0[0-9]+(\.[0-9]*)?|0x[0-9a-fA-F]+|0o[0-7]+|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
)
_UNUSABLE = re.compile("[\x00\ud800-\udfff]")


class UnreadableError(Exception):
    """A text is not YAML that we take.

    Attributes:
        line: Counted from 1.
    """

    line: int

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Document:
    """What a file holds.

    Attributes:
        value: Objects, lists, texts, whole numbers, ``Decimal``, booleans and None.
        lines: The line of each part, counted from 1, by its way.
    """

    value: Any
    lines: Mapping[Loc, int]

    def line(self, loc: Loc) -> int:
        """Return the line of a part, or of the nearest one around it."""
        while loc and loc not in self.lines:
            loc = loc[:-1]
        return self.lines.get(loc, 1)


def read(raw: bytes) -> Document:
    """Read one YAML document.

    Raises:
        UnreadableError: With the line.
    """
    if len(raw) > MAX_BYTES:
        raise UnreadableError(f"the file has {len(raw)} bytes; a flow may have {MAX_BYTES}", 1)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise UnreadableError("a character is not UTF-8; save the file as UTF-8", line) from error
    try:
        root = _Composer(yaml.parse(text, Loader=_Loader)).document()
    except yaml.MarkedYAMLError as error:
        raise UnreadableError(_in_words(error), _line(error.problem_mark or error.context_mark)) from error
    except yaml.reader.ReaderError as error:
        # Its position counts bytes or characters, by who read; the first such character is what it means.
        at = next((i for i, one in enumerate(text) if yaml.reader.Reader.NON_PRINTABLE.match(one)), 0)
        raise UnreadableError("a control character cannot stand here", text[:at].count("\n") + 1) from error
    lines: dict[Loc, int] = {}
    return Document(_plain(root, (), lines), lines)


def scalar(text: str) -> Any:
    """Return what a plain word of YAML stands for.

    Raises:
        ValueError: It could be read in two ways, or is a number that nobody computes with.
    """
    if text in _NULLS:
        return None
    if text in _WORDS:
        return _WORDS[text]
    if _DOUBTFUL.fullmatch(text):
        raise ValueError(f"{text} may be a number or a text; put it in quotes if it is a text")
    if not _FRACTION.fullmatch(text):
        return text
    if len(text) > _LONGEST_NUMBER:
        raise ValueError(f"a number has {len(text)} digits; put it in quotes if it is a text")
    if _WHOLE.fullmatch(text):
        whole = int(text)
        if abs(whole) >= _LARGEST_WHOLE:
            raise ValueError(f"{text} is too large for a number; put it in quotes if it is a text")
        return whole
    try:
        found = Decimal(text)
    except ArithmeticError as error:
        raise ValueError(f"{text} is out of range") from error
    if abs(found.adjusted()) > _FURTHEST:
        raise ValueError(f"{text} is out of range")
    return found


@dataclass(frozen=True, slots=True)
class _Node:
    """A value with its line; ``size`` and ``height`` count what is inside, itself too."""

    line: int
    value: Any
    size: int
    height: int


class _Composer:
    """Makes values of the parser's events, without calling itself deeper than is allowed."""

    def __init__(self, events: Iterator[Event]) -> None:
        self._events = events
        self._anchors: dict[str, _Node] = {}
        self._values = 0

    def document(self) -> _Node:
        """Return the only document."""
        next(self._events)
        begun = next(self._events)
        if isinstance(begun, StreamEndEvent):
            raise UnreadableError("the file is empty", 1)
        root = self._node(next(self._events), 1)
        next(self._events)
        further = next(self._events)
        if isinstance(further, DocumentStartEvent):
            raise UnreadableError(
                "a second document begins here; one file holds one flow", _line(further.start_mark)
            )
        return root

    def _node(self, event: Any, depth: int) -> _Node:
        line = _line(event.start_mark)
        if depth > _DEEPEST:
            raise UnreadableError(f"nested deeper than {_DEEPEST} levels", line)
        if isinstance(event, AliasEvent):
            return self._alias(event, line, depth)
        if event.tag is not None:
            raise UnreadableError(f"the tag {event.tag} is not allowed; write the plain value", line)
        anchor = event.anchor
        if isinstance(event, MappingStartEvent):
            node = self._mapping(line, depth)
        elif isinstance(event, SequenceStartEvent):
            node = self._sequence(line, depth)
        else:
            assert isinstance(event, ScalarEvent)
            node = _Node(line, _scalar_of(event, line), 1, 1)
        self._count(1, line)
        if anchor is not None:
            self._anchors[anchor] = node
        return node

    def _alias(self, event: Any, line: int, depth: int) -> _Node:
        node = self._anchors.get(event.anchor)
        if node is None:
            raise UnreadableError(f"*{event.anchor} stands for nothing above it, or for itself", line)
        if depth + node.height - 1 > _DEEPEST:
            raise UnreadableError(f"nested deeper than {_DEEPEST} levels", line)
        self._count(node.size, line)
        return node

    def _mapping(self, line: int, depth: int) -> _Node:
        items: dict[str, tuple[int, _Node]] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            key_line = _line(event.start_mark)
            if not isinstance(event, ScalarEvent):
                raise UnreadableError("the name of a field must be a plain text", key_line)
            if event.tag is not None:
                raise UnreadableError(f"the tag {event.tag} is not allowed; write the plain value", key_line)
            key = _key(event, key_line)
            if key in items:
                raise UnreadableError(f"{key!r} stands here twice, first in line {items[key][0]}", key_line)
            items[key] = (key_line, self._node(next(self._events), depth + 1))
        inside = [node for _, node in items.values()]
        return _Node(line, items, *_extent(inside))

    def _sequence(self, line: int, depth: int) -> _Node:
        items = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        return _Node(line, items, *_extent(items))

    def _count(self, values: int, line: int) -> None:
        self._values += values
        if self._values > _MOST_VALUES:
            raise UnreadableError(f"more than {_MOST_VALUES} values; a flow is smaller than that", line)


def _extent(inside: list[_Node]) -> tuple[int, int]:
    return 1 + sum(node.size for node in inside), 1 + max((node.height for node in inside), default=0)


def _scalar_of(event: ScalarEvent, line: int) -> Any:
    if _UNUSABLE.search(event.value):
        raise UnreadableError("a text has a character that cannot be kept", line)
    if event.style:  # "|", ">" or a quote; the parser in C says "" for a plain word
        return event.value
    try:
        return scalar(event.value)
    except ValueError as error:
        raise UnreadableError(str(error), line) from error


def _key(event: ScalarEvent, line: int) -> str:
    if _UNUSABLE.search(event.value):
        raise UnreadableError("a name has a character that cannot be kept", line)
    if not event.style and event.value == "<<":
        raise UnreadableError("fields cannot be merged with <<; write them out", line)
    if event.style:  # "|", ">" or a quote; the parser in C says "" for a plain word
        return str(event.value)
    try:
        return word(scalar(event.value))
    except ValueError:
        return str(event.value)


def _plain(node: _Node, loc: Loc, lines: dict[Loc, int]) -> Any:
    lines.setdefault(loc, node.line)
    if isinstance(node.value, dict):
        found = {}
        for key, (line, inside) in node.value.items():
            lines[*loc, key] = line
            found[key] = _plain(inside, (*loc, key), lines)
        return found
    if isinstance(node.value, list):
        return [_plain(inside, (*loc, number), lines) for number, inside in enumerate(node.value)]
    return node.value


def _line(mark: Any) -> int:
    return mark.line + 1 if mark is not None else 1


def _in_words(error: yaml.MarkedYAMLError) -> str:
    said = " ".join((error.problem or "it cannot be read").split())
    if "cannot start any token" in said:
        return "this is not YAML: a tab or another character that cannot begin a value; indent with spaces"
    context = f" {error.context}" if error.context else ""
    return f"this is not YAML: {said}{context}"

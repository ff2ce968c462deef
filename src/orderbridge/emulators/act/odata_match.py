"""Turning a parsed filter into a test of a rendered record."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.act.odata_filter import (
    AnyOf,
    Both,
    Compare,
    FilterError,
    Literal,
    Match,
    Node,
    conjuncts,
)
from orderbridge.emulators.act.shapes import BOOL, DAY, INT, LINKS, NUMBER, TEXT, TIME

Test = Callable[[JsonObject], bool]

_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
}
_EXPECTED = {TEXT: "text", INT: "number", NUMBER: "number", BOOL: "bool", TIME: "date", DAY: "date"}
_EMBEDDED = {
    name.lower(): name for name in ("id", "displayName", "company", "isInvited", "name", "emailAddress")
}


@dataclass(frozen=True, slots=True)
class Names:
    """The properties that a filter may name.

    Attributes:
        canonical: Own spelling by lower-case name.
        kinds: What each holds, by own spelling.
        custom_fields: Whether a path into ``customFields`` works.
        exact: Whether texts compare with regard to case.
        elements: Properties of what stands in a collection, by own spelling; None means those of a link.
    """

    canonical: dict[str, str]
    kinds: dict[str, str]
    custom_fields: bool = False
    exact: bool = False
    elements: dict[str, str] | None = None

    def resolved(self, path: tuple[str, ...]) -> tuple[str, ...]:
        """Return ``path`` with the first name in its own spelling and the rest in lower case.

        Raises:
            FilterError: There is no such property.
        """
        first = self.canonical.get(path[0].lower())
        if first is None or (first == "customFields" and not self.custom_fields):
            raise FilterError(f"Could not find a property named '{'/'.join(path)}'.")
        if len(path) == 1:
            return (first,)
        return (first, *(part.lower() for part in path[1:]))


def value_at(record: JsonObject, path: tuple[str, ...]) -> Any:
    """Return what stands at a resolved path, None when a part of it is missing."""
    value = record.get(path[0])
    for part in path[1:]:
        if not isinstance(value, dict):
            return None
        value = next((item for key, item in value.items() if key.lower() == part), None)
    return value


def compiled(node: Node, names: Names) -> Test:
    """Return the test that ``node`` describes.

    Raises:
        FilterError: A property does not exist, or a literal does not fit it.
    """
    if isinstance(node, Compare):
        return _compare(node, names)
    if isinstance(node, Match):
        return _match(node, names)
    if isinstance(node, AnyOf):
        return _any(node, names)
    tests = [compiled(inner, names) for inner in node.nodes]
    if isinstance(node, Both):
        return lambda record: all(test(record) for test in tests)
    return lambda record: any(test(record) for test in tests)


def _compare(node: Compare, names: Names) -> Test:
    path, literal = names.resolved(node.path), node.literal
    if path == ("status",) and literal.kind == "text" and "statusName" in names.kinds:
        path = ("statusName",)  # the file says that status is a name, payloads carry its number
    kind = names.kinds.get(path[0]) if len(path) == 1 else None
    if kind in (LINKS,):
        raise FilterError(f"'{path[0]}' is a collection: use any().")
    expected = _EXPECTED.get(kind or "")
    if expected is not None and literal.kind not in ("null", expected):
        raise FilterError(
            "A binary operator with incompatible types was detected: "
            f"'{path[0]}' is {expected}, the value is {literal.kind}."
        )
    wanted = _key(literal.value, names.exact)
    if node.op in ("eq", "ne"):
        negate = node.op == "ne"
        return lambda record: (_key(value_at(record, path), names.exact) == wanted) is not negate
    order = _ORDER[node.op]
    return lambda record: _ordered(order, _key(value_at(record, path), names.exact), wanted)


def _ordered(order: Callable[[Any, Any], bool], value: Any, wanted: Any) -> bool:
    if value is None or wanted is None or isinstance(value, str) is not isinstance(wanted, str):
        return False
    return order(value, wanted)


def _key(value: Any, exact: bool) -> Any:
    # SQL Server's usual collation ignores case.
    return value.casefold() if isinstance(value, str) and not exact else value


def _match(node: Match, names: Names) -> Test:
    path = names.resolved(node.path)
    wanted = _key(node.text, names.exact)
    tests: dict[str, Callable[[str], bool]] = {
        "contains": lambda text: wanted in text,
        "startswith": lambda text: text.startswith(wanted),
        "endswith": lambda text: text.endswith(wanted),
    }
    test = tests[node.function]

    def matches(record: JsonObject) -> bool:
        value = value_at(record, path)
        return isinstance(value, str) and test(_key(value, names.exact))

    return matches


def _any(node: AnyOf, names: Names) -> Test:
    path = names.resolved(node.path)
    if len(path) == 1 and names.kinds.get(path[0], LINKS) != LINKS:
        raise FilterError(f"'{path[0]}' is not a collection.")
    if node.inner is None:
        return lambda record: bool(value_at(record, path))
    inner = compiled(_unprefixed(node.inner, node.variable), _element_names(names))
    return lambda record: any(inner(item) for item in value_at(record, path) or ())


def _element_names(names: Names) -> Names:
    if names.elements is None:
        return Names(_EMBEDDED, {"isInvited": BOOL}, exact=names.exact)
    return Names({name.lower(): name for name in names.elements}, names.elements, exact=names.exact)


def _unprefixed(node: Node, variable: str) -> Node:
    """Take the lambda's variable off every path."""
    if isinstance(node, Compare):
        return Compare(node.op, _inner_path(node.path, variable), node.literal)
    if isinstance(node, Match):
        return Match(node.function, _inner_path(node.path, variable), node.text)
    if isinstance(node, AnyOf):
        raise FilterError("any() inside any() is not supported.")
    return type(node)(tuple(_unprefixed(inner, variable) for inner in node.nodes))


def _inner_path(path: tuple[str, ...], variable: str) -> tuple[str, ...]:
    if path[0].lower() != variable.lower() or len(path) < 2:
        raise FilterError(f"Inside any() a property of '{variable}' is expected, not '{'/'.join(path)}'.")
    return path[1:]


def required_values(node: Node, names: Names) -> dict[tuple[str, ...], tuple[str, Literal]]:
    """Return the comparisons that every hit must satisfy, for the use of an index.

    ``contacts/any(c: c/id eq 'x')`` is given under the path ``("contacts", "any", "id")``.
    """
    found: dict[tuple[str, ...], tuple[str, Literal]] = {}
    for part in conjuncts(node):
        if isinstance(part, Compare) and part.op in ("eq", "ge", "gt"):
            found.setdefault(names.resolved(part.path), (part.op, part.literal))
        elif isinstance(part, AnyOf) and isinstance(part.inner, Compare) and part.inner.op == "eq":
            inner = _inner_path(part.inner.path, part.variable)
            path = (*names.resolved(part.path), "any", *(name.lower() for name in inner))
            found.setdefault(path, ("eq", part.inner.literal))
    return found

"""Applying OData query options to a list of records."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.act.errors import ActError, dotnet
from orderbridge.emulators.act.faults import ActFaults
from orderbridge.emulators.act.odata_filter import FilterError, Literal, Node, parse
from orderbridge.emulators.act.odata_match import Names, Test, compiled, required_values, value_at

_SUPPORTED = ("$filter", "$orderby", "$top", "$skip", "$select", "$expand")


@dataclass(slots=True)
class Options:
    """The query options of one call.

    Attributes:
        required: Comparisons that every hit must satisfy, by path.
    """

    test: Test | None
    required: dict[tuple[str, ...], tuple[str, Literal]]
    order: list[tuple[tuple[str, ...], bool]]
    top: int | None
    skip: int
    select: list[str] | None


def read_options(query: dict[str, list[str]], names: Names, faults: ActFaults) -> Options:
    """Read the options of a call.

    Raises:
        ActError: An option is not supported, or is not well formed.
    """
    try:
        for key in query:
            if key.startswith("$") and key not in _SUPPORTED:
                raise FilterError(f"The query option '{key}' is not supported.")
        return _read(query, names)
    except FilterError as error:
        raise unsupported(str(error), faults) from error


def unsupported(reason: str, faults: ActFaults) -> ActError:
    """Return the answer to a query that is not in the supported part of OData."""
    return dotnet(
        faults.unlisted_odata,
        reason,
        exception_type="Microsoft.OData.ODataException",
        message="The query specified in the URI is not valid.",
    )


def _read(query: dict[str, list[str]], names: Names) -> Options:
    node: Node | None = None
    if text := _one(query, "$filter"):
        node = parse(text)
    _check_expand(_one(query, "$expand"), names)
    return Options(
        test=None if node is None else compiled(node, names),
        required={} if node is None else required_values(node, names),
        order=_order(_one(query, "$orderby"), names),
        top=_whole(query, "$top"),
        skip=_whole(query, "$skip") or 0,
        select=_select(_one(query, "$select"), names),
    )


def page(records: list[JsonObject], options: Options, faults: ActFaults, random: Random) -> list[JsonObject]:
    """Filter, sort, cut and project ``records``."""
    hits = [record for record in records if options.test(record)] if options.test else list(records)
    if faults.unstable_skip:
        random.shuffle(hits)  # the sort below is stable, so rows with equal keys stay shuffled
    for path, descending in reversed(options.order):
        hits.sort(key=lambda record: _sort_key(value_at(record, path)), reverse=descending)
    limit = options.top if options.top is not None else faults.default_page_rows or None
    skip = 0 if faults.same_page else options.skip
    hits = hits[skip : None if limit is None else skip + limit]
    if options.select is None:
        return hits
    hidden = {name.lower() for name in faults.shadowed_fields}
    return [
        {name: None if name.lower() in hidden else record.get(name) for name in options.select}
        for record in hits
    ]


def _sort_key(value: Any) -> tuple[int, Any]:
    if value is None:
        return (0, 0)
    if isinstance(value, bool):
        return (1, int(value))
    if isinstance(value, int | Decimal):
        return (1, value)
    return (2, str(value).casefold())


def _one(query: dict[str, list[str]], key: str) -> str:
    values = query.get(key, [""])
    if len(values) > 1:
        raise FilterError(f"The query option '{key}' is given more than once.")
    return values[0].strip()


def _whole(query: dict[str, list[str]], key: str) -> int | None:
    text = _one(query, key)
    if not text:
        return None
    if not text.isascii() or not text.isdigit():
        raise FilterError(f"Invalid value '{text}' for {key}: a whole number is expected.")
    return int(text)


def _order(text: str, names: Names) -> list[tuple[tuple[str, ...], bool]]:
    order: list[tuple[tuple[str, ...], bool]] = []
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        name, _, direction = part.partition(" ")
        if direction.strip().lower() not in ("", "asc", "desc"):
            raise FilterError(f"Syntax error in $orderby at '{part}'.")
        order.append((names.resolved(tuple(name.split("/"))), direction.strip().lower() == "desc"))
    return order


def _select(text: str, names: Names) -> list[str] | None:
    chosen: list[str] = []
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        name = names.canonical.get(part.split("/")[0].lower())
        if name is None:
            raise FilterError(f"Could not find a property named '{part}'.")
        if name not in chosen:
            chosen.append(name)
    return chosen or None


def _check_expand(text: str, names: Names) -> None:
    # Related data is embedded anyway, so only the names matter; nested options are in parentheses.
    depth, name = 0, ""
    for character in f"{text},":
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0:
            if name.strip() and name.strip().split("/")[0].lower() not in names.canonical:
                raise FilterError(f"Could not find a property named '{name.strip()}'.")
            name = ""
        elif depth == 0 and character != ")":
            name += character
    if depth:
        raise FilterError("Unbalanced parentheses in $expand.")

"""What each function does: the library's where no number is touched, and ours where one is."""

from __future__ import annotations

from collections.abc import Callable
from functools import cmp_to_key
from typing import Any

from orderbridge.core.errors import BadRecordError
from orderbridge.core.money import quantized
from orderbridge.flows.expressions import arithmetic, texts, times, values
from orderbridge.flows.expressions.arithmetic import Number, is_number
from orderbridge.flows.expressions.library import NULL, Functions, Jsonata, Signature, Utils
from orderbridge.flows.expressions.names import FUNCTIONS
from orderbridge.flows.expressions.problems import ComputeError, from_code


class _Signature(Signature):  # type: ignore[misc]
    """The library's, but decimals are numbers, and null is not the lack of a value."""

    def get_symbol(self, value: Any) -> str:
        if is_number(value):
            return "n"
        return "l" if value is NULL else str(super().get_symbol(value))


class Native(Jsonata.JFunction):  # type: ignore[misc]
    """A function that expressions can call."""

    def __init__(self, name: str, signature: str, does: Callable[..., Any]) -> None:
        super().__init__(None, None)
        self.function_name = name
        self.signature = _Signature(signature, name)
        self._does = does
        self._parameters = self.signature.get_number_of_args()

    def call(self, input: Any, args: Any) -> Any:
        """Do it; arguments that were left out are nothing."""
        return self._does(*args, *[None] * (self._parameters - len(args)))

    def get_number_of_args(self) -> int:
        """How many parameters it has."""
        return int(self._parameters)


def _money(amount: Number | None, currency: str | None) -> Any:
    if amount is None or currency is None:
        return None
    try:
        with arithmetic.wide():
            return quantized(arithmetic.ranged(arithmetic.add(amount, 0)), currency)
    except BadRecordError as error:
        raise ComputeError("names a currency that is not in ISO 4217", cause="unknown_currency") from error


def _number(value: Any) -> Any:
    if isinstance(value, bool):
        return int(value)
    return arithmetic.parse(value) if isinstance(value, str) else value


def _of_numbers(does: Callable[[list[Number]], Number]) -> Callable[..., Any]:
    return lambda numbers: does(numbers) if numbers else None


def _unless_missing(does: Callable[..., Any]) -> Callable[..., Any]:
    return lambda first, *more: None if first is None else does(first, *more)


def _round(value: Number, places: Number | None) -> Number:
    return arithmetic.rounded(value, places or 0)


def _power(base: Number, exponent: Number | None) -> Number | None:
    return None if exponent is None else arithmetic.power(base, exponent)


def _not(value: Any) -> bool | None:
    return None if value is None else not values.truth(value)


def _passes(function: Any, value: Any, position: Any, whole: Any) -> bool:
    return values.holds(
        Functions.func_apply(function, Functions.hof_func_args(function, value, position, whole))
    )


def _filter(items: Any, function: Any) -> Any:
    if items is None:
        return None
    found = [item for number, item in enumerate(items) if _passes(function, item, number, items)]
    return Utils.create_sequence_from_iter(found)


def _single(items: Any, function: Any) -> Any:
    if items is None:
        return None
    found = [
        item
        for number, item in enumerate(items)
        if function is None or _passes(function, item, number, items)
    ]
    if len(found) != 1:
        raise from_code("D3138" if found else "D3139")
    return found[0]


def _sift(whole: Any, function: Any) -> Any:
    if whole is None:
        return None
    return {key: value for key, value in whole.items() if _passes(function, value, key, whole)} or None


def _sort(items: Any, function: Any) -> Any:
    if items is None or len(items) <= 1:
        return items
    if function is not None:
        return sorted(items, key=cmp_to_key(lambda left, right: _order(function, left, right)))
    if not (all(is_number(item) for item in items) or all(isinstance(item, str) for item in items)):
        raise from_code("D3070")
    return sorted(items)


def _order(function: Any, later: Any, earlier: Any) -> int:
    # Sorting asks whether the later one belongs before the earlier one. The function says whether the first of
    # two belongs behind the second; what it calls equal keeps its order.
    return -1 if values.holds(Functions.func_apply(function, [earlier, later])) else 1


def _distinct(items: Any) -> Any:
    if not isinstance(items, list) or len(items) <= 1:
        return items
    found: list[Any] = []
    simple: set[Any] = set()
    for item in items:
        if isinstance(item, dict | list):
            if any(values.equal(item, other) for other in found):
                continue
        else:
            key = (isinstance(item, bool), item)
            if key in simple:
                continue
            simple.add(key)
        found.append(item)
    return Utils.create_sequence_from_iter(found)


def _clone(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _clone(item) for key, item in value.items()}
    return [_clone(item) for item in value] if isinstance(value, list) else value


def _reverse(items: Any) -> Any:
    return None if items is None else list(reversed(items))


def _string(value: Any, pretty: bool | None) -> str | None:
    if isinstance(value, Utils.JList) and value.outer_wrapper:
        value = value[0]
    return values.text(value, pretty=bool(pretty))


def _millis() -> int:
    # The evaluation that is under way brings its moment with it, the same for all of it.
    now_ms: int | None = Jsonata.CURRENT.jsonata.now_ms
    if now_ms is None:
        raise ComputeError("asks for the time where none is given", cause="no_time")
    return now_ms


def _now(picture: str | None, zone: str | None) -> str | None:
    return times.from_millis(_millis(), picture, zone)


_DOES: dict[str, Callable[..., Any]] = {
    "abs": _unless_missing(lambda value: arithmetic.negate(value) if value < 0 else value),
    "average": _of_numbers(lambda numbers: arithmetic.divide(arithmetic.total(numbers), len(numbers))),
    "boolean": values.truth,
    "ceil": _unless_missing(arithmetic.ceiling),
    "clone": _clone,
    "distinct": _distinct,
    "filter": _filter,
    "floor": _unless_missing(arithmetic.floor),
    "formatBase": texts.format_base,
    "formatInteger": texts.format_integer,
    "formatNumber": texts.format_number,
    "join": texts.join,
    "lowercase": texts.lowercase,
    "max": _of_numbers(max),
    "millis": _millis,
    "min": _of_numbers(min),
    "money": _money,
    "not": _not,
    "now": _now,
    "number": _number,
    "pad": texts.pad,
    "power": _unless_missing(_power),
    "replace": texts.replace,
    "reverse": _reverse,
    "round": _unless_missing(_round),
    "sift": _sift,
    "single": _single,
    "sort": _sort,
    "split": texts.split,
    "sqrt": _unless_missing(arithmetic.root),
    "string": _string,
    "sum": lambda numbers: None if numbers is None else arithmetic.total(numbers),
    "toMillis": times.to_millis,
    "fromMillis": times.from_millis,
    "type": values.kind,
    "addDays": times.add_days,
    "addMonths": times.add_months,
    "date": times.date_of,
    "inZone": times.in_zone,
}
# These are the library's: they move values about and compute nothing.
_LIBRARY = {
    "append": Functions.append,
    "assert": Functions.assert_fn,
    "base64decode": Functions.base64decode,
    "base64encode": Functions.base64encode,
    "contains": Functions.contains,
    "count": Functions.count,
    "decodeUrl": Functions.decode_url,
    "decodeUrlComponent": Functions.decode_url_component,
    "each": Functions.each,
    "encodeUrl": Functions.encode_url,
    "encodeUrlComponent": Functions.encode_url_component,
    "error": Functions.error,
    "exists": Functions.exists,
    "keys": Functions.keys,
    "length": Functions.length,
    "lookup": Functions.lookup,
    "map": Functions.map,
    "match": Functions.match_,
    "merge": Functions.merge,
    "reduce": Functions.fold_left,
    "spread": Functions.spread,
    "substring": Functions.substring,
    "substringAfter": Functions.substring_after,
    "substringBefore": Functions.substring_before,
    "trim": Functions.trim,
    "uppercase": Functions.uppercase,
    "zip": Functions.zip,
}


NATIVES = {name: Native(name, FUNCTIONS[name], does) for name, does in sorted((_DOES | _LIBRARY).items())}

"""Computing an expression: the library walks the tree, and every number on its way stays exact."""

from __future__ import annotations

import functools
from collections import OrderedDict
from typing import Any

from orderbridge.flows.expressions import arithmetic, language, values
from orderbridge.flows.expressions.arithmetic import is_number
from orderbridge.flows.expressions.functions import NATIVES
from orderbridge.flows.expressions.library import NULL, JException, Jsonata, Utils
from orderbridge.flows.expressions.problems import ComputeError, from_code

_LONGEST_RANGE = 100_000
_ARITHMETIC = {
    "+": arithmetic.add,
    "-": arithmetic.subtract,
    "*": arithmetic.multiply,
    "/": arithmetic.divide,
    "%": arithmetic.remainder,
}
_COMPARISONS = ("<", "<=", ">", ">=")
# What the library runs into when a function gets a kind of value that it did not expect.
_STUMBLES = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


def _frame() -> Any:
    frame = Jsonata.Frame(None)
    for name, function in NATIVES.items():
        frame.bind(name, function)
    return frame


class _Transformer(Jsonata.Transformer):  # type: ignore[misc]
    """``|pattern|update, delete|``, on a copy that keeps every digit."""

    def call(self, input: Any, args: Any) -> Any:
        whole = NATIVES["clone"].call(None, [args[0]])
        found = self._jsonata.eval(self._expr.pattern, whole, self._environment)
        for match in found if isinstance(found, list) else [] if found is None else [found]:
            if not isinstance(match, dict):
                continue
            update = self._jsonata.eval(self._expr.update, match, self._environment)
            if update is not None:
                if not isinstance(update, dict):
                    raise from_code("T2011", self._expr.update.position)
                match.update(update)
            if self._expr.delete is not None:
                self._delete(match)
        return whole

    def _delete(self, match: dict[str, Any]) -> None:
        names = self._jsonata.eval(self._expr.delete, match, self._environment)
        for name in names if isinstance(names, list) else [] if names is None else [names]:
            if not isinstance(name, str):
                raise from_code("T2012", self._expr.delete.position)
            match.pop(name, None)


class Evaluator(Jsonata):  # type: ignore[misc]
    """One expression, read once and computed as often as needed; not for several threads."""

    _globals = _frame()

    def __init__(self, parsed: language.Parsed) -> None:
        # Not the library's own, which reads numbers as floats and offers every function.
        self._tree = parsed.tree
        self.parser = parsed.parser
        self.input = None
        self.now_ms: int | None = None
        self.environment = None
        self._kinds = {
            "path": self.evaluate_path,
            "binary": self.evaluate_binary,
            "unary": self.evaluate_unary,
            "name": self.evaluate_name,
            "string": self._literal,
            "number": self._literal,
            "value": self._literal,
            "wildcard": lambda expr, input, _: self.evaluate_wildcard(expr, input),
            "descendant": lambda expr, input, _: self.evaluate_descendants(expr, input),
            "parent": lambda expr, _, environment: environment.lookup(expr.slot.label),
            "condition": self.evaluate_condition,
            "block": self.evaluate_block,
            "bind": self.evaluate_bind_expression,
            "regex": self._literal,
            "function": self._function,
            "variable": self.evaluate_variable,
            "lambda": self.evaluate_lambda,
            "partial": self.evaluate_partial_application,
            "apply": self.evaluate_apply_expression,
            "transform": self.evaluate_transform_expression,
        }

    def run(self, scope: Any, *, now_ms: int | None = None) -> Any:
        """Compute it.

        Args:
            scope: Decoded JSON; the evaluation may change it.
            now_ms: What ``$now`` and ``$millis`` say, in milliseconds since 1970.

        Returns:
            JSON with exact numbers, or ``MISSING``.

        Raises:
            ComputeError: It cannot be computed.
            MemoryError: It needs more than there is.
        """
        self.now_ms = now_ms
        # The library's functions find the evaluation that they belong to here.
        Jsonata.CURRENT.jsonata = self
        environment = self.create_frame(self._globals)
        taken = values.taken(scope)
        environment.bind("$", taken)
        self.environment = environment
        if isinstance(taken, list):
            taken = Utils.create_sequence(taken)
            taken.outer_wrapper = True
        try:
            return values.given(self.eval(self._tree, taken, environment))
        except JException as error:
            raise from_code(error.error, error.location, error.current) from error
        except RecursionError:
            raise ComputeError("calls itself too deeply, or is nested too deeply", "too_deep") from None
        except _STUMBLES as error:
            raise ComputeError(
                "does something with a kind of value that does not allow it", "wrong_type"
            ) from error

    def eval(self, expr: Any, input: Any, environment: Any) -> Any:
        """Compute one node of the tree."""
        handler = self._kinds.get(expr.type)
        result = handler(expr, input, environment) if handler is not None else None
        if expr.predicate is not None:
            for item in expr.predicate:
                result = self.evaluate_filter(item.expr, result, environment)
        if expr.group is not None and expr.type != "path":
            result = self.evaluate_group_expression(expr.group, result, environment)
        if isinstance(result, str):
            values.checked_length(len(result))
        elif isinstance(result, float):
            # Nothing here makes one; a digit that is lost would otherwise be lost in silence.
            raise ComputeError("came upon a number that is not exact", cause="inexact")
        elif isinstance(result, Utils.JList) and result.sequence and not result.tuple_stream:
            if expr.keep_array:
                result.keep_singleton = True
            if not result:
                return None
            if len(result) == 1 and not result.keep_singleton:
                return result[0]
        return result

    def _literal(self, expr: Any, input: Any, environment: Any) -> Any:
        return NULL if expr.value is None else expr.value

    def evaluate_filter(self, predicate: Any, input: Any, environment: Any) -> Any:
        """``list[…]``: by place, or by what holds."""
        results = Utils.create_sequence()
        tuples = isinstance(input, Utils.JList) and input.tuple_stream
        results.tuple_stream = tuples
        if input is None:
            return results
        if not isinstance(input, list):
            input = Utils.create_sequence(input)
        if predicate.type == "number":
            index = arithmetic.floor(predicate.value)
            if -len(input) <= index < len(input):
                item = input[index]
                if isinstance(item, list):
                    return item
                results.append(item)
            return results
        for index, item in enumerate(input):
            context, frame = item, environment
            if tuples:
                context, frame = item["@"], self.create_frame_from_tuple(environment, item)
            found = self.eval(predicate, context, frame)
            if is_number(found):
                found = [found]
            if isinstance(found, list) and found and all(is_number(one) for one in found):
                places = [arithmetic.floor(one) for one in found]
                if index in places or index - len(input) in places:
                    results.append(item)
            elif values.holds(found):
                results.append(item)
        return results

    def evaluate_binary(self, expr: Any, input: Any, environment: Any) -> Any:
        """An operator between two values."""
        operator = str(expr.value)
        try:
            left = self.eval(expr.lhs, input, environment)
            if operator == "and":
                return values.holds(left) and values.holds(self.eval(expr.rhs, input, environment))
            if operator == "or":
                return values.holds(left) or values.holds(self.eval(expr.rhs, input, environment))
            right = self.eval(expr.rhs, input, environment)
            return self._binary(operator, left, right)
        except ComputeError as error:
            raise error.at(expr.position) from None
        except JException as error:
            if error.location < 0:
                error.location = expr.position
            raise

    def _binary(self, operator: str, left: Any, right: Any) -> Any:
        if operator in _ARITHMETIC:
            if left is not None and not is_number(left):
                raise from_code("T2001")
            if right is not None and not is_number(right):
                raise from_code("T2002")
            return None if left is None or right is None else _ARITHMETIC[operator](left, right)
        if operator in ("=", "!="):
            if left is None or right is None:
                return False
            return values.equal(left, right) is (operator == "=")
        if operator in _COMPARISONS:
            return _compared(operator, left, right)
        if operator == "&":
            parts = [part for part in (values.text(left), values.text(right)) if part is not None]
            values.checked_length(sum(map(len, parts)))
            return "".join(parts)
        if operator == "..":
            return _range(left, right)
        if operator == "in":
            if left is None or right is None:
                return False
            return any(values.equal(left, item) for item in (right if isinstance(right, list) else [right]))
        raise ComputeError("has an unknown operator", cause="syntax")

    def evaluate_unary(self, expr: Any, input: Any, environment: Any) -> Any:
        """A minus, a list, an object."""
        if str(expr.value) != "-":
            return super().evaluate_unary(expr, input, environment)
        found = self.eval(expr.expression, input, environment)
        if found is None:
            return None
        if not is_number(found):
            raise from_code("D1002", expr.position)
        return arithmetic.negate(found)

    def evaluate_condition(self, expr: Any, input: Any, environment: Any) -> Any:
        """``if ? then : else``."""
        if values.holds(self.eval(expr.condition, input, environment)):
            return self.eval(expr.then, input, environment)
        return None if expr._else is None else self.eval(expr._else, input, environment)

    def _function(self, expr: Any, input: Any, environment: Any) -> Any:
        return self.evaluate_function(expr, input, environment, Utils.NONE)

    def evaluate_function(self, expr: Any, input: Any, environment: Any, applyto_context: Any) -> Any:
        """A call; what goes wrong in it gets its place."""
        try:
            return super().evaluate_function(expr, input, environment, applyto_context)
        except ComputeError as error:
            raise error.at(_called_at(expr)) from None
        except JException as error:
            error.location = _called_at(expr) if error.location in (-1, expr.position) else error.location
            raise
        except _STUMBLES as error:
            raise ComputeError(
                "gives a function a kind of value that it does not take", "wrong_type", _called_at(expr)
            ) from error

    def evaluate_transform_expression(self, expr: Any, input: Any, environment: Any) -> Any:
        """``|pattern|update, delete|``."""
        return Jsonata.JFunction(_Transformer(self, expr, environment), "<(oa):o>")

    def evaluate_sort_expression(self, expr: Any, input: Any, environment: Any) -> Any:
        """``list^(…)``; equal ones keep their order."""
        if input is None or len(input) <= 1:
            return input
        tuples = isinstance(input, Utils.JList) and input.tuple_stream

        def terms_of(item: Any) -> list[Any]:
            context, frame = item, environment
            if tuples:
                context, frame = item["@"], self.create_frame_from_tuple(environment, item)
            return [self.eval(term.expression, context, frame) for term in expr.terms]

        def compare(one: Any, other: Any) -> int:
            return _order(expr.terms, one[0], other[0])

        keyed = [(terms_of(item), item) for item in input]
        try:
            keyed.sort(key=functools.cmp_to_key(compare))
        except ComputeError as error:
            raise error.at(expr.position) from None
        # Tuples stay marked as such; what follows needs to know.
        result = Utils.JList(item for _, item in keyed)
        result.sequence = isinstance(input, Utils.JList) and input.sequence
        result.tuple_stream = tuples
        return result


def _called_at(expr: Any) -> int:
    # The library's place of a call is its bracket; an author looks for the name.
    place: int = (expr.procedure if expr.procedure.type == "variable" else expr).position
    return place


def _compared(operator: str, left: Any, right: Any) -> bool | None:
    for side in (left, right):
        if side is not None and not is_number(side) and not isinstance(side, str):
            raise from_code("T2010")
    if left is None or right is None:
        return None
    if isinstance(left, str) is not isinstance(right, str):
        raise from_code("T2009")
    if operator == "<":
        return bool(left < right)
    if operator == "<=":
        return bool(left <= right)
    return bool(left > right) if operator == ">" else bool(left >= right)


def _range(start: Any, end: Any) -> list[int] | None:
    for side, code in ((start, "T2003"), (end, "T2004")):
        if side is not None and not (
            is_number(side) and (isinstance(side, int) or side == side.to_integral_value())
        ):
            raise from_code(code)
    if start is None or end is None or start > end:
        return None
    if end - start >= _LONGEST_RANGE:
        raise ComputeError(f"makes a list of more than {_LONGEST_RANGE:,} numbers", cause="too_large")
    return list(range(int(start), int(end) + 1))


def _order(terms: Any, left: list[Any], right: list[Any]) -> int:
    for term, one, other in zip(terms, left, right, strict=True):
        if one is None or other is None:
            # What is not there comes last, in whichever direction.
            if one is None and other is None:
                continue
            return 1 if one is None else -1
        if not all(is_number(side) or isinstance(side, str) for side in (one, other)):
            raise from_code("T2008")
        if isinstance(one, str) is not isinstance(other, str):
            raise from_code("T2007")
        if one != other:
            return (-1 if one < other else 1) * (-1 if term.descending else 1)
    return 0


class Compiled:
    """Expressions that were read already, the latest ones, up to so many characters together."""

    def __init__(self, characters: int = 50_000) -> None:
        self._characters = characters
        self._held = 0
        self._evaluators: OrderedDict[str, Evaluator] = OrderedDict()

    def get(self, text: str) -> Evaluator:
        """Return an expression ready to be computed.

        Raises:
            ComputeError: Something is wrong with it.
        """
        if text in self._evaluators:
            self._evaluators.move_to_end(text)
            return self._evaluators[text]
        evaluator = self._evaluators[text] = Evaluator(language.parse(text))
        self._held += len(text)
        while self._held > self._characters:
            dropped, _ = self._evaluators.popitem(last=False)
            self._held -= len(dropped)
        return evaluator

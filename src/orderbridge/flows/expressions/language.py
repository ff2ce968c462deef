"""Reading an expression: JSONata with exact numbers, known names only, and a place for every complaint."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from orderbridge.flows.expressions import arithmetic, patterns
from orderbridge.flows.expressions.library import JException, Parser, Symbol, Tokenizer
from orderbridge.flows.expressions.names import FUNCTIONS, REFUSED
from orderbridge.flows.expressions.problems import ComputeError, from_code

LONGEST = 10_000
_NUMBER = re.compile(r"(0|[1-9][0-9]*)(\.[0-9]+)?([Ee][-+]?[0-9]+)?")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SPACE = re.compile(r"[ \t\n\r]+")


class _Tokenizer(Tokenizer):  # type: ignore[misc]
    """The library's, but numbers are exact and a token's position is where it starts."""

    position: int

    def __init__(self, text: str) -> None:
        super().__init__(text, patterns.compiled)

    def next(self, prefix: bool) -> Any:
        """Return the next token."""
        self._skip()
        start = self.position
        if number := _NUMBER.match(self.path, start):
            self.position = number.end()
            try:
                return self._token("number", arithmetic.parse(number[0]), start)
            except ComputeError as error:
                raise error.at(start) from None
        try:
            token = super().next(prefix)
        except ComputeError as error:
            raise error.at(start) from None
        except IndexError:
            # The library looks at the character after the last one.
            raise ComputeError("ends too early", cause="syntax", position=start) from None
        if token is not None:
            token.position = start
            if token.type == "string":
                token.value = _whole_text(token.value, start)
        return token

    def _skip(self) -> None:
        while True:
            found = _SPACE.match(self.path, self.position) or _COMMENT.match(self.path, self.position)
            if not found:
                break
            self.position = found.end()
        if self.path.startswith("/*", self.position):
            raise ComputeError("has a comment that does not end", cause="syntax", position=self.position)

    def _token(self, kind: str, value: Any, position: int) -> Any:
        token = self.create(kind, value)
        token.position = position
        return token


def _whole_text(text: str, position: int) -> str:
    # A character beyond U+FFFF is written as two escapes, as in JSON; half of one is no character.
    try:
        return text.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        raise ComputeError("has half of a character in a text", cause="syntax", position=position) from None


class _Parser(Parser):  # type: ignore[misc]
    """The library's, with our tokenizer and an exact minus."""

    def parse(self, text: str, regex_engine: Any = None) -> Any:
        """Return the tree of an expression."""
        self.source = text
        self.lexer = _Tokenizer(text)
        self.advance()
        tree = self.expression(0)
        if self.node.id != "(end)":
            raise ComputeError("cannot be read here", cause="syntax", position=self.node.position)
        tree = self.process_ast(tree)
        if tree.type == "parent" or tree.seeking_parent is not None:
            raise JException("S0217", tree.position, tree.type)
        return tree

    def process_ast(self, expr: Any) -> Any:
        """Make the tree that is evaluated from the one that was read."""
        if expr is not None and expr.type == "unary" and str(expr.value) == "-":
            inner = self.process_ast(expr.expression)
            if inner.type == "number":
                inner.value = arithmetic.negate(inner.value)
                return inner
            result = Symbol(self)
            result.type, result.value, result.position = expr.type, expr.value, expr.position
            result.expression = inner
            self.push_ancestry(result, inner)
            result.keep_array = bool(expr.keep_array)
            return result
        return super().process_ast(expr)


@dataclass(frozen=True, slots=True, eq=False)
class Parsed:
    """An expression that was read.

    Attributes:
        tree: The library's syntax tree.
        fields: The fields that it reads, as far as that can be told from the text.
    """

    text: str
    tree: Any
    parser: Any
    fields: tuple[str, ...]


def parse(text: str) -> Parsed:
    """Read an expression and check every name in it.

    Raises:
        ComputeError: Something is wrong with it; with its place.
    """
    if len(text) > LONGEST:
        raise ComputeError(f"is longer than {LONGEST:,} characters", cause="too_long")
    if not text.strip():
        raise ComputeError("is empty", cause="syntax")
    parser = _Parser()
    try:
        tree = parser.parse(text)
        _check_names(tree)
        return Parsed(text, tree, parser, tuple(sorted(_fields(tree))))
    except ComputeError as error:
        raise error.at(_place(parser)) from None
    except JException as error:
        raise from_code(error.error, error.location, error.current) from error
    except RecursionError:
        raise ComputeError("is nested too deeply", cause="nested_too_deeply") from None
    except (
        ArithmeticError,
        AttributeError,
        KeyError,
        LookupError,
        TypeError,
        ValueError,
        NotImplementedError,
    ):
        # Where the library stumbles over what is no expression, it says so in many ways.
        raise ComputeError("cannot be read", cause="syntax", position=_place(parser)) from None


def _place(parser: Any) -> int | None:
    return parser.node.position if parser.node is not None else None


def _children(node: Any) -> Iterator[Any]:
    for name in (
        "steps", "arguments", "predicate", "stages", "terms", "rhs_terms", "expressions",
        "procedure", "body", "expression", "expr", "group", "lhs", "rhs", "condition", "then", "_else",
        "pattern", "update", "delete",
    ):  # fmt: skip
        value = getattr(node, name)
        if isinstance(value, Symbol):
            yield value
        elif isinstance(value, list):
            yield from (item for item in value if isinstance(item, Symbol))
    for pair in node.lhs_object or ():
        yield from pair


def _every(tree: Any) -> Iterator[Any]:
    waiting, seen = [tree], set()
    while waiting:
        node = waiting.pop()
        # "a ?: b" holds a twice.
        if id(node) in seen:
            continue
        seen.add(id(node))
        yield node
        waiting.extend(_children(node))


def _check_names(tree: Any) -> None:
    nodes = sorted(_every(tree), key=lambda node: node.position or 0)
    set_here = {"", "$"}
    for node in nodes:
        if node.type == "bind":
            set_here.add(node.lhs.value)
        elif node.type == "lambda":
            set_here.update(argument.value for argument in node.arguments)
            if node.signature is not None:
                raise ComputeError(
                    "gives a function of its own a signature, which is not supported; leave out <…>",
                    cause="syntax",
                    position=node.position,
                )
        set_here.update(name for name in (node.focus, node.index) if isinstance(name, str))
        if node.type in ("function", "partial") and node.procedure.type == "path":
            name = node.procedure.steps[0].value
            if name in FUNCTIONS:
                raise ComputeError(
                    f"calls {name} without its $; write ${name}",
                    cause="unknown_function",
                    position=node.position,
                )
    called = {id(node.procedure) for node in nodes if node.type in ("function", "partial")}
    for node in nodes:
        if node.type != "variable" or node.value in set_here or node.value in FUNCTIONS:
            continue
        if node.value in REFUSED:
            raise ComputeError(
                f"uses ${node.value}, which {REFUSED[node.value]}",
                cause="refused_function",
                position=node.position,
            )
        kind = "function" if id(node) in called else "variable"
        near = difflib.get_close_matches(node.value, [*FUNCTIONS, *sorted(set_here - {"", "$"})], n=1)
        hint = f"; the nearest is ${near[0]}" if near else ""
        raise ComputeError(
            f"uses the unknown {kind} ${node.value}{hint}", cause=f"unknown_{kind}", position=node.position
        )


def _fields(tree: Any) -> set[str]:
    found: set[str] = set()
    _read(tree, "", {}, found)
    return {path for path in found if path}


def _read(node: Any, context: str | None, known: dict[str, str | None], found: set[str]) -> str | None:
    """Note what ``node`` reads, and return the path that it stands for, where it stands for one."""
    if node.type == "path":
        here: str | None = context
        for step in node.steps:
            here = _step(step, here, context, known, found)
        if here:
            found.add(here)
        result = here
    elif node.type == "variable":
        result = context if node.value == "" else "" if node.value == "$" else known.get(node.value)
    elif node.type == "bind":
        result = known[node.lhs.value] = _read(node.rhs, context, known, found)
    elif node.type == "block":
        result = None
        for inner in node.expressions:
            result = _read(inner, context, known, found)
    else:
        if node.type == "lambda":
            known.update(dict.fromkeys(argument.value for argument in node.arguments))
        for inner in _children(node):
            if inner not in (node.predicate or []) and inner is not node.group:
                _read(inner, context, known, found)
        result = None
    for inner in [*(node.predicate or []), *([node.group] if node.group is not None else [])]:
        for part in _children(inner):
            _read(part, result, known, found)
    return result


def _step(
    step: Any, here: str | None, context: str | None, known: dict[str, str | None], found: set[str]
) -> str | None:
    after: str | None
    if step.type == "name":
        after = None if here is None else f"{here}.{step.value}".lstrip(".")
    elif step.type == "sort":
        after = here
        for term in step.terms:
            _read(term.expression, here, known, found)
    elif step.type == "variable":
        after = _read(step, context if here is None else here, known, found)
    else:
        if here:
            found.add(here)
        after = _read(step, here, known, found)
        if step.type not in ("block", "path"):
            after = None
    if step.focus is not None:
        known[step.focus] = after
        after = here
    for inner in [*(step.predicate or []), *(step.stages or [])]:
        if inner.expr is not None:
            _read(inner.expr, after, known, found)
    return after


@lru_cache(maxsize=256)
def fields_of(text: str) -> tuple[str, ...]:
    """The fields that an expression reads."""
    return parse(text).fields

"""``/api/expressions``: trying an expression before it goes into a flow; the same as ``orderbridge flows eval``."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from orderbridge.api import bodies, problems
from orderbridge.api.exact import ExactRoute
from orderbridge.api.guard import Guard
from orderbridge.core import jsonio
from orderbridge.core.errors import FlowError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.places import MISSING
from orderbridge.core.redact import redact
from orderbridge.engine.runtime import Runtime
from orderbridge.flows import conversions, documents, expression_check
from orderbridge.flows.expressions import ExpressionError
from orderbridge.flows.expressions.described import described

_LONGEST = 10_000
_YAML = "application/yaml"


class ToEvaluate(BaseModel):
    """An expression and what it can read, such as a sample of ``/api/flows/{flow}/samples``."""

    model_config = ConfigDict(extra="forbid")

    expression: str = Field(max_length=_LONGEST)
    scope: JsonObject = {}


class ExpressionProblem(BaseModel):
    """What is wrong with it; ``position`` counts its characters from 0, null where nobody can tell."""

    message: str
    cause: str
    position: int | None


class Evaluated(BaseModel):
    """What it gives: ``missing`` where it gives nothing, which is not null; ``shown`` has all digits."""

    missing: bool
    value: Any
    shown: str | None
    reads: list[str]
    problem: ExpressionProblem | None


class ValueRead(BaseModel):
    """What a text in YAML stands for."""

    value: Any


class FunctionShown(BaseModel):
    """A function that expressions can call."""

    name: str
    usage: str
    signature: str
    description: str
    example: str
    ours: bool


class ConversionShown(BaseModel):
    """A conversion that mappings can ask for; ``input_schema`` is of its options."""

    name: str
    title: str
    description: str
    input_schema: JsonObject
    example: JsonObject


def router(runtime: Runtime, guard: Guard) -> APIRouter:
    """Make the routes.

    Args:
        runtime: Has the processes that compute.
        guard: Asked before anything is computed; a bookkeeper may look, too.
    """
    routes = APIRouter(
        prefix="/api/expressions",
        dependencies=[Depends(guard.reading)],
        tags=["flows"],
        route_class=ExactRoute,
        responses=dict.fromkeys((401, 403, 413, 422), problems.RESPONSE),
    )

    @routes.get(
        "/functions",
        summary="List the functions that expressions can call",
        responses={200: {"model": list[FunctionShown]}},
    )
    async def functions() -> Response:
        return bodies.answer([item.as_json() for item in described()])

    @routes.get(
        "/conversions",
        summary="List the conversions that mappings can ask for",
        responses={200: {"model": list[ConversionShown]}},
    )
    async def every_conversion() -> Response:
        return bodies.answer(
            [
                {
                    "name": item.name,
                    "title": item.title,
                    "description": item.description,
                    "input_schema": item.schema,
                    "example": item.example,
                }
                for item in conversions.NAMES.values()
            ]
        )

    @routes.post(
        "/value",
        summary="Read a value that is written in YAML",
        description="As a flow's file is read: exact numbers, and nothing that means one thing here and another there.",
        openapi_extra={"requestBody": {"required": True, "content": {_YAML: {"schema": {"type": "string"}}}}},
        responses={200: {"model": ValueRead}},
    )
    async def value(request: Request) -> Response:
        try:
            return bodies.answer({"value": documents.read(await request.body()).value})
        except documents.UnreadableError as error:
            raise FlowError(f"line {error.line}: {error}", cause="value.unreadable") from error

    @routes.post(
        "/evaluate",
        summary="Compute an expression",
        description="As a flow would, in a process of its own that is ended after its deadline. Nothing is written. "
        "What is wrong with the expression is part of the answer.",
        responses={200: {"model": Evaluated}},
    )
    async def evaluate(given: ToEvaluate) -> Response:
        found: Any = MISSING
        problem: JsonObject | None = None
        try:
            found = await runtime.evaluate(given.expression, given.scope)
        except ExpressionError as error:
            problem = {"message": str(error), "cause": error.cause, "position": error.position}
        missing = found is MISSING
        value = None if missing else redact(found)
        return bodies.answer(
            {
                "missing": missing,
                "value": value,
                "shown": None if missing else jsonio.encode(value).decode(),
                "reads": list(expression_check.fields(given.expression)),
                "problem": problem,
            }
        )

    return routes

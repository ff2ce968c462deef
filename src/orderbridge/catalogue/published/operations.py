"""Every published call as an operation: callable as it is, with its schema checked, or denied with a reason."""

from __future__ import annotations

import re
from functools import cache

from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.operation import API, DENIED, READS, Operation, Run
from orderbridge.catalogue.published.calls import SYSTEMS, PublishedCall, every
from orderbridge.catalogue.published.effects import effects_of
from orderbridge.catalogue.published.examples import example
from orderbridge.catalogue.published.request import in_words, prepare_placed
from orderbridge.catalogue.published.schemas import input_schema, output_schema
from orderbridge.connectors.registry import title
from orderbridge.core.jsonio import JsonObject

_TASKS = re.compile(r"/(recurring-)?tasks$")
_VERBS = {"GET": "reads", "POST": "sends", "PUT": "replaces", "PATCH": "changes", "DELETE": "deletes"}


@cache
def operations() -> tuple[Operation, ...]:
    """Return an operation for each published call of both systems."""
    return tuple(_operation(call) for system in SYSTEMS for call in every(system))


def _operation(call: PublishedCall) -> Operation:
    effects = effects_of(call)
    denied = call.denied
    return Operation(
        id=f"{call.system}.api.{call.id}",
        system=call.system,
        tier=DENIED if denied else API,
        title=_title(call),
        description=_description(call, denied),
        input_schema=input_schema(call),
        output_schema=output_schema(call),
        example=example(call),
        method=call.method,
        path=call.path,
        scopes=call.scopes,
        calls="1",
        effects=effects,
        makes_tasks=call.method == "POST" and bool(_TASKS.search(call.path)),
        repeatable=effects == {READS},
        denied=denied,
        run=None if denied else _run(call),
    )


def _run(call: PublishedCall) -> Run:
    async def run(ctx: ActionContext, given: JsonObject) -> JsonObject:
        request = prepare_placed(
            call,
            ctx,
            in_path=given.get("path", {}),
            query=given.get("query", {}),
            body=given.get("body"),
        )
        if effects_of(call) == {READS}:
            return {"answer": await request.send(ctx)}
        return {
            "answer": await ctx.unproved(call.system, call.id, request.shown(), lambda: request.send(ctx))
        }

    return run


def _title(call: PublishedCall) -> str:
    words = call.id.partition(".")[2].replace("_", " ")
    return words[:1].upper() + words[1:]


def _description(call: PublishedCall, denied: str | None) -> str:
    if denied:
        return f"{title(call.system)}'s `{call.name}` cannot be called from here: {denied}."
    old = " HighLevel and Act! keep deprecated calls for a while only." if call.deprecated else ""
    proof = "" if effects_of(call) == {READS} else " Not read back: its answer is all that is known of it."
    return (
        f"{_VERBS[call.method].capitalize()} what {title(call.system)} publishes as `{call.name}`, under its own "
        f"names.{in_words(call)}{proof}{old}"
    )

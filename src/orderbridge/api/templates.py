"""``/api/templates``: flows that come with the product; the same as ``orderbridge templates``."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from orderbridge.api import bodies, problems
from orderbridge.api.exact import ExactRoute
from orderbridge.api.guard import Guard
from orderbridge.automation import enabling
from orderbridge.catalogue.registry import operation
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine.runtime import Runtime
from orderbridge.flows import template_settings, templates
from orderbridge.flows.model import Flow, Setting, Template
from orderbridge.store import connections, flows

_WHY_NOT: dict[int | str, dict[str, Any]] = dict.fromkeys((401, 403, 404, 409, 422, 503), problems.RESPONSE)
_OTHER = {"ghl": "act", "act": "ghl"}


class SettingShown(BaseModel):
    """What the owner decides.

    Attributes:
        schema_: JSON Schema of the value.
        required: Whether it has to be given; else ``default`` is taken.
        example: A value that works.
    """

    name: str
    title: str
    description: str
    schema_: JsonObject = Field(serialization_alias="schema")
    required: bool
    default: Any
    example: Any


class TemplateFlow(BaseModel):
    """One flow of a template.

    Attributes:
        starts: What starts it, in words; ``trigger`` is its name for programs.
        from_system: ``ghl`` or ``act``; ``to_system`` is the other.
    """

    flow: str
    title: str
    trigger: str
    starts: str
    from_system: str
    to_system: str


class Between(BaseModel):
    """Two accounts between which a template was enabled.

    Attributes:
        flows: How many of its flows were published there; ``on`` of them are switched on.
        names: Of those flows.
        settings: With which it was enabled there, as far as its flows still show them.
    """

    highlevel: str
    act: str
    mode: str
    flows: int
    on: int
    names: list[str]
    settings: JsonObject


class TemplateRow(BaseModel):
    """A template in the list."""

    name: str
    title: str
    description: str
    flows: list[TemplateFlow]
    settings: list[SettingShown]
    between: list[Between]


class TemplateShown(TemplateRow):
    """A template with its flows as they are with the example settings."""

    definitions: list[Flow]


class Missing(BaseModel):
    """What an Act! database lacks for the templates, in words; nothing of it was created."""

    missing: list[str]


class ToEnable(BaseModel):
    """Between which connections, and how.

    Attributes:
        create_fields: Create the tables and fields that Act! lacks; null does so in a sandbox only.
    """

    model_config = ConfigDict(extra="forbid")

    ghl: str
    act: str
    settings: JsonObject = {}
    create_fields: bool | None = None


class Enabled(BaseModel):
    """What became of it.

    Attributes:
        flows: Names within the template; ``names`` are those of the flows as they are published.
        to_go_live: Which of ``flows`` are off until they go live.
        created: In Act!; ``missing`` is what was left out.
    """

    flows: list[str]
    names: list[str]
    to_go_live: list[str]
    created: list[str]
    missing: list[str]


def router(runtime: Runtime, guard: Guard) -> APIRouter:
    """Make the routes.

    Args:
        runtime: The opened accounts.
        guard: Asked before anything is shown or done.
    """
    routes = APIRouter(
        prefix="/api/templates",
        dependencies=[Depends(guard)],
        tags=["templates"],
        route_class=ExactRoute,
        responses=_WHY_NOT,
    )

    @routes.get("", summary="List the templates", responses={200: {"model": list[TemplateRow]}})
    async def every() -> Response:
        between = await _between(runtime)
        return bodies.answer(
            [_row(item, between.get(item.template, [])) for item in templates.load_all().values()]
        )

    @routes.get("/{name}", summary="Show a template", responses={200: {"model": TemplateShown}})
    async def one(name: str) -> Response:
        template = templates.find(name)
        examples = {key: item.example for key, item in template.settings.items()}
        between = (await _between(runtime)).get(name, [])
        definitions = [flow.as_json() for flow in templates.fill(template, examples)]
        return bodies.answer(_row(template, between) | {"definitions": definitions})

    @routes.get(
        "/{name}/missing",
        summary="What Act! lacks for a template, which enabling it would create",
        responses={200: {"model": Missing}},
    )
    async def missing(
        name: str,
        ghl: str = Query(description="Name of the HighLevel connection."),
        act: str = Query(description="Name of the Act! connection."),
    ) -> Response:
        return bodies.answer({"missing": await enabling.missing(runtime, name, ghl=ghl, act=act)})

    @routes.post(
        "/{name}/enable",
        summary="Publish a template's flows between two connections and switch them on",
        description="Between live connections they are off until they go live.",
        responses={200: {"model": Enabled}},
    )
    async def enable(name: str, given: ToEnable, by: str = Depends(guard)) -> Response:
        done = await enabling.enable(
            runtime,
            name,
            ghl=given.ghl,
            act=given.act,
            create_fields=given.create_fields,
            settings=given.settings,
            by=by,
        )
        return bodies.answer(done)

    return routes


def _row(template: Template, between: list[JsonObject]) -> JsonObject:
    return {
        "name": template.template,
        "title": template.title,
        "description": template.description.strip(),
        "flows": [_flow(item) for item in template.flows],
        "settings": [_setting(name, item) for name, item in template.settings.items()],
        "between": between,
    }


def _flow(item: JsonObject) -> JsonObject:
    trigger = operation(item["trigger"])
    return {
        "flow": item["flow"],
        "title": item["title"],
        "trigger": item["trigger"],
        "starts": trigger.title,
        "from_system": trigger.system,
        "to_system": _OTHER[trigger.system],
    }


def _setting(name: str, item: Setting) -> JsonObject:
    return {
        "name": name,
        "title": item.title,
        "description": item.description.strip(),
        "schema": item.schema_,
        "required": item.required,
        "default": item.default,
        "example": item.example,
    }


def _settings(item: flows.StoredFlow) -> JsonObject:
    """Return the settings that a flow shows; none where its template is not among ours any more."""
    template = templates.load_all().get(str(item.template))
    return (
        {}
        if template is None
        else template_settings.given(template, {item.definition["flow"]: item.definition})
    )


async def _between(runtime: Runtime) -> dict[str, list[JsonObject]]:
    """Return the pairs of accounts of each template that was enabled anywhere."""
    async with runtime.db.read() as tx:
        accounts = {item.id: item for item in await connections.every(tx)}
        published = [item for item in await flows.every(tx) if item.template is not None]
    found: dict[str, dict[tuple[str, str], JsonObject]] = {}
    for item in published:
        ends = [accounts.get(item.source_connection), accounts.get(item.target_connection)]
        ghl = next((one for one in ends if one is not None and one.system == "ghl"), None)
        act = next((one for one in ends if one is not None and one.system == "act"), None)
        if ghl is None or act is None:
            continue
        pair = found.setdefault(str(item.template), {}).setdefault(
            (ghl.name, act.name),
            {"highlevel": ghl.name, "act": act.name, "mode": act.mode, "flows": 0, "on": 0, "names": []}
            | {"settings": {}},
        )
        pair["settings"] |= _settings(item)
        pair["flows"] += 1
        pair["on"] += item.enabled
        pair["names"].append(item.name)
    return {name: list(pairs.values()) for name, pairs in found.items()}

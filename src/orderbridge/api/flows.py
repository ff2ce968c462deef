"""``/api/flows``: drafts, versions, edits, files; the same as ``orderbridge flows``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from orderbridge.api import bodies, problems
from orderbridge.api import flow_models as models
from orderbridge.api.exact import ExactRoute
from orderbridge.api.guard import Guard
from orderbridge.automation import applying, candidates, drafts, publishing
from orderbridge.automation.publishing import Author
from orderbridge.core.jsonio import JsonObject
from orderbridge.engine.runtime import Runtime
from orderbridge.flows import differences, editor_schema, files, shape, validate
from orderbridge.flows.effects import addresses_of
from orderbridge.flows.problems import wrong
from orderbridge.store import flows

_WHY_NOT: dict[int | str, dict[str, Any]] = dict.fromkeys((401, 404, 409, 413, 422), problems.RESPONSE)
_YAML = "application/yaml"
_YAML_BODY = {
    "requestBody": {"required": True, "content": {_YAML: {"schema": {"type": "string"}}}},
}
_YAML_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {"content": {_YAML: {"schema": {"type": "string"}}}, "description": "The flow's file"}
}
_Source = Annotated[str | None, Query(description="Connection that starts it, where the file does not say.")]
_Target = Annotated[
    str | None, Query(description="Connection that it works on, where the file does not say.")
]


def router(runtime: Runtime, guard: Guard, *, public_url: str | None = None) -> APIRouter:
    """Make the routes.

    Args:
        runtime: The opened accounts.
        guard: Asked before anything is shown or done.
        public_url: Where others reach this server.
    """

    def routes_for(who: Callable[..., Awaitable[str]]) -> APIRouter:
        return APIRouter(
            prefix="/api/flows",
            dependencies=[Depends(who)],
            tags=["flows"],
            route_class=ExactRoute,
            responses=_WHY_NOT,
        )

    routes, looking = routes_for(guard), routes_for(guard.reading)

    def author(request: Request, name: str = Depends(guard)) -> Author:
        urls = [str(request.base_url), *([public_url] if public_url else [])]
        return Author(name=name, own_addresses=addresses_of(urls))

    by = Depends(author)
    _add_reading(routes, runtime)
    _add_looking(looking, runtime)
    _add_drafts(routes, runtime, by)
    _add_publishing(routes, runtime, by)
    _add_files(routes, runtime, by)
    # After the fixed words: a flow may be called by its name or its id.
    _add_flow(routes, runtime, by)
    both = APIRouter()
    both.include_router(looking)
    both.include_router(routes)
    return both


def _add_reading(routes: APIRouter, runtime: Runtime) -> None:
    @routes.get("", summary="List the flows", responses={200: {"model": list[models.FlowRow]}})
    async def every() -> Response:
        async with runtime.db.begin() as tx:
            return bodies.answer([models.row(item) for item in await drafts.every(tx)])

    @routes.get("/schema", summary="The JSON Schema of a flow's file, for editors")
    async def schema() -> Response:
        return bodies.answer(editor_schema.schema())


def _add_looking(routes: APIRouter, runtime: Runtime) -> None:
    """Add what is sent and changes nothing: a bookkeeper may ask it."""

    @routes.post("/validate", summary="Look at a flow", responses={200: {"model": models.Validated}})
    async def look(given: models.ToValidate) -> Response:
        flow = shape.parsed(given.definition, subject="the flow")
        if given.source is None or given.target is None:
            found = validate.problems(flow)
        else:
            one = await candidates.candidate(runtime, flow, source=given.source, target=given.target)
            found = await drafts.look_at(runtime, one, author=Author(name=""))
        return bodies.answer({"valid": not wrong(found), "problems": models.problems(found)})

    @routes.post(
        "/diff",
        summary="What a flow's file would change",
        openapi_extra=_YAML_BODY,
        responses={200: {"model": models.DifferencesShown}},
    )
    async def diff_file(request: Request, source: _Source = None, target: _Target = None) -> Response:
        file = files.read(await request.body(), subject="the file")
        [one] = await applying.between(runtime, [file], source=source, target=target)
        async with runtime.db.begin() as tx:
            found = await drafts.find(tx, one.flow_id) if await drafts.is_there(tx, one.flow_id) else None
        before = found.stored.definition if found and found.stored else None
        return bodies.answer(_differences(before, file.flow.as_json(), names=("published", "the file")))


def _add_flow(routes: APIRouter, runtime: Runtime, by: Any) -> None:
    @routes.get("/{flow}", summary="Show a flow", responses={200: {"model": models.FlowShown}})
    async def one(flow: str) -> Response:
        async with runtime.db.begin() as tx:
            return bodies.answer(models.whole(await drafts.find(tx, flow)))

    @routes.get(
        "/{flow}/versions",
        summary="List what was published of a flow",
        responses={200: {"model": list[models.VersionShown]}},
    )
    async def versions(flow: str) -> Response:
        async with runtime.db.begin() as tx:
            found = await drafts.find(tx, flow)
            return bodies.answer([models.version(item) for item in await flows.versions(tx, found.flow_id)])

    @routes.get(
        "/{flow}/versions/{version}",
        summary="Show a version",
        responses={200: {"model": models.VersionWhole}},
    )
    async def version(flow: str, version: int) -> Response:
        async with runtime.db.begin() as tx:
            found = await drafts.find(tx, flow)
            definition = await drafts.version(tx, found, version)
        return bodies.answer({"version": version, "definition": definition})

    @routes.post(
        "/{flow}/enable",
        summary="Switch a flow on, unless it could start itself without end",
        responses={200: {"model": models.SwitchShown}},
    )
    async def enable(flow: str, author: Author = by) -> Response:
        name = await published(flow)
        await publishing.switch_on(runtime, name, author=author)
        return bodies.answer({"name": name, "enabled": True})

    @routes.post(
        "/{flow}/disable",
        summary="Switch a flow off; what it began is finished",
        responses={200: {"model": models.SwitchShown}},
    )
    async def disable(flow: str) -> Response:
        name = await published(flow)
        async with runtime.db.begin() as tx:
            await flows.set_enabled(tx, name, enabled=False)
        return bodies.answer({"name": name, "enabled": False})

    async def published(flow: str) -> str:
        async with runtime.db.begin() as tx:
            found = await drafts.find(tx, flow)
            await drafts.version(tx, found, None)
        return found.name


def _add_drafts(routes: APIRouter, runtime: Runtime, by: Any) -> None:
    @routes.post(
        "", summary="Begin a flow as a draft", status_code=201, responses={201: {"model": models.DraftShown}}
    )
    async def begin(given: models.NewDraft, author: Author = by) -> Response:
        flow = shape.parsed(given.definition, subject="the flow")
        one = await candidates.candidate(runtime, flow, source=given.source, target=given.target)
        draft = await drafts.begin(runtime, one, by=author.name, replace=given.replace)
        return bodies.answer(models.draft(draft), status=201)

    @routes.get("/{flow}/draft", summary="Show a draft", responses={200: {"model": models.DraftShown}})
    async def show(flow: str) -> Response:
        async with runtime.db.begin() as tx:
            return bodies.answer(models.draft(drafts.require(await drafts.find(tx, flow))))

    @routes.put("/{flow}/draft", summary="Replace a draft", responses={200: {"model": models.DraftShown}})
    async def put(flow: str, given: models.DraftGiven, author: Author = by) -> Response:
        async with runtime.db.begin() as tx:
            found = await drafts.find(tx, flow)
        one = found.candidate(shape.parsed(given.definition, subject=found.name))
        return bodies.answer(models.draft(await drafts.begin(runtime, one, by=author.name, seen=given.seen)))

    @routes.delete("/{flow}/draft", summary="Forget a draft", status_code=204)
    async def discard(flow: str) -> Response:
        await drafts.discard(runtime, flow)
        return Response(status_code=204)

    @routes.post(
        "/{flow}/edits",
        summary="Edit a draft",
        description="All edits, or none. The first edit of a flow without a draft begins one from what is published.",
        responses={200: {"model": models.EditsShown}},
    )
    async def edit(flow: str, given: models.EditsGiven, author: Author = by) -> Response:
        done = await drafts.edit(runtime, flow, given.edits, seen=given.seen, author=author)
        return bodies.answer(
            {
                "draft": models.draft(done.draft),
                "undo": [item.model_dump(mode="python") for item in done.undo],
                "problems": models.problems(done.problems),
            }
        )


def _add_publishing(routes: APIRouter, runtime: Runtime, by: Any) -> None:
    @routes.post(
        "/{flow}/publish",
        summary="Freeze a draft as the flow's next version",
        responses={200: {"model": models.PublishedShown}},
    )
    async def publish(flow: str, given: models.PublishGiven, author: Author = by) -> Response:
        signed = Author(name=author.name, note=given.note, own_addresses=author.own_addresses)
        return bodies.answer(
            models.published(await drafts.publish(runtime, flow, author=signed, seen=given.seen))
        )

    @routes.post(
        "/{flow}/revert",
        summary="Make a draft of an old version",
        responses={200: {"model": models.DraftShown}},
    )
    async def revert(flow: str, given: models.RevertGiven, author: Author = by) -> Response:
        draft = await drafts.revert(runtime, flow, given.version, by=author.name, replace=given.replace)
        return bodies.answer(models.draft(draft))


def _add_files(routes: APIRouter, runtime: Runtime, by: Any) -> None:
    @routes.post(
        "/import",
        summary="Take a flow's file as a draft",
        status_code=201,
        openapi_extra=_YAML_BODY,
        responses={201: {"model": models.EditsShown}},
    )
    async def import_file(
        request: Request,
        source: _Source = None,
        target: _Target = None,
        replace: bool = False,
        author: Author = by,
    ) -> Response:
        file = files.read(await request.body(), subject="the file")
        [one] = await applying.between(runtime, [file], source=source, target=target)
        draft = await drafts.begin(runtime, one, by=author.name, replace=replace)
        found = await drafts.look_at(runtime, one, author=author)
        return bodies.answer(
            {"draft": models.draft(draft), "undo": [], "problems": models.problems(found)}, status=201
        )

    @routes.get("/{flow}/export", summary="A flow as a file", response_class=Response, responses=_YAML_ANSWER)
    async def export(flow: str, version: int | None = None, draft: bool = False) -> Response:
        async with runtime.db.begin() as tx:
            found = await drafts.find(tx, flow)
            if draft:
                definition = drafts.require(found).definition
            else:
                definition = await drafts.version(tx, found, version)
        text = files.write(definition, source=found.source.name, target=found.target.name)
        return Response(text, media_type=_YAML)

    @routes.get(
        "/{flow}/diff",
        summary="What a draft would change",
        responses={200: {"model": models.DifferencesShown}},
    )
    async def diff(flow: str, version: int | None = None) -> Response:
        async with runtime.db.begin() as tx:
            found = await drafts.find(tx, flow)
            before = None
            if version is not None or found.stored is not None:
                before = await drafts.version(tx, found, version)
        return bodies.answer(_differences(before, found.newest, names=("published", "draft")))


def _differences(before: JsonObject | None, after: JsonObject, *, names: tuple[str, str]) -> JsonObject:
    found = differences.places(before or {}, after)
    return {
        "same": not found,
        "lines": differences.lines(before, after, names=names),
        "differences": [item.as_json() for item in found],
    }

"""From one request to one answer: faults, budget, sign-in, handler, faults again.

Parts of a batch take the same way, so that a fault or the budget strikes them like single calls.
"""

from __future__ import annotations

from collections.abc import Callable

from orderbridge.emulators.act import (
    batch,
    budget,
    door,
    routes_attachments,
    routes_calendar,
    routes_companies,
    routes_contacts,
    routes_custom,
    routes_dropdowns,
    routes_history,
    routes_lines,
    routes_links,
    routes_metadata,
    routes_opportunities,
    routes_processes,
    routes_system,
    routes_tasks,
    routes_webhooks,
)
from orderbridge.emulators.act.answers import Answer, refusal
from orderbridge.emulators.act.errors import ActError, dotnet, simple
from orderbridge.emulators.act.routing import Call, Request, Route, Router
from orderbridge.emulators.act.state import ActWorld

BASE = "/act.web.api"
_BATCH = "/api/$batch"
_READS = {"POST /api/sync-data/search-contacts-by-business-email"}
# Areas that the real API has and the twin has not: a client must not take them for an older build.
_NOT_EMULATED = frozenset(
    {
        "activityseries", "analytics", "attachments", "calendar", "configurations", "cors", "database",
        "documents", "dynamic-list", "emarketing", "geographics", "group-contacts", "import", "layouts", "lists",
        "marketingautomations", "opened", "preferences", "registration", "s3-import", "teams",
        "templates",
    }
)  # fmt: skip
_GATEWAY_TEXT = (
    "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with "
    "Base64): 'twin'."
)


def build_router() -> Router:
    """Return the routes of every area."""
    router = Router()
    for area in (
        routes_contacts,
        routes_companies,
        routes_opportunities,
        routes_lines,
        routes_processes,
        routes_history,
        routes_tasks,
        routes_calendar,
        routes_attachments,
        routes_links,
        routes_custom,
        routes_dropdowns,
        routes_metadata,
        routes_system,
        routes_webhooks,
    ):
        area.add(router)
    return router


class Server:
    """Answers requests from one world."""

    def __init__(self, world: ActWorld) -> None:
        self.world = world
        self.router = build_router()
        # These two do not sign in like the others: the one before it, the other for all of its parts.
        self.router.add(
            "GET", door.AUTHORIZE, lambda call: door.authorize(world, call.request), anonymous=True
        )
        self.router.add("POST", _BATCH, lambda call: self._batch(call))

    def answer(self, request: Request, *, counts: bool = True) -> Answer:
        """Answer one request.

        Args:
            request: From the wire or from a batch.
            counts: Whether it counts against the rate limit.
        """
        world = self.world
        try:
            route, params = self._route(request)
        except ActError as error:
            answer = refusal(error)
        else:
            world.counters.by_route[f"{route.method} {route.template}"] += 1
            answer = self._routed(request, route, params, counts=counts)
            if not route.anonymous:
                answer.headers.update(budget.headers(world))
        world.counters.by_status[answer.status] += 1
        return answer

    def latency_s(self, request: Request) -> float:
        """Return how long this request is to be held back."""
        slow = self.world.faults.slow_s
        if not slow.seconds:
            return 0.0
        wanted = (slow.match or "").lower()
        return slow.seconds if f"{request.method} {request.path}".lower().startswith(wanted) else 0.0

    def _route(self, request: Request) -> tuple[Route, dict[str, str]]:
        if self.world.faults.door == "allow_list":
            # IIS itself, before the Web API.
            raise ActError(403, b"Forbidden", content_type="text/plain")
        segments = request.path.strip("/").lower().split("/")
        if segments[0] not in ("api", door.AUTHORIZE.strip("/")):
            # The gateway in front routes nothing else; a wrong path looks like a wrong credential.
            raise simple(403, _GATEWAY_TEXT)
        try:
            return self.router.find(request.method, request.path)
        except ActError:
            if len(segments) > 1 and segments[1] in _NOT_EMULATED:
                raise simple(501, f"The Act! twin does not emulate {request.path}.") from None
            raise

    def _routed(self, request: Request, route: Route, params: dict[str, str], *, counts: bool) -> Answer:
        world = self.world
        try:
            self._strike_before(request, route)
            if counts and not route.anonymous and not budget.spend(world):
                raise budget.throttled(world)
            user = world.sync_user if route.anonymous else door.signed_in(world, request)
            answer = route.handler(Call(world, request, route.template, params, user))
        except ActError as error:
            return refusal(error)
        return self._strike_after(request, route, answer)

    def _strike_before(self, request: Request, route: Route) -> None:
        faults, where = self.world.faults, (request.method, request.path, route.template)
        if faults.throttle_429.strikes(*where):
            raise budget.throttled(self.world, retry_after_s=faults.throttle_429.retry_after_s)
        if faults.error_500_before.strikes(*where):
            raise dotnet(
                500, "Exception of type 'System.Exception' was thrown.", exception_type="System.Exception"
            )
        if faults.html_error.strikes(*where):
            page = b"<!DOCTYPE html><html><head><title>Runtime Error</title></head><body>Server Error</body></html>"
            raise ActError(500, page, content_type="text/html; charset=utf-8")
        if faults.database_locked.strikes(*where):
            raise dotnet(503, "The database is locked for maintenance.", exception_type="Act.DatabaseLocked")

    def _strike_after(self, request: Request, route: Route, answer: Answer) -> Answer:
        faults, where = self.world.faults, (request.method, request.path, route.template)
        if request.method == "GET" or answer.status >= 400 or f"{route.method} {route.template}" in _READS:
            return answer
        for fault, struck in (
            (faults.error_500_after_write, _lost_answer),
            (faults.drop_after_write, _broken_connection(faults.drop_after_write.hang_s)),
        ):
            # A batch as a whole is struck only when it is named; its parts are struck one by one.
            aimed = route.template != _BATCH or fault.names(request.method, route.template)
            if aimed and fault.strikes(*where):
                return struck(answer)
        return answer

    def _batch(self, call: Call) -> Answer:
        world = call.world
        refused = batch.switched_off(world.faults.batch)
        if refused is not None:
            raise refused
        parts = batch.parts_of(call.request, BASE)
        world.counters.batches += 1
        world.counters.batch_parts += len(parts)
        answers: list[Answer] = []
        for part in parts:
            answers.append(self._part(part))
            if answers[-1].drop:
                return answers[-1]
        return batch.joined(answers, f"batchresponse_{world.new_id()}")

    def _part(self, part: batch.Part) -> Answer:
        request = part.request
        if request is None or request.path.lower() == _BATCH:
            return refusal(simple(404, "No HTTP resource was found that matches the request URI."))
        return self.answer(request, counts=self.world.faults.batch_counts_parts)


def _lost_answer(_answer: Answer) -> Answer:
    return refusal(
        dotnet(500, "The operation was canceled.", exception_type="System.OperationCanceledException")
    )


def _broken_connection(hang_s: float) -> Callable[[Answer], Answer]:
    def struck(answer: Answer) -> Answer:
        answer.drop, answer.hang_s = True, hang_s
        return answer

    return struck

"""Call a web service that has no operation of its own."""

from __future__ import annotations

from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import (
    anything,
    choice,
    flag,
    needing,
    number,
    object_of,
    owners_fields,
    text,
    whole,
)
from orderbridge.catalogue.operation import READS, WRITES, Operation
from orderbridge.connectors.web import WebRequest
from orderbridge.core import jsonio
from orderbridge.core.errors import FlowError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.redact import redact

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
_TEXTS: JsonObject = {"additionalProperties": {"type": "string", "maxLength": 8192}, "maxProperties": 50}


async def _run(ctx: ActionContext, given: JsonObject) -> JsonObject:
    request = _request(given)
    if request.reads:
        return await ctx.web.send(request)
    shown = {
        "method": request.method,
        "path": request.url,
        "headers": sorted(request.headers),
        "query": sorted(request.query),
        "body": redact(given.get("json", given.get("text"))),
    }
    answer: JsonObject = await ctx.unproved("core", "web_request", shown, lambda: ctx.web.send(request))
    return answer


def _request(given: JsonObject) -> WebRequest:
    if "json" in given and "text" in given:
        raise FlowError("give json or text, not both", cause="flow.input_refused")
    headers = dict(given.get("headers", {}))
    body = None
    if "json" in given:
        body, kind = jsonio.encode(given["json"]), "application/json"
    elif "text" in given:
        body, kind = given["text"].encode(), "text/plain; charset=utf-8"
    if body is not None and not any(name.lower() == "content-type" for name in headers):
        headers["Content-Type"] = kind
    return WebRequest(
        method=given["method"],
        url=given["url"],
        headers=headers,
        query=given.get("query", {}),
        body=body,
        expected=frozenset(given.get("expected", ())),
        timeout_s=float(given.get("timeout_s", 30)),
    )


_NULLABLE: JsonObject = {"type": ["string", "null"]}

OPERATION = Operation(
    id="core.http.request",
    system="core",
    title="Call a web service",
    description="Makes one HTTP request to the public internet or to hosts that you listed; what writes cannot be "
    "proved and is sent at most once, so a lost answer is held for a person.",
    input_schema=object_of(
        needing(
            {
                "method": choice("GET and HEAD read; everything else counts as a write.", _METHODS),
                "url": text("Address without a query, user or password.", minLength=8, maxLength=4096),
                "headers": owners_fields("Headers; their values are never logged or stored.", **_TEXTS),
                "query": owners_fields("The query; its values are never logged or stored.", **_TEXTS),
                "json": anything("What is sent as JSON; amounts stay exact."),
                "text": text("What is sent as text instead."),
                "expected": anything(
                    "Statuses that are a success; 200 to 299 unless given.",
                    type="array",
                    items={"type": "integer", "minimum": 200, "maximum": 599},
                ),
                "timeout_s": number("Seconds to wait; 30 unless given.", minimum=1, maximum=120),
            },
            "method",
            "url",
        )
    ),
    output_schema=object_of(
        needing(
            {
                "status": whole("The answer's status."),
                "headers": owners_fields("Its content type, location, etag and the like."),
                "json": anything("The answer, where it is JSON."),
                "text": text("The answer, where it is not.", **_NULLABLE),
                "truncated": flag("Whether it had more than a megabyte and was left out."),
            },
            "status",
        )
    ),
    example={"method": "GET", "url": "https://api.example.com/rates", "query": {"base": "USD"}},
    example_output={"status": 200, "headers": {}, "json": {"EUR": 0.93}, "text": None, "truncated": False},
    calls="1 to the service",
    effects=frozenset({READS, WRITES}),
    repeatable=False,
    proof="none is possible: what writes is journalled before it is sent, and sent at most once for each step",
    private=frozenset({"headers", "query"}),
    run=_run,
)

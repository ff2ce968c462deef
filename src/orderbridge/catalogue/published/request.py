"""One request of a published call: what a caller gave, with what the account itself answers filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.published.calls import ACT, FORM_BODY, GHL, UPLOAD_BODY, PublishedCall
from orderbridge.connectors.uploads import Upload
from orderbridge.core.errors import FlowError
from orderbridge.core.jsonio import JsonObject

# What the connection knows about itself and nobody has to type; one old search spells it its own way.
FILLED = ("altId", "altType", "locationId", "location_id")


@dataclass(frozen=True, kw_only=True)
class Request:
    """A call with everything in its place.

    Attributes:
        body: None sends none.
    """

    call: PublishedCall
    path: str
    query: JsonObject
    body: Any

    async def send(self, ctx: ActionContext) -> Any:
        """Make the call and return the decoded answer, None where it is empty."""
        client = ctx.ghl if self.call.system == GHL else ctx.act
        form = self.body if self.call.body_type == FORM_BODY else None
        upload = Upload.of(self.body) if self.call.body_type == UPLOAD_BODY and self.body else None
        answer = await client.request(
            self.call.method,
            self.path,
            params=self.query,
            body=None if form or upload else self.body,
            form=form,
            upload=upload,
        )
        return answer.body if answer.body is not None else (answer.text or None)

    def shown(self) -> JsonObject:
        """The request for people: what would be sent."""
        return {"method": self.call.method, "path": self.path, "query": self.query, "body": self.body}


def prepare(call: PublishedCall, ctx: ActionContext, values: Mapping[str, Any]) -> Request:
    """Put values, by the provider's names, where the call wants them.

    A name that is in the path goes there; of the rest, what the query declares goes there and everything
    else into the body. ``prepare_placed`` is for a caller who says the place.
    """
    rest = dict(values)
    in_path = {name: rest.pop(name) for name in call.path_names if name in rest}
    query = {name: rest.pop(name) for name in list(rest) if name in call.query_names and call.body is None}
    return prepare_placed(
        call, ctx, in_path=in_path, query=query, body=rest if call.body is not None else None
    )


def prepare_placed(
    call: PublishedCall,
    ctx: ActionContext,
    *,
    in_path: Mapping[str, Any],
    query: Mapping[str, Any],
    body: Any,
) -> Request:
    """Fill in what the account knows about itself, and quote the path.

    Raises:
        FlowError: A part of the path is missing.
    """
    known = _known(call, ctx)
    path = call.path
    for name in call.path_names:
        value = in_path.get(name, known.get(name))
        if value in (None, ""):
            raise FlowError(f"{call.name}: {name!r} of its path is missing", cause="flow.input_refused")
        path = path.replace("{" + name + "}", quote(str(value), safe=""))
    declared = call.body_names
    asked = {name: known[name] for name in FILLED if name in known and name in call.query_names}
    if call.body is not None and (body is None or isinstance(body, dict)):
        own = {name: known[name] for name in FILLED if name in known and name in declared}
        body = own | dict(body or {}) or None
    return Request(call=call, path=path, query=asked | dict(query), body=body)


def _known(call: PublishedCall, ctx: ActionContext) -> JsonObject:
    if call.system == ACT:
        return {}
    location = ctx.ghl.location_id
    return {"altId": location, "altType": "location", "locationId": location, "location_id": location}


def in_words(call: PublishedCall) -> str:
    """Name what a caller need not give."""
    where = [name for name in FILLED if name in call.query_names | call.body_names | set(call.path_names)]
    return f" {', '.join(where)} come from the connection where they are left out." if where else ""

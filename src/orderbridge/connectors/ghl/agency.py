"""What an agency's token is for: where the app is installed, and the tokens of those locations.

Source: HighLevel API notes, sections 2.1 and 2.5.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from orderbridge.connectors.fields import child, objects, required_text, text
from orderbridge.connectors.ghl.auth import Grant, grant_of
from orderbridge.connectors.ghl.calls import identity, part
from orderbridge.connectors.ghl.models import Location
from orderbridge.connectors.http import HttpClient
from orderbridge.connectors.paging import walk
from orderbridge.core.errors import BadRecordError
from orderbridge.core.jsonio import JsonObject

# The default of this list; its maximum is unpublished, and so is whether the count always comes.
PAGE_ROWS = 20
_OVERLAP_ROWS = 4


@dataclass(frozen=True, slots=True)
class Installed:
    """A location of the agency, and whether the app is in it."""

    location_id: str
    name: str
    installed: bool

    @classmethod
    def parse(cls, data: JsonObject) -> Installed:
        """Read a row of the list."""
        return cls(
            location_id=required_text(data, "_id", "id", what="HighLevel installed location"),
            name=text(data, "name") or "",
            # The field is optional; a row without it is one of the list of installed locations.
            installed=data.get("isInstalled") is not False,
        )


class AgencyClient:
    """One agency that installed one app.

    Args:
        http: Signs with the agency's pair.
        company_id: The agency.
        app_id: The app's id, which is the client id up to its dash.
    """

    def __init__(self, http: HttpClient, *, company_id: str, app_id: str) -> None:
        self.http = http
        self._company_id = company_id
        self._app_id = app_id

    async def close(self) -> None:
        """Close the connections."""
        await self.http.close()

    async def locations(self, *, page_rows: int = PAGE_ROWS) -> AsyncIterator[Installed]:
        """Walk all locations of the agency, with and without the app."""

        async def fetch(offset: int, wanted: int) -> tuple[list[JsonObject], int | None]:
            body = await self._page(skip=offset, limit=wanted)
            count = body.get("count")
            return objects(body, "locations"), count if isinstance(count, int) else None

        async for row in walk(fetch, key=identity, page_rows=page_rows, overlap_rows=_OVERLAP_ROWS):
            yield Installed.parse(row)

    async def location(self, location_id: str) -> Installed | None:
        """Ask for one location; None where the agency has none of that id."""
        rows = objects(await self._page(skip=0, limit=1, location_id=location_id), "locations")
        found = [Installed.parse(row) for row in rows]
        return next((item for item in found if item.location_id == location_id), None)

    async def location_token(self, location_id: str) -> Grant:
        """Turn the agency's token into a grant for one of its locations."""
        answer = await self.http.call(
            "POST",
            "/oauth/locationToken",
            form={"companyId": self._company_id, "locationId": location_id},
            # Asking twice only makes a second token.
            repeatable=True,
        )
        return grant_of(answer)

    async def _page(self, *, skip: int, limit: int, location_id: str | None = None) -> JsonObject:
        answer = await self.http.call(
            "GET",
            "/oauth/installedLocations",
            params={
                "companyId": self._company_id,
                "appId": self._app_id,
                "skip": skip,
                "limit": limit,
                "locationId": location_id,
            },
        )
        if not isinstance(answer.body, dict) or not isinstance(answer.body.get("locations"), list):
            raise BadRecordError(
                "HighLevel GET /oauth/installedLocations: the answer has no list 'locations'",
                cause="ghl.unknown_envelope",
            )
        return answer.body


async def read_location(http: HttpClient, grant: Grant, location_id: str) -> Location:
    """Read a location with the token of ``grant``, before anything of it is stored.

    Args:
        http: A client of the HighLevel host; its own credentials are not used.
        grant: What was just handed out.
        location_id: Which location it must be good for.
    """
    answer = await http.call(
        "GET",
        f"/locations/{part(location_id)}",
        headers={"Authorization": f"Bearer {grant.access}"},
        signed=False,
    )
    if not isinstance(answer.body, dict):
        raise BadRecordError(
            f"HighLevel GET /locations/{location_id}: the answer is not an object", cause="ghl.not_an_object"
        )
    return Location.parse(child(answer.body, "location") or answer.body)

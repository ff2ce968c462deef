"""What INSTALL and UNINSTALL webhooks change: the list of locations, and the connections of those that left.

Source: HighLevel API notes, section 9.5.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from orderbridge.accounts.agencies import connect_location, free_name
from orderbridge.connectors.ghl import webhooks
from orderbridge.core.errors import ReconnectError, RejectedError
from orderbridge.core.log import get
from orderbridge.engine.runtime import Runtime
from orderbridge.store import agencies, connections, inbox
from orderbridge.store.agencies import Agency
from orderbridge.store.connections import Connection
from orderbridge.store.inbox import Delivery
from orderbridge.store.lanes import Lane

log = get(__name__)

UNINSTALLED = "the app was uninstalled in HighLevel; install it there again, then sign in again"
# HighLevel's clock and ours may differ by so much; a delivery may be repeated for hours.
_SKEW = timedelta(seconds=5)


class Installations:
    """Settles the lanes of kind ``installation``; their connection is the app."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    async def __call__(self, lane: Lane, delivery: Delivery) -> tuple[str, str]:
        """Apply one delivery and return its outcome."""
        told = webhooks.read(delivery.body or b"{}")
        told_at = _told_at(told.timestamp, delivery.received_at)
        if delivery.type == "UNINSTALL":
            if told.location_id:
                return await self._location_left(lane.connection_id, told.location_id, told_at)
            return await self._agency_left(lane.connection_id, str(told.company_id), told_at)
        if told.location_id:
            return await self._location_came(lane.connection_id, told.location_id, told.company_id, told_at)
        return await self._agency_came(lane.connection_id, str(told.company_id))

    async def _location_left(self, app_id: str, location_id: str, told_at: datetime) -> tuple[str, str]:
        async with self._runtime.db.begin() as tx:
            agency = await agencies.of_location(tx, app_id, location_id)
            news = agency is not None and await agencies.mark(
                tx, agency.id, location_id, installed=False, told_at=told_at
            )
            affected = await connections.of_app(tx, app_id, location_id=location_id)
        broken = await self._break(affected, told_at)
        if not broken and not news:
            return inbox.NOTHING, f"location {location_id} is not connected, or signed in since"
        return inbox.DONE, f"the app left location {location_id}" + _and_connections(broken)

    async def _agency_left(self, app_id: str, company_id: str, told_at: datetime) -> tuple[str, str]:
        async with self._runtime.db.begin() as tx:
            agency = await agencies.of_company(tx, app_id, company_id)
            if agency is None:
                return inbox.NOTHING, f"agency {company_id} is not connected"
            if _since(agency.config, told_at):
                return inbox.NOTHING, f"agency {agency.name} signed in since"
            await agencies.mark_all_gone(tx, agency.id, told_at=told_at)
            affected = await connections.of_app(tx, app_id, agency_id=agency.id)
        await self._runtime.sign_in.agency_broke(
            agency.id, ReconnectError(UNINSTALLED, cause="ghl.uninstalled")
        )
        broken = await self._break(affected, told_at)
        return inbox.DONE, f"the app left agency {agency.name}" + _and_connections(broken)

    async def _location_came(
        self, app_id: str, location_id: str, company_id: str | None, told_at: datetime
    ) -> tuple[str, str]:
        async with self._runtime.db.begin() as tx:
            agency = await (
                agencies.of_company(tx, app_id, company_id)
                if company_id
                else agencies.of_location(tx, app_id, location_id)
            )
            guessed = agency is None and not company_id
            if guessed:
                # Automatic installs may name the location only, and one that nobody has listed yet.
                of_app = [one for one in await agencies.every(tx) if one.app_id == app_id]
                agency = of_app[0] if len(of_app) == 1 else None
            signed_in = await connections.of_app(tx, app_id, location_id=location_id)
        if agency is None and signed_in:
            return inbox.NOTHING, f"location {location_id} is connected as {signed_in[0].name}"
        if agency is None:
            return inbox.NOTHING, (
                f"location {location_id} has the app and no agency here; connect it with 'orderbridge connect ghl "
                "--oauth'"
            )
        name = await self._name_of(agency, location_id)
        if guessed and name is None:
            # Anybody who installs a public app makes HighLevel sign such news.
            return inbox.NOTHING, (
                f"location {location_id} is not one of agency {agency.name}'s, as far as HighLevel tells; 'orderbridge "
                "connections locations' reads the list again"
            )
        async with self._runtime.db.begin() as tx:
            news = await agencies.mark(tx, agency.id, location_id, installed=True, told_at=told_at, name=name)
            known = await connections.of_account(tx, "ghl", location_id)
            taken = {item.name for item in await connections.every(tx)}
        if not news:
            return inbox.NOTHING, f"something newer is known of location {location_id}"
        if known is not None and known.config.get("agency") == agency.id:
            if known.state != connections.RECONNECT:
                return inbox.DONE, f"location {location_id} is connected as {known.name}"
            await connect_location(self._runtime, agency, location_id, name=known.name)
            return inbox.DONE, f"location {location_id} has the app again; {known.name} works again"
        if known is not None or not agency.config.get("connect_future"):
            return inbox.DONE, f"location {location_id} is in the list of agency {agency.name}"
        chosen = free_name(name or location_id, taken)
        await connect_location(self._runtime, agency, location_id, name=chosen)
        return inbox.DONE, f"location {location_id} was connected as {chosen}"

    async def _agency_came(self, app_id: str, company_id: str) -> tuple[str, str]:
        async with self._runtime.db.begin() as tx:
            agency = await agencies.of_company(tx, app_id, company_id)
        if agency is not None and agency.state == agencies.OK:
            return inbox.NOTHING, f"agency {agency.name} is connected"
        return inbox.NOTHING, (
            f"agency {company_id} installed the app; connect it with 'orderbridge connect ghl --oauth --agency …'"
        )

    async def _name_of(self, agency: Agency, location_id: str) -> str | None:
        try:
            found = await (await self._runtime.sign_in.agency(agency.id)).location(location_id)
        except (ReconnectError, RejectedError) as error:
            log.warning("a location's name is not told", location_id=location_id, reason=str(error))
            return None
        return found.name if found else None

    async def _break(self, affected: list[Connection], told_at: datetime) -> list[str]:
        broken = [item for item in affected if not _since(item.config, told_at)]
        for item in broken:
            await self._runtime.broke(item.id, ReconnectError(UNINSTALLED, cause="ghl.uninstalled"))
        return [item.name for item in broken]


def _told_at(stamped: datetime | None, received_at: datetime) -> datetime:
    return received_at if stamped is None else min(stamped + _SKEW, received_at)


def _since(config: dict[str, Any], told_at: datetime) -> bool:
    """Tell whether somebody signed in after what a delivery tells."""
    signed_in_at = config.get("signed_in_at")
    return signed_in_at is not None and datetime.fromisoformat(signed_in_at) > told_at


def _and_connections(names: list[str]) -> str:
    return f"; {', '.join(names)} has to be connected again" if names else ""

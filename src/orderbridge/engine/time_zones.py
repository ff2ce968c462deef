"""The time zone that a connection's days are counted in."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from orderbridge.core.business_day import zone_of
from orderbridge.core.errors import OrderBridgeError
from orderbridge.engine.runtime import Runtime
from orderbridge.store import connections
from orderbridge.store.connections import Connection

TIME_ZONE, TIME_ZONE_FROM = "time_zone", "time_zone_from"
OWNER, HIGHLEVEL, NOBODY = "owner", "highlevel", "nobody"


@dataclass(frozen=True, slots=True)
class TimeZone:
    """A zone, and who says so.

    Attributes:
        name: Such as ``Europe/Vienna``.
        said_by: ``owner`` (``orderbridge connections set-timezone``), ``highlevel`` (the location's own), or
            ``nobody``: then it is UTC.
    """

    name: str
    said_by: str

    @property
    def zone(self) -> ZoneInfo:
        """The zone itself."""
        return zone_of(self.name)

    @property
    def note(self) -> str | None:
        """What has to be said about it; None where somebody chose it."""
        if self.said_by != NOBODY:
            return None
        return "days are counted in UTC, since nobody said in which time zone; 'orderbridge connections set-timezone'"


async def time_zone(runtime: Runtime, connection: Connection, *, ask: bool = True) -> TimeZone:
    """Return a connection's time zone; a HighLevel location is asked once and what it says is kept.

    Args:
        runtime: The opened accounts.
        connection: Whose.
        ask: Whether a location may be asked of which it is not known yet.
    """
    known = connection.config.get(TIME_ZONE)
    if known is not None:
        return TimeZone(str(known), str(connection.config.get(TIME_ZONE_FROM, OWNER)))
    if connection.system == "ghl" and ask:
        try:
            said = (await (await runtime.ghl(connection.id)).location()).time_zone
            if said is not None:
                zone_of(said)
        except OrderBridgeError:
            # Not reachable now, or a name that this machine does not know: asked again the next time.
            said = None
        if said is not None:
            await _keep(runtime, connection, said, HIGHLEVEL)
            return TimeZone(said, HIGHLEVEL)
    return TimeZone("UTC", NOBODY)


async def set_time_zone(runtime: Runtime, name: str, zone: str) -> None:
    """Count a connection's days in ``zone`` from now on.

    Raises:
        SetupError: There is no such connection or no such zone.
    """
    zone_of(zone)
    async with runtime.db.begin() as tx:
        item = await connections.named(tx, name)
    await _keep(runtime, item, zone, OWNER)


async def _keep(runtime: Runtime, connection: Connection, zone: str, said_by: str) -> None:
    async with runtime.db.begin() as tx:
        await connections.set_config(tx, connection.id, {TIME_ZONE: zone, TIME_ZONE_FROM: said_by})
    runtime.look_again(connection.id)

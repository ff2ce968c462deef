import pytest

from orderbridge.core.errors import ReconnectError
from support.operations import PUSH, PUSHED, Operations

ALL = ("ghl.app.installed", "ghl.app.uninstalled", "ghl.app.plan_changed")


@pytest.mark.covers("ghl.app.installed@1", "ghl.app.uninstalled@1", "ghl.app.plan_changed@1")
@pytest.mark.parametrize("way", PUSHED)
async def test_the_app_that_comes_and_goes_fires_each_time(ops: Operations, way: str) -> None:
    async with ops.listening(*ALL) as fired:
        for event, more in (
            ("INSTALL", {"planId": "basic"}),
            ("PLAN_CHANGE", {"currentPlanId": "basic", "newPlanId": "more"}),
            ("UNINSTALL", {}),
            ("INSTALL", {"planId": "basic"}),
        ):
            async with ops.known(way):
                await ops.told(event, {"appId": f"app {way}"} | more)
        assert await fired.times() == dict(zip(ALL, (2, 1, 1), strict=True))


async def test_that_the_app_was_taken_away_does_not_count_as_a_connection_that_works(ops: Operations) -> None:
    connection = ops.world.connections["highlevel"]
    lost = ReconnectError("the app was taken away", cause="ghl.uninstalled")
    async with ops.listening("ghl.app.uninstalled") as fired:
        await ops.world.application.runtime.broke(connection, lost)
        async with ops.known(PUSH):
            await ops.told("UNINSTALL", {"appId": "gone"})
        assert await fired.times() == {"ghl.app.uninstalled": 1}
        [row] = await ops.world.rows("SELECT state FROM connections WHERE id = $1", connection)
        assert row["state"] == "reconnect"

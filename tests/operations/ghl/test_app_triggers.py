import pytest

from support.operations import PUSHED, Operations

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

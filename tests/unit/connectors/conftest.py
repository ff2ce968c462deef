from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack

import hypothesis
import pytest
from connector_stub import MovingClock, Stub, free_budget, serving

from orderbridge.connectors.act.client import ActClient
from orderbridge.connectors.ghl.client import GhlClient
from orderbridge.connectors.ghl.refusals import GhlDialect
from orderbridge.connectors.http import HttpClient

# The machine may be busy with other things; how long an example takes proves nothing.
hypothesis.settings.register_profile("connectors", deadline=None)
hypothesis.settings.load_profile("connectors")


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock()


@pytest.fixture
async def stub() -> AsyncIterator[Stub]:
    async with serving() as server:
        yield server


@pytest.fixture
async def opened() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


@pytest.fixture
def http_client(clock: MovingClock, stub: Stub, opened: AsyncExitStack) -> Callable[..., HttpClient]:
    def make(**given: object) -> HttpClient:
        settings: dict[str, object] = {
            "dialect": GhlDialect(),
            "budget": free_budget(clock),
            "clock": clock,
            "rng": random.Random(7),
            "sleep": clock.sleep,
        }
        settings |= given
        base_url = settings.pop("base_url", stub.url)
        client = HttpClient(base_url, **settings)  # type: ignore[arg-type]
        opened.push_async_callback(client.close)
        return client

    return make


@pytest.fixture
def ghl(clock: MovingClock, stub: Stub, opened: AsyncExitStack) -> GhlClient:
    client = GhlClient.connect(
        base_url=stub.url,
        location_id="loc1",
        pit_token="pit-1",
        budget=free_budget(clock),
        clock=clock,
        rng=random.Random(7),
        sleep=clock.sleep,
    )
    opened.push_async_callback(client.close)
    return client


@pytest.fixture
def act(clock: MovingClock, stub: Stub, opened: AsyncExitStack) -> ActClient:
    client = ActClient.connect(
        base_url=stub.url + "/act.web.api",
        database="Sales",
        user="ada@example.test",
        password="s3cret",
        budget=free_budget(clock),
        clock=clock,
        rng=random.Random(7),
        sleep=clock.sleep,
    )
    opened.push_async_callback(client.close)
    return client

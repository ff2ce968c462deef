"""Every curated operation runs here against the stand-ins, as a person would call it.

A test says which operations it covers, and fails unless they ran and succeeded in it::

    @pytest.mark.covers("ghl.coupon.create@1")
    async def test_a_coupon_is_created_and_read_back(ops):
        made = await ops.run("ghl.coupon.create", name="Spring", …)
        assert made["verdict"] == "confirmed"

Both stand-ins and the database are shared by the tests of one file.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from orderbridge.store import migrate
from support.operations import Operations
from support.postgres import ScratchPostgres
from support.world import open_world

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents and asyncio.iscoroutinefunction(getattr(item, "function", None)):
            item.add_marker(pytest.mark.asyncio(loop_scope="module"), append=False)


@pytest.fixture(scope="module")
def _folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("operations")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ops(scratch_postgres: ScratchPostgres, _folder: Path) -> AsyncIterator[Operations]:
    """The operations of one file's world."""
    url = await scratch_postgres.fresh_database(migrate.upgrade)
    try:
        async with open_world(url, _folder / "data", flows=()) as world:
            yield Operations(world)
    finally:
        await scratch_postgres.drop(url)


@pytest.fixture(autouse=True)
def _covered(request: pytest.FixtureRequest) -> Iterator[None]:
    marks = list(request.node.iter_markers("covers"))
    if not marks:
        yield
        return
    ops: Operations = request.getfixturevalue("ops")
    before = len(ops.done)
    yield
    claimed = {ref for mark in marks for ref in mark.args}
    assert claimed <= set(ops.done[before:]), "the test covers an operation that did not run in it"

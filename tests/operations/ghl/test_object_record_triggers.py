from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orderbridge.catalogue.changes import Observed
from orderbridge.catalogue.ghl.told_readers import TOLD
from orderbridge.catalogue.reading import Look, Notice
from orderbridge.core import jsonio
from support.operations import PUSHED, Operations

ALL = ("ghl.object_record.created", "ghl.object_record.updated", "ghl.object_record.deleted")


def pet(name: str) -> dict[str, object]:
    return {"properties": [{"key": "pet_name", "valueString": name}], "owners": []}


@pytest.mark.covers(
    "ghl.object_record.created@1", "ghl.object_record.updated@1", "ghl.object_record.deleted@1"
)
@pytest.mark.parametrize("way", PUSHED)
async def test_each_change_of_a_record_fires_once(ops: Operations, way: str) -> None:
    async with ops.listening(*ALL) as fired:
        for event, record, name in (
            ("RecordCreate", "new", "buddy"),
            ("RecordUpdate", "old", "rex"),
            ("RecordUpdate", "new", "max"),
            ("RecordUpdate", "new", "buddy"),
            ("RecordDelete", "new", "buddy"),
        ):
            async with ops.known(way):
                await ops.told(event, {"id": f"{record} {way}"} | pet(name))
        assert await fired.times() == dict(zip(ALL, (1, 3, 1), strict=True))


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_in_whatever_order_webhooks_arrive_it_is_created_once_and_ends_deleted(
    order: tuple[int, ...],
) -> None:
    events = [told("RecordCreate", 1, "a"), told("RecordUpdate", 2, "b"), told("RecordDelete", 3, "b")]
    found = await handled([events[place] for place in order])
    assert found[-1].deleted
    assert sum(item.deleted for item in found) == 1


@settings(max_examples=200, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.permutations(range(5)), st.lists(st.integers(0, 4), max_size=4), st.integers(1, 5))
async def test_news_in_any_order_with_repeats_ends_in_the_newest_state(
    order: list[int], repeats: list[int], batch: int
) -> None:
    events = [told("RecordCreate", 0, "n0"), *(told("RecordUpdate", day, f"n{day}") for day in range(1, 5))]
    arriving = [events[place] for place in [*order, *repeats]]
    found = await handled(arriving, batch=batch)
    assert found[-1].state["properties"] == pet("n4")["properties"]
    assert sum(item.fresh or not item.known for item in found) == 1


def told(event: str, day: int, name: str) -> Notice:
    body = {"type": event, "id": "r", "timestamp": f"2026-05-0{day + 1}T10:00:00.000Z"} | pet(name)
    return Notice(type=event, source="webhook", raw=jsonio.encode(body))


async def handled(arriving: list[Notice], *, batch: int = 1) -> list[Observed]:
    """What is accepted of webhooks that arrive in this order, some of them together."""
    [reader] = [item for item in TOLD if item.kind == "record"]
    accepted: list[Observed] = []
    for start in range(0, len(arriving), batch):
        last = accepted[-1].shown if accepted else None
        look = Look(kind="record", record_id="r", notices=arriving[start : start + batch], last=last)
        for item in await reader(look):
            if last is None or item.shown != last:
                accepted.append(item)
                last = item.shown
    return accepted

"""What a backfill leaves out, by what the catalogue says of each operation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from orderbridge.catalogue.changes import Change
from orderbridge.catalogue.operation import MESSAGES
from orderbridge.catalogue.registry import every, operation
from orderbridge.engine.quiet import Quiet, was_there
from orderbridge.store.events import Event

TASKS = (
    "act.task.create@1", "act.task.create_once@1", "act.task.create_follow_ups@1", "act.task.keep@1",
    "act.recurring_task.create@1", "act.history.log_for_user@1", "ghl.task.create@1",
)  # fmt: skip


@pytest.mark.parametrize("ref", TASKS)
def test_what_puts_a_task_before_somebody_is_left_out_unless_asked_for(ref: str) -> None:
    assert Quiet().leaves_out(operation(ref))
    assert not Quiet(with_tasks=True, with_messages=True).leaves_out(operation(ref))


@pytest.mark.parametrize("ref", ["core.notify.send@1", "core.notify.group@1", "ghl.invoice_schedule.start@1"])
def test_what_messages_people_is_left_out_unless_asked_for(ref: str) -> None:
    assert Quiet(with_tasks=True).leaves_out(operation(ref))
    assert not Quiet(with_messages=True).leaves_out(operation(ref))


def test_everything_in_the_catalogue_that_messages_people_by_itself_is_left_out() -> None:
    loud = [item for item in every().values() if MESSAGES in item.effects]
    assert len(loud) > 10
    assert all(Quiet(with_tasks=True).leaves_out(item) for item in loud)


def test_every_published_call_that_makes_a_task_is_left_out() -> None:
    making = {item.id for item in every().values() if item.makes_tasks}
    posts = {
        item.id
        for item in every().values()
        if item.method == "POST" and (item.path or "").endswith(("/tasks", "/recurring-tasks"))
    }
    assert len(posts) >= 5
    assert posts <= making


def test_a_write_that_would_message_somebody_besides_is_done_without_the_message() -> None:
    action = operation("ghl.invoice.send@1")
    given = {"invoice_id": "1", "user_id": "2", "by_email": True, "by_sms": False}
    assert not Quiet().leaves_out(action)
    assert Quiet().softened(action, given) == given | {"by_email": False}
    assert Quiet(with_messages=True).softened(action, given) == given


def test_what_only_reads_or_carries_over_is_done() -> None:
    for ref in ("act.contact.find_or_create@1", "act.opportunity.upsert_by_order@1", "act.payment.record@1"):
        assert not Quiet().leaves_out(operation(ref))


BEGAN = datetime(2026, 3, 2, 9, 30, 0, 456_789, tzinfo=UTC)
BEFORE = BEGAN - timedelta(hours=1)


def event(
    *, source: str = "poll", made: datetime = BEFORE, edited: datetime | None = None, **change: Any
) -> Event:
    state = {"id": "1", "created_at": made.isoformat()}
    if edited is not None:
        state["updated_at"] = edited.isoformat()
    return Event(
        seq=1, id="e", connection_id="c", type="ghl.transaction.changed", kind="transaction", record_id="1", revision=1,
        lane="l", source=source, state=state,
        change=Change(kind="transaction", record_id="1", state=state, **change),
    )  # fmt: skip


@pytest.mark.parametrize("source", ["poll", "webhook"])
def test_a_record_that_is_older_than_the_flow_and_was_not_touched_since_was_there(source: str) -> None:
    assert was_there(event(source=source), "ghl", BEGAN)
    assert was_there(event(source=source, edited=BEFORE), "ghl", BEGAN)


@pytest.mark.parametrize(
    "happened",
    [
        # HighLevel keeps whole milliseconds: what was made in the very one counts as made since.
        event(made=BEGAN.replace(microsecond=456_000)),
        event(made=BEGAN + timedelta(seconds=1)),
        event(edited=BEGAN + timedelta(seconds=1)),
        event(source="webhook", told=("OrderStatusUpdate",)),
        event(before={"status": "pending"}),
        event(deleted=True),
        # A person has sent it in, or a clock has come round.
        event(source="manual"),
        event(source="schedule"),
    ],
)
def test_what_has_happened_since_is_news_however_old_the_record_is(happened: Event) -> None:
    assert not was_there(happened, "ghl", BEGAN)

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from orderbridge.accounts.scopes import (
    AGENCY_SCOPES,
    SYNC_SCOPES,
    how_to_add,
    missing_scopes,
    scopes_in_use,
)
from orderbridge.store.flows import StoredFlow

# More than the sync reads; and one of the other side, whose permissions are no scopes.
GHL, ACT, TRIGGER = "ghl.coupon.create@1", "act.task.create_once@1", "ghl.order.changed@1"


def flow(*, trigger: str = TRIGGER, actions: tuple[str, ...] = (), enabled: bool = True) -> StoredFlow:
    definition: dict[str, Any] = {"trigger": trigger, "steps": [{"action": action} for action in actions]}
    return StoredFlow(
        id="f",
        name="f",
        template=None,
        version=1,
        enabled=enabled,
        source_connection="a",
        target_connection="b",
        definition=definition,
        created_at=datetime(2026, 3, 2, tzinfo=UTC),
    )


def test_without_flows_the_sync_still_reads() -> None:
    assert scopes_in_use([]) == sorted(SYNC_SCOPES)


def test_an_agency_also_makes_tokens() -> None:
    assert scopes_in_use([], agency=True) == sorted({*SYNC_SCOPES, *AGENCY_SCOPES})


def test_triggers_and_actions_of_enabled_flows_add_theirs_once() -> None:
    found = scopes_in_use([flow(actions=(GHL, ACT, "ghl.order.get@1")), flow(actions=(GHL,))])
    assert found == sorted({*SYNC_SCOPES, "payments/coupons.write"})


def test_a_flow_that_is_off_asks_for_nothing() -> None:
    assert scopes_in_use([flow(actions=(GHL,), enabled=False)]) == sorted(SYNC_SCOPES)


def test_an_operation_that_is_gone_stops_nobody_from_signing_in() -> None:
    assert scopes_in_use([flow(actions=("ghl.of_an_older_version@1",))]) == sorted(SYNC_SCOPES)


def test_what_is_missing_is_told_with_the_way_to_add_it() -> None:
    missing = missing_scopes(["a", "b", "c"], ["b", "more"])
    assert missing == ["a", "c"]
    assert "a, c" in how_to_add(missing)
    # An answer without any scope says nothing about them.
    assert missing_scopes(["a"], []) == []

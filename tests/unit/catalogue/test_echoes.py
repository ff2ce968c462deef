"""What of a change is our own write, and what is somebody else's."""

from __future__ import annotations

from typing import Any

from orderbridge.catalogue.changes import differing
from orderbridge.catalogue.echoes import ours, written
from orderbridge.core.jsonio import JsonObject

LAST: JsonObject = {
    "id": "1",
    "first_name": "Ada",
    "email": "a@x.example",
    "city": "Graz",
    "custom_fields": [],
}


def left(now: JsonObject, *, wrote: JsonObject, found: JsonObject | None = None, **more: Any) -> JsonObject:
    """The fields that are somebody else's, each with its value before."""
    system, kind = more.pop("of", ("ghl", "contact"))
    created = more.get("created", False)
    shown = written(system, kind, wrote, found or wrote, created=created)
    state = ours(system, kind, shown=shown, now=now, **({"created": False, "last": LAST} | more))
    assert state is not None
    return differing(state, now)


def test_what_we_wrote_is_ours_also_where_the_provider_writes_it_its_own_way() -> None:
    now = LAST | {"city": "Linz", "full_name_lower_case": "ada", "date_updated": "2026-03-01T00:00:00Z"}
    assert left(now, wrote={"city": "Linz"}) == {}
    assert left(LAST | {"city": "LINZ"}, wrote={"city": "Linz"}, found={"city": "LINZ"}) == {}


def test_a_persons_edit_that_came_with_ours_is_theirs() -> None:
    now = LAST | {"city": "Linz", "first_name": "Adele"}
    assert left(now, wrote={"city": "Linz"}) == {"first_name": "Ada"}


def test_who_puts_our_value_back_has_changed_it() -> None:
    # Nothing differs from what we saw last, and yet somebody undid what we wrote.
    assert left(dict(LAST), wrote={"city": "Linz"}) == {"city": "Linz"}


def test_what_is_emptied_may_be_left_out() -> None:
    now = {name: value for name, value in LAST.items() if name != "city"}
    assert left(now, wrote={"city": ""}) == {}


def test_custom_fields_are_ours_one_by_one() -> None:
    rows = [{"id": "f1", "value": "gold"}, {"id": "f2", "value": "by hand"}]
    wrote = {"custom_fields.f1": "gold"}
    found = {"custom_fields": {"f1": "gold"}}
    assert left(LAST | {"custom_fields": rows[:1]}, wrote=wrote, found=found) == {}
    assert list(left(LAST | {"custom_fields": rows}, wrote=wrote, found=found)) == ["custom_fields"]
    last = {"id": "1", "custom_fields": {"User1": None, "User2": None}}
    now = {"id": "1", "custom_fields": {"User1": "gold", "User2": None}}
    wrote = {"custom_fields.user1": "gold"}
    act = ("act", "contact")
    assert left(now, wrote=wrote, found={"custom_fields": {"User1": "gold"}}, of=act, last=last) == {}
    assert left(
        now | {"custom_fields": {"User1": "gold", "User2": "x"}},
        wrote=wrote, found={"custom_fields": {"User1": "gold"}}, of=act, last=last,
    ) == {"custom_fields": {"User1": "gold", "User2": None}}  # fmt: skip


def test_a_record_that_we_made_is_ours_unless_somebody_has_added_to_it() -> None:
    now = {"id": "9", "first_name": "Ada", "email_address": "a@x.example", "full_name": "Ada", "company": None,
           "contact_type": "Contact", "is_user": False, "mobile_phone": None}  # fmt: skip
    wrote = {"first_name": "Ada", "email": "a@x.example"}
    act = ("act", "contact")
    assert left(now, wrote=wrote, of=act, last=None, created=True) == {}
    assert left(now | {"mobile_phone": "1"}, wrote=wrote, of=act, last=None, created=True) == {
        "mobile_phone": None
    }


def test_of_a_record_that_was_never_looked_at_nothing_is_said() -> None:
    assert ours("ghl", "contact", shown={"city": "Linz"}, created=False, last=None, now=LAST) is None


def test_a_status_and_a_stage_are_the_same_however_they_are_shown() -> None:
    last = {"id": "1", "status": "Open", "stage": {"id": "s1", "name": "Ordered"}, "weighted_total": 5}
    now = {"id": "1", "status": "Won", "stage": {"id": "s2", "name": "Paid"}, "weighted_total": 10}
    wrote = {"status": "Won", "stage": "Paid", "lines": {}}
    assert left(now, wrote=wrote, of=("act", "opportunity"), last=last) == {}

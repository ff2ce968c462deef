"""Published calls as they are: reached, checked, filled in, and never made twice by accident."""

import pytest

from orderbridge.catalogue import registry
from orderbridge.catalogue.operation import API, READS, Operation
from orderbridge.core.errors import NotFoundError, RejectedError, TransientError
from orderbridge.emulators.act.server import build_router
from orderbridge.emulators.ghl.routes import ALL_ROUTES
from support.operations import Operations

SPRING = {
    "name": "Spring",
    "code": "SPRING",
    "discountType": "percentage",
    "discountValue": 10,
    "startDate": "2026-03-01T00:00:00Z",
}
# What a stand-in does not have would be asked for again and again, as a server that is not well.
GHL_ROUTES = {f"{route.method} {route.path}" for route in ALL_ROUTES}
ACT_ROUTES = {f"{route.method} {route.template}".lower() for route in build_router().routes}


def readable(system: str) -> list[Operation]:
    """Calls that only look and need no id of a record."""
    return [
        item
        for item in registry.every().values()
        if item.tier == API
        and item.system == system
        and item.method == "GET"
        and item.effects == {READS}
        and not item.example.get("path")
    ]


async def test_every_list_that_the_highlevel_stand_in_has_is_read_as_it_is_published(ops: Operations) -> None:
    reached = []
    for item in readable("ghl"):
        if f"{item.method} {item.path}" not in GHL_ROUTES or "/oauth/" in str(item.path):
            continue
        try:
            await ops.run(item.ref, **item.example)
        except NotFoundError as error:
            assert error.status == 404  # noqa: PT017 (the list is there, its one record is not)
            continue
        except RejectedError as error:
            # An agency's list is not for a location's token; a required filter has a made-up value.
            assert error.status in (400, 401, 403, 422), f"{item.ref}: {error}"  # noqa: PT017
            continue
        reached.append(item.ref)

    assert len(reached) >= 15


async def test_lists_of_the_act_stand_in_are_read_as_they_are_published(ops: Operations) -> None:
    reached = []
    for item in readable("act"):
        if f"{item.method} {item.path}".lower() not in ACT_ROUTES:
            continue
        try:
            await ops.run(item.ref, **item.example)
        except (NotFoundError, RejectedError, TransientError):
            # What this stand-in does not have, it says so: 404, or 501 for what it leaves out on purpose.
            continue
        reached.append(item.ref)

    assert {"act.api.contacts.contacts_list@1", "act.api.system.system_info@1"} <= set(reached)
    assert len(reached) >= 20


async def test_the_location_of_the_connection_is_filled_in(ops: Operations) -> None:
    shown = await ops.preview("ghl.api.payments.create_coupon@1", body=SPRING)

    body = shown["would_write"]["request"]["body"]
    assert body["altId"] == ops.world.sandbox.details["location_id"]
    assert body["altType"] == "location"


async def test_a_write_whose_answer_was_lost_is_held_and_not_sent_again(ops: Operations) -> None:
    await ops.world.faults("ghl", error_500_after_write={"count": 1, "match": "POST /payments/coupon"})

    first = await ops.refused("ghl.api.payments.create_coupon@1", body=SPRING | {"code": "ONCE"})
    listed = await ops.run("ghl.coupon.list", search="ONCE")

    assert "cannot be read back" in first
    assert listed["count"] == 1


async def test_the_same_call_is_made_once(ops: Operations) -> None:
    given = {"body": SPRING | {"code": "SAME"}}
    first = await ops.run("ghl.api.payments.create_coupon@1", call_id="same", **given)
    again = await ops.run("ghl.api.payments.create_coupon@1", call_id="same", **given)

    assert first == again
    assert (await ops.run("ghl.coupon.list", search="SAME"))["count"] == 1


async def test_an_unknown_property_and_a_wrong_type_are_refused_before_anything_is_sent(
    ops: Operations,
) -> None:
    unknown = await ops.refused("ghl.api.payments.create_coupon@1", body=SPRING | {"colour": "red"})
    wrong = await ops.refused("ghl.api.payments.create_coupon@1", body=SPRING | {"discountValue": "10"})

    assert "$.body: unknown 'colour'" in unknown
    assert "$.body.discountValue: expected number, found string" in wrong


@pytest.mark.parametrize(
    ("ref", "why"),
    [
        ("ghl.api.users.delete_user@1", "deletes a user"),
        ("ghl.api.oauth.get_access_token@1", "holds tokens"),
        ("act.api.contacts.contacts_clone@1", "clones records"),
        ("act.api.database.database_lock_set@1", "locks, replaces or backs up"),
        ("act.api.batch.batch@1", "one by one"),
    ],
)
async def test_a_denied_call_says_why_and_is_not_made(ops: Operations, ref: str, why: str) -> None:
    message = await ops.refused(ref, **registry.operation(ref).example)

    assert "never called" in message
    assert why in message


async def test_what_deletes_is_refused_unless_it_is_allowed(ops: Operations) -> None:
    made = await ops.run("act.company.create", name="Kept Ltd")

    message = await ops.refused(
        "act.api.companies.companies_delete@1", allowed=(), path={"companyId": made["id"]}
    )

    assert "allow deletes" in message
    await ops.run("act.api.companies.companies_get@1", path={"companyId": made["id"]})

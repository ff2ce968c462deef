import pytest

from support.operations import Operations

SPRING = {
    "name": "Spring",
    "code": "SPRING10",
    "discount_type": "percentage",
    "discount_value": 10,
    "start_date": "2026-03-01T00:00:00Z",
}


@pytest.mark.covers("ghl.coupon.create@1", "ghl.coupon.list@1")
async def test_a_coupon_is_created_once_however_often_the_same_call_is_made(ops: Operations) -> None:
    made = await ops.run("ghl.coupon.create", call_id="one", **SPRING)
    again = await ops.run("ghl.coupon.create", call_id="one", **SPRING)

    assert made["verdict"] == "confirmed"
    assert made["record"]["code"] == "SPRING10"
    assert again["id"] == made["id"]
    rows = (await ops.run("ghl.coupon.list", search="SPRING10"))["rows"]
    assert [row["id"] for row in rows] == [made["id"]]


async def test_a_coupon_whose_creation_was_answered_with_a_failure_is_found_and_not_made_twice(
    ops: Operations,
) -> None:
    await ops.world.faults("ghl", error_500_after_write={"count": 1, "match": "POST /payments/coupon"})

    made = await ops.run("ghl.coupon.create", **(SPRING | {"code": "LOST"}))

    assert made["verdict"] == "confirmed"
    assert (await ops.run("ghl.coupon.list", search="LOST"))["count"] == 1


@pytest.mark.covers("ghl.coupon.update@1")
async def test_what_is_not_given_stays_when_a_coupon_is_changed(ops: Operations) -> None:
    made = await ops.run("ghl.coupon.create", **(SPRING | {"code": "CHANGE"}))

    changed = await ops.run("ghl.coupon.update", coupon_id=made["id"], usage_limit=100)

    assert changed["verdict"] == "confirmed"
    assert changed["record"]["usage_limit"] == 100
    assert changed["record"]["discount_value"] == 10
    assert (await ops.run("ghl.coupon.update", coupon_id=made["id"], usage_limit=100))[
        "verdict"
    ] == "unchanged"


@pytest.mark.covers("ghl.coupon.delete@1")
async def test_a_deleted_coupon_is_gone(ops: Operations) -> None:
    made = await ops.run("ghl.coupon.create", **(SPRING | {"code": "GONE"}))

    assert (await ops.run("ghl.coupon.delete", coupon_id=made["id"]))["verdict"] == "confirmed"
    assert (await ops.run("ghl.coupon.list", search="GONE"))["count"] == 0


async def test_nothing_is_deleted_unless_it_is_allowed(ops: Operations) -> None:
    made = await ops.run("ghl.coupon.create", **(SPRING | {"code": "KEPT"}))

    message = await ops.refused("ghl.coupon.delete", allowed=(), coupon_id=made["id"])

    assert "allow deletes" in message
    assert (await ops.run("ghl.coupon.list", search="KEPT"))["count"] == 1


async def test_a_preview_says_what_would_be_written_and_writes_nothing(ops: Operations) -> None:
    shown = await ops.preview("ghl.coupon.create", **(SPRING | {"code": "ONLYLOOK"}))

    assert shown["would_write"]["wanted"]["code"] == "ONLYLOOK"
    assert (await ops.run("ghl.coupon.list", search="ONLYLOOK"))["count"] == 0


async def test_a_wrong_type_is_refused_with_its_place_and_an_example(ops: Operations) -> None:
    message = await ops.refused("ghl.coupon.create", **(SPRING | {"discount_value": "10"}))

    assert "$.discount_value: expected number, found string" in message
    assert "SPRING10" in message


async def test_an_unknown_property_is_refused_with_those_that_are_known(ops: Operations) -> None:
    message = await ops.refused("ghl.coupon.create", **(SPRING | {"colour": "red"}))

    assert "unknown 'colour'; known are" in message


@pytest.mark.covers("ghl.coupon.get@1")
async def test_a_coupon_is_read_by_its_id_or_by_its_code(ops: Operations) -> None:
    made = await ops.run("ghl.coupon.create", **(SPRING | {"code": "READ"}))

    assert (await ops.run("ghl.coupon.get", code="READ"))["id"] == made["id"]
    assert (await ops.run("ghl.coupon.get", coupon_id=made["id"]))["code"] == "READ"
    assert "minProperties" in await ops.refused("ghl.coupon.get")


async def test_two_who_delete_a_coupon_at_the_same_time_both_find_it_gone(ops: Operations) -> None:
    made = await ops.run("ghl.coupon.create", **(SPRING | {"code": "GONETWICE"}))
    given = {"coupon_id": made["id"]}

    both = await ops.at_once("DELETE /payments/coupon", "ghl.coupon.delete", given, given)

    assert [item["verdict"] for item in both] == ["confirmed", "confirmed"]

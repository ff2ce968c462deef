"""Contacts of the HighLevel twin, with what upsert does behind the caller's back."""

from __future__ import annotations

from typing import Any

import pytest
from ghl_twin_client import Reply, Twin, running_twin


@pytest.fixture
async def twin():
    async with running_twin() as twin:
        yield twin


async def upsert(twin: Twin, **fields: Any) -> Any:
    reply = await twin.call("POST", "/contacts/upsert", {"locationId": twin.world.location_id} | fields)
    assert reply.status == 200, reply.data
    return reply.data


async def create(twin: Twin, **fields: Any) -> Reply:
    return await twin.call("POST", "/contacts/", {"locationId": twin.world.location_id} | fields)


async def search(twin: Twin, **fields: Any) -> Reply:
    return await twin.call("POST", "/contacts/search", {"locationId": twin.world.location_id} | fields)


async def test_upsert_says_whether_the_contact_is_new(twin: Twin) -> None:
    first = await upsert(twin, email="Nora@Customers.test", firstName="Nora")
    again = await upsert(twin, email="nora@customers.test", city="Brno")
    assert (first["new"], again["new"]) == (True, False)
    assert again["contact"]["id"] == first["contact"]["id"]
    assert (again["contact"]["firstName"], again["contact"]["city"]) == ("Nora", "Brno")


async def test_a_number_is_matched_without_its_punctuation(twin: Twin) -> None:
    first = await upsert(twin, phone="+1 (201) 555-0177")
    again = await upsert(twin, phone="+12015550177")
    assert again["contact"]["id"] == first["contact"]["id"]


async def test_where_mail_and_phone_belong_to_two_people_the_second_is_ignored(twin: Twin) -> None:
    ada = await upsert(twin, email="a@customers.test", phone="+12015550180")
    ben = await upsert(twin, email="b@customers.test", phone="+12015550181")
    mixed = await upsert(twin, email="a@customers.test", phone="+12015550181", firstName="Mixed")
    assert mixed["contact"]["id"] == ada["contact"]["id"]
    assert mixed["contact"]["phone"] == "+12015550180"
    await twin.control("faults", duplicate_match_first="phone")
    mixed = await upsert(twin, email="a@customers.test", phone="+12015550181")
    assert mixed["contact"]["id"] == ben["contact"]["id"]
    assert mixed["contact"]["email"] == "b@customers.test"


async def test_tags_in_upsert_replace_and_the_tags_call_adds(twin: Twin) -> None:
    made = (await upsert(twin, email="t@customers.test", tags=["Old", "Kept"]))["contact"]
    path = f"/contacts/{made['id']}/tags"
    assert (await twin.call("POST", path, {"tags": ["More"]})).data["tags"] == ["old", "kept", "more"]
    assert (await twin.call("DELETE", path, {"tags": ["old"]})).data["tags"] == ["kept", "more"]
    assert (await upsert(twin, email="t@customers.test", tags=["new"]))["contact"]["tags"] == ["new"]


async def test_upsert_leaves_some_fields_of_an_existing_contact_alone(twin: Twin) -> None:
    await upsert(twin, email="s@customers.test", source="first")
    assert (await upsert(twin, email="s@customers.test", source="second"))["contact"]["source"] == "first"
    await twin.control("faults", upsert_ignored_fields=[])
    assert (await upsert(twin, email="s@customers.test", source="second"))["contact"]["source"] == "second"


async def test_upsert_loses_further_addresses(twin: Twin) -> None:
    row = next(row for row in twin.world.contacts if "additionalEmails" in row)
    await upsert(twin, email=row["email"], city="Elsewhere")
    assert "additionalEmails" not in (await twin.call("GET", f"/contacts/{row['id']}")).data["contact"]


async def test_further_addresses_are_refused_on_the_way_in(twin: Twin) -> None:
    body = {"locationId": twin.world.location_id, "email": "x@customers.test", "additionalEmails": []}
    reply = await twin.call("POST", "/contacts/upsert", body)
    assert (reply.status, reply.data["message"]) == (422, ["property additionalEmails should not exist"])


async def test_creating_a_duplicate_names_the_one_that_exists(twin: Twin) -> None:
    made = (await create(twin, email="dup@customers.test", firstName="Dup")).data["contact"]
    reply = await create(twin, email="DUP@customers.test")
    assert reply.status == 400
    assert reply.data["message"] == "This location does not allow duplicated contacts."
    assert reply.data["meta"] == {"contactId": made["id"], "contactName": "Dup", "matchingField": "email"}
    await twin.control("faults", allow_duplicate_contacts=True)
    assert (await create(twin, email="dup@customers.test")).status == 201


async def test_a_422_on_create_can_have_created_the_contact(twin: Twin) -> None:
    await twin.control("faults", contact_422_but_created=1)
    assert (await create(twin, email="ghost@customers.test")).status == 422
    query = {"locationId": twin.world.location_id, "email": "ghost@customers.test"}
    found = await twin.call("GET", "/contacts/search/duplicate", query=query)
    assert found.data["contact"]["email"] == "ghost@customers.test"


async def test_the_duplicate_lookup_finds_by_mail_or_number_or_says_null(twin: Twin) -> None:
    row = next(row for row in twin.world.contacts if row["phone"] == "+12015550101")
    for given in ({"email": row["email"]}, {"number": "+12015550101"}):
        query = {"locationId": twin.world.location_id} | given
        found = await twin.call("GET", "/contacts/search/duplicate", query=query)
        assert found.data["contact"]["id"] == row["id"]
    query = {"locationId": twin.world.location_id, "email": "nobody@customers.test"}
    assert (await twin.call("GET", "/contacts/search/duplicate", query=query)).data["contact"] is None


async def test_search_needs_a_page_limit_filters_and_pages(twin: Twin) -> None:
    assert (await search(twin)).status == 422
    everybody = await search(twin, page=1, pageLimit=10)
    assert (len(everybody.data["contacts"]), everybody.data["total"]) == (10, len(twin.world.contacts) - 1)
    second = await search(twin, page=2, pageLimit=10)
    ids = {row["id"] for row in everybody.data["contacts"]}
    assert not ids & {row["id"] for row in second.data["contacts"]}
    after = everybody.data["contacts"][-1]["searchAfter"]
    assert (await search(twin, pageLimit=10, searchAfter=after)).data["contacts"] == second.data["contacts"]
    one = await search(
        twin,
        page=1,
        pageLimit=10,
        filters=[{"field": "email", "operator": "eq", "value": "ada.sample@customers.test"}],
    )
    assert [row["firstName"] for row in one.data["contacts"]] == ["Ada"]
    wrong = [{"field": "email", "operator": "resembles", "value": "x"}]
    assert (await search(twin, page=1, pageLimit=10, filters=wrong)).status == 422


async def test_a_search_by_phone_can_miss(twin: Twin) -> None:
    filters = [{"field": "phone", "operator": "eq", "value": "+12015550101"}]
    assert (await search(twin, page=1, pageLimit=5, filters=filters)).data["total"] == 1
    await twin.control("faults", phone_search_misses=True)
    assert (await search(twin, page=1, pageLimit=5, filters=filters)).data["total"] == 0


async def test_custom_values_are_written_by_id_or_key_and_unknown_ones_vanish(twin: Twin) -> None:
    field = next(row for row in twin.world.custom_fields if row["model"] == "contact")
    by_key = [{"key": field["fieldKey"], "field_value": "A-1"}, {"id": "no-such-field", "field_value": "x"}]
    made = (await upsert(twin, email="c@customers.test", customFields=by_key))["contact"]
    assert made["customFields"] == [{"id": field["id"], "value": "A-1"}]
    by_id = [{"id": field["id"], "fieldValue": "A-2"}]
    await twin.call("PUT", f"/contacts/{made['id']}", {"customFields": by_id})
    shown = (await twin.call("GET", f"/contacts/{made['id']}")).data["contact"]
    assert shown["customFields"] == [{"id": field["id"], "value": "A-2"}]


async def test_notes_are_kept_with_the_contact(twin: Twin) -> None:
    contact = (await upsert(twin, email="n@customers.test"))["contact"]
    path = f"/contacts/{contact['id']}/notes"
    note = (await twin.call("POST", path, {"body": "orderbridge:ref:1"})).data["note"]
    assert [row["id"] for row in (await twin.call("GET", path)).data["notes"]] == [note["id"]]
    await twin.call("DELETE", f"{path}/{note['id']}")
    assert (await twin.call("GET", f"{path}/{note['id']}")).status == 404


async def test_a_deleted_contact_is_gone(twin: Twin) -> None:
    contact = (await upsert(twin, email="d@customers.test"))["contact"]
    assert (await twin.call("DELETE", f"/contacts/{contact['id']}")).status == 200
    assert (await twin.call("GET", f"/contacts/{contact['id']}")).status == 404
    assert (await upsert(twin, email="d@customers.test"))["new"] is True


async def test_the_old_list_is_gone_in_v3(twin: Twin) -> None:
    query = {"locationId": twin.world.location_id}
    assert (await twin.call("GET", "/contacts/", query=query)).status == 200
    assert (await twin.call("GET", "/contacts/", query=query, version="v3")).status == 404


async def test_a_search_for_deals_spells_its_parameters_by_version(twin: Twin) -> None:
    path, place = "/opportunities/search", twin.world.location_id
    assert (await twin.call("GET", path, query={"location_id": place})).status == 200
    assert (await twin.call("GET", path, query={"location_id": place}, version="v3")).status == 422
    assert (await twin.call("GET", path, query={"locationId": place}, version="v3")).status == 200

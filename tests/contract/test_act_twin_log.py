"""History, notes, tasks, custom tables and metadata on the Act! twin."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from act_twin_calls import Twin


@pytest.fixture
def twin() -> Twin:
    return Twin()


def entry(twin: Twin, **fields: Any) -> Any:
    body = {"regarding": "Payment", "details": "ref: tx-1 <a&b>\namount: 10.00", "historyTypeID": 71}
    return twin.post("/api/History", body | {"contacts": [{"id": twin.contact()["id"]}]} | fields)


def table(twin: Twin, name: str = "Payments") -> None:
    twin.post(
        "/api/metadata/entities",
        {"name": name, "displayName": name, "parentEntities": ["Contacts", "Opportunities"]},
    )
    for label, kind in (("Reference", "Character"), ("Amount", "Decimal"), ("Paid At", "DateTime")):
        twin.post(f"/api/metadata/{name}/fields", {"name": label, "type": kind})


def task(twin: Twin, **fields: Any) -> Any:
    body = {"subject": "Ship it", "activityTypeId": 1000, "startTime": "2026-01-07T08:00:00Z"}
    return twin.post("/api/tasks", body | {"contacts": [{"id": twin.contact()["id"]}]} | fields)


def test_details_come_back_as_html_in_spans_and_as_text_on_request(twin: Twin) -> None:
    made = entry(twin)
    assert made["details"].startswith("<span")
    assert "ref: tx-1 &lt;a&amp;b&gt;<br />amount: 10.00" in made["details"]
    text = twin.get(f"/api/History/{made['id']}?format=text")["details"]
    assert text == "ref: tx-1 <a&b>\namount: 10.00"
    assert twin.get(f"/api/History/{made['id']}?format=rtf")["details"].startswith("{\\rtf1")


def test_html_that_people_wrote_becomes_text_on_request(twin: Twin) -> None:
    vera = twin.contact("Vera Lind")
    rows = twin.get(f"/api/contacts/{vera['id']}/history?format=text")
    assert rows[0]["details"].strip() == "Wants it before April & in blue."


def test_history_hangs_on_contacts_and_opportunities(twin: Twin) -> None:
    deal = twin.deal()
    made = entry(twin, opportunities=[{"id": deal["id"]}])
    rows = twin.get(f"/api/opportunities/{deal['id']}/history?format=text")
    assert [row["id"] for row in rows] == [made["id"]]
    assert made["id"] in [row["id"] for row in twin.get(f"/api/contacts/{twin.contact()['id']}/history")]
    assert (rows[0]["contactEmail"], rows[0]["contactPhone"]) == (
        "ada.sample@customers.test",
        "(201) 555-0101",
    )
    assert rows[0]["opportunities"] == [{"id": deal["id"], "name": "Order 1"}]


def test_without_a_type_a_history_row_is_a_call_attempted(twin: Twin) -> None:
    made = twin.post("/api/History", {"regarding": "x"})
    assert (made["historyTypeID"], made["historyType"]["name"]) == (0, "Call Attempted")
    assert made["historyType"]["activityTypeId"] == 0


def test_the_activity_type_is_a_text_in_the_list_of_history_types(twin: Twin) -> None:
    rows = {row["name"]: row for row in twin.get("/api/history-types")}
    assert rows["Call Completed"]["activityTypeId"] == "0"
    assert rows["Payment"]["id"] == 71


def test_attribution_is_accepted_and_ignored(twin: Twin) -> None:
    pat = next(user for user in twin.get("/api/users") if user["firstName"] == "Pat")
    made = entry(twin, recordManagerID=pat["id"], createUserName="Pat Lindqvist")
    assert (made["recordManager"], made["createUserName"]) == ("Sync User", "Sync User")
    twin.world.faults.history_attribution = "stored"
    assert entry(twin, createUserName="Pat Lindqvist")["createUserName"] == "Pat Lindqvist"


def test_an_unknown_history_type_is_refused(twin: Twin) -> None:
    assert twin.refused("POST", "/api/History", {"historyTypeID": 4711}) == 400


def test_a_note_defaults_to_type_100_and_put_must_carry_it(twin: Twin) -> None:
    note = twin.post("/api/notes", {"noteText": "hi", "contacts": [{"id": twin.contact()["id"]}]})
    path = f"/api/notes/{note['id']}"
    assert note["noteTypeID"] == 100
    assert twin.refused("PUT", path, {"id": note["id"], "noteText": "x"}) == 400
    assert twin.put(path, {"id": note["id"], "noteText": "x", "noteTypeID": 100})["contacts"] == []
    assert twin.refused("POST", "/api/notes", {"noteText": "x", "noteTypeID": 5}) == 400


def test_the_old_post_on_a_notes_contact_unlinks(twin: Twin) -> None:
    ada = twin.contact()
    note = twin.post("/api/notes", {"noteText": "hi", "contacts": [{"id": ada["id"]}]})
    twin.ask("POST", f"/api/notes/{note['id']}/contacts/{ada['id']}", expect=204)
    assert twin.get(f"/api/notes/{note['id']}")["contacts"] == []


def test_a_task_has_a_44_character_id_and_a_plain_series_id(twin: Twin) -> None:
    made = task(twin)
    assert len(made["id"]) == 44
    assert made["id"] == f"{made['seriesID']}01072026"
    assert twin.get(f"/api/tasks/{made['id']}")["subject"] == "Ship it"
    assert twin.refused("GET", f"/api/tasks/{made['seriesID']}") == 404


def test_a_task_needs_a_contact(twin: Twin) -> None:
    body = {"subject": "x", "startTime": "2026-01-07T08:00:00Z"}
    assert twin.refused("POST", "/api/tasks", body) == 400
    assert twin.refused("POST", "/api/tasks", body | {"contacts": []}) == 400


def test_a_task_is_listed_on_its_opportunity(twin: Twin) -> None:
    deal = twin.deal()
    made = task(twin, opportunities=[{"id": deal["id"]}])
    rows = twin.get(f"/api/opportunities/{deal['id']}/associated-tasks")
    assert [row["id"] for row in rows] == [made["id"]]


def test_clearing_a_task_writes_a_history_row_of_the_chosen_type(twin: Twin) -> None:
    deal = twin.deal()
    made = task(twin, opportunities=[{"id": deal["id"]}])
    body = {
        "result": {"id": 8, "name": "To-do Done"},
        "history": {"subject": "Shipped", "details": "by post"},
    }
    assert twin.put(f"/api/tasks/{made['id']}/clear", body)["historyType"]["name"] == "To-do Done"
    assert twin.get(f"/api/tasks/{made['id']}")["isCleared"] is True
    rows = twin.get(f"/api/opportunities/{deal['id']}/history?format=text")
    assert [(row["regarding"], row["details"], row["historyTypeID"]) for row in rows] == [
        ("Shipped", "by post", 8)
    ]


def test_clearing_without_a_result_takes_the_types_usual_one(twin: Twin) -> None:
    made = task(twin)
    assert twin.put(f"/api/tasks/{made['id']}/clear", {})["historyType"]["name"] == "Fulfilment Done"


def test_a_task_for_another_organizer_gives_that_user_the_history_row(twin: Twin) -> None:
    pat = next(user for user in twin.get("/api/users") if user["firstName"] == "Pat")
    body = {
        "subject": "Call",
        "startTime": "2026-01-07T08:00:00Z",
        "contacts": [{"id": twin.contact()["id"]}],
    }
    made = twin.post(f"/api/organizers/{pat['id']}/tasks", body)
    assert (made["scheduledFor"], made["contacts"][0]["isInvited"]) == ("Pat Lindqvist", True)
    twin.put(f"/api/tasks/{made['id']}/clear", {"result": {"id": 1}})
    row = twin.get(f"/api/contacts/{twin.contact()['id']}/history")[-1]
    assert (row["recordManager"], row["createUserName"]) == ("Pat Lindqvist", "Sync User")


def test_tables_and_fields_are_made_over_the_api(twin: Twin) -> None:
    assert [row["name"] for row in twin.get("/api/metadata/entities") if row["isCustom"]] == []
    table(twin)
    row = next(row for row in twin.get("/api/metadata/entities") if row["name"] == "Payments")
    assert row["isCustom"] is True
    assert isinstance(row["parents"], str)
    fields = twin.get("/api/metadata/payments/fields")
    assert {field["displayName"]: field["columnName"] for field in fields} == {
        "Reference": "REFERENCE",
        "Amount": "AMOUNT",
        "Paid At": "PAID_AT",
    }
    again = {"name": "payments", "displayName": "x"}
    assert twin.refused("POST", "/api/metadata/entities", again) == 409


@pytest.mark.parametrize(
    "body",
    [
        {"name": "9lives", "displayName": "x"},
        {"name": "with space", "displayName": "x"},
        {"name": "x" * 28, "displayName": "x"},
        {"name": "ok", "displayName": "x" * 33},
        {"name": "ok"},
        {"name": "ok", "displayName": "x", "parentEntities": ["Tasks"]},
    ],
)
def test_a_table_outside_the_rules_is_refused(twin: Twin, body: dict[str, Any]) -> None:
    assert twin.refused("POST", "/api/metadata/entities", body) == 400


def test_without_define_fields_no_table_and_no_field_is_made(twin: Twin) -> None:
    twin.world.faults.permissions_removed = ["Define Fields"]
    assert twin.refused("POST", "/api/metadata/entities", {"name": "A", "displayName": "A"}) == 403
    assert twin.refused("POST", "/api/metadata/opportunity/fields", {"name": "A", "type": "Memo"}) == 403


def test_a_custom_record_keeps_own_fields_at_the_top_and_parents_in_arrays(twin: Twin) -> None:
    table(twin)
    deal = twin.deal()
    body = {"reference": "tx-1", "amount": Decimal("10.10"), "paid_at": "2026-01-05T10:00:00Z", "other": 1}
    made = twin.post("/api/custom/entities/Payments", body | {"opportunity": [{"id": deal["id"]}]})
    assert made["reference"] == "tx-1"
    assert made["amount"] == Decimal("10.10")
    assert made["paid_at"] == "2026-01-05T10:00:00+00:00"
    assert made["opportunity"] == [{"id": deal["id"], "name": "Order 1"}]
    assert "other" not in made
    condition = f"opportunity/any(o: o/id eq '{deal['id']}') and reference eq 'tx-1'"
    assert [row["id"] for row in twin.where("/api/custom/entities/payments", condition)] == [made["id"]]
    parents = twin.get(f"/api/payments/{made['id']}/associated-opportunities")
    assert [row["id"] for row in parents] == [deal["id"]]


def test_a_custom_record_is_replaced_whole_and_has_no_patch(twin: Twin) -> None:
    table(twin)
    made = twin.post("/api/custom/entities/Payments", {"reference": "tx-1", "amount": 5})
    path = f"/api/custom/entities/Payments/{made['id']}"
    assert twin.refused("PATCH", path, {"id": made["id"], "amount": 6}) == 405
    assert twin.put(path, {"id": made["id"], "amount": 6})["reference"] is None
    twin.delete(path)
    assert twin.refused("GET", path) == 404


def test_values_that_do_not_fit_their_column_are_refused(twin: Twin) -> None:
    table(twin)
    path = "/api/custom/entities/Payments"
    assert twin.refused("POST", path, {"amount": "10.10"}) == 500
    assert twin.refused("POST", path, {"reference": "2026-01-05T10:00:00Z"}) == 500
    assert twin.refused("POST", path, {"reference": "x" * 65}) == 400
    assert twin.refused("POST", path, {"companies": [{"id": "x"}]}) == 400


def test_an_older_build_has_no_custom_tables(twin: Twin) -> None:
    twin.world.faults.no_custom_tables = True
    assert twin.refused("GET", "/api/metadata/entities") == 404
    assert twin.refused("GET", "/api/custom/entities/Payments") == 404


def test_a_new_field_on_opportunities_has_a_key_that_only_metadata_tells(twin: Twin) -> None:
    twin.post(
        "/api/metadata/opportunity/fields", {"name": "Order currency", "type": "Character", "length": 3}
    )
    fields = twin.get("/api/metadata/opportunity/fields")
    key = next(f["columnName"] for f in fields if f["displayName"] == "Order currency").lower()
    assert key.startswith("cust_order_currency_")
    assert twin.deal(customFields={key: "EUR"})["customFields"][key] == "EUR"
    assert twin.refused("POST", "/api/opportunities", {"customFields": {key: "EURO"}}) == 400


def test_a_label_can_differ_from_the_key(twin: Twin) -> None:
    fields = twin.get("/api/metadata/contact/fields")
    relabelled = next(f for f in fields if f["displayName"] == "Consent given on")
    assert relabelled["columnName"] == "CUST_FAX_CONSENT_481516"


def test_types_without_fields_answer_an_empty_list(twin: Twin) -> None:
    assert twin.get("/api/metadata/history/fields") == []
    twin.world.faults.metadata_without_fields = "404"
    assert twin.refused("GET", "/api/metadata/history/fields") == 404


def test_drop_downs_users_and_permissions_are_listed(twin: Twin) -> None:
    first = twin.get("/api/metadata/drop-down/lists")[0]
    assert twin.get(f"/api/metadata/drop-down/lists/{first['id']}/items") == first["items"]
    assert {user["role"] for user in twin.get("/api/users")} == {"Administrator", "Manager", "Standard"}
    names = {row["name"] for row in twin.get("/api/permissions")}
    assert {"Web API Access", "Define Fields", "Access All Non-Private Data"} <= names
    assert "Delete Other Users' Contacts" not in names


def test_ready_made_tables_can_be_asked_for() -> None:
    twin = Twin(custom_tables=True)
    names = {row["name"] for row in twin.get("/api/metadata/entities") if row["isCustom"]}
    assert names == {"Payments", "Subscriptions", "Fulfilments"}

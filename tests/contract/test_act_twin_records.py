"""Contacts, companies, opportunities and line items on the Act! twin."""

from __future__ import annotations

from decimal import Decimal

import pytest
from act_twin_calls import Twin

from orderbridge.core.jsonio import decode


@pytest.fixture
def twin() -> Twin:
    return Twin()


def test_a_database_knows_customers_staff_and_a_secondary_contact_from_the_start(twin: Twin) -> None:
    rows = twin.get("/api/contacts")
    kinds = {row["contactType"] for row in rows}
    assert len([row for row in rows if row["contactType"] == "Contact"]) >= 12
    assert kinds == {"Contact", "User", "Secondary"}
    assert {row["isUser"] for row in rows if row["contactType"] == "User"} == {True}


def test_phones_and_mails_look_the_way_people_type_them(twin: Twin) -> None:
    rows = twin.get("/api/contacts")
    assert any(row["businessPhone"] == "(201) 555-0101" for row in rows)
    assert any(row["emailAddress"] and row["emailAddress"] != row["emailAddress"].lower() for row in rows)


def test_phone_format_e164_normalises_the_phones(twin: Twin) -> None:
    contact = twin.contact()
    shown = twin.get(f"/api/contacts/{contact['id']}?phoneFormat=E164")
    assert (contact["businessPhone"], shown["businessPhone"]) == ("(201) 555-0101", "+12015550101")


def test_a_new_contact_carries_nulls_an_address_and_an_empty_company_id(twin: Twin) -> None:
    contact = twin.post("/api/contacts", {"firstName": "Nia", "lastName": "New", "emailAddress": "n@x.test"})
    assert contact["fullName"] == "Nia New"
    assert contact["companyID"] == ""
    assert contact["businessAddress"]["line1"] is None
    assert contact["jobTitle"] is None
    assert contact["created"] == contact["edited"] == "2026-01-05T09:30:15+00:00"
    assert contact["recordManager"] == "Sync User"


def test_a_full_name_alone_is_split(twin: Twin) -> None:
    contact = twin.post("/api/contacts", {"fullName": "Ana Maria Lopez"})
    assert (contact["firstName"], contact["lastName"]) == ("Ana Maria", "Lopez")


def test_the_same_post_twice_makes_two_records(twin: Twin) -> None:
    body = {"firstName": "Twin", "emailAddress": "twin@x.test"}
    assert twin.post("/api/contacts", body)["id"] != twin.post("/api/contacts", body)["id"]


def test_patch_without_an_id_in_the_body_is_an_empty_400(twin: Twin) -> None:
    contact = twin.contact()
    answer = twin.send("PATCH", f"/api/contacts/{contact['id']}", {"jobTitle": "Boss"})
    assert (answer.status, answer.body) == (400, b"")


def test_patch_changes_only_what_it_names_but_blanks_siblings_in_an_address(twin: Twin) -> None:
    contact = twin.contact()
    body = {"id": contact["id"], "businessAddress": {"line1": "1 Test St"}}
    changed = twin.patch(f"/api/contacts/{contact['id']}", body)
    assert changed["emailAddress"] == contact["emailAddress"]
    assert contact["businessAddress"]["city"] == "Springfield"
    assert changed["businessAddress"] == dict.fromkeys(contact["businessAddress"]) | {"line1": "1 Test St"}


def test_patch_keeps_siblings_where_the_switch_says_merge(twin: Twin) -> None:
    twin.world.faults.patch_nested = "merge"
    contact = twin.contact()
    body = {"id": contact["id"], "businessAddress": {"line1": "1 Test St"}}
    assert twin.patch(f"/api/contacts/{contact['id']}", body)["businessAddress"]["city"] == "Springfield"


def test_put_blanks_what_it_leaves_out(twin: Twin) -> None:
    contact = twin.post("/api/contacts", {"firstName": "P", "lastName": "Q", "jobTitle": "Boss"})
    changed = twin.put(f"/api/contacts/{contact['id']}", {"id": contact["id"], "firstName": "P"})
    assert (changed["firstName"], changed["lastName"], changed["jobTitle"]) == ("P", None, None)


def test_every_write_moves_edited_and_names_the_writer(twin: Twin) -> None:
    contact = twin.contact()
    twin.clock.advance(90)
    changed = twin.patch(f"/api/contacts/{contact['id']}", {"id": contact["id"], "jobTitle": "Boss"})
    assert changed["edited"] == "2026-01-05T09:31:45+00:00"
    assert (contact["editedBy"], changed["editedBy"]) == ("Chris Huffman", "Sync User")


def test_property_names_match_in_any_case_and_unknown_ones_are_tolerated(twin: Twin) -> None:
    contact = twin.post("/api/contacts", {"FIRSTNAME": "Nia", "shoeSize": 38})
    assert contact["firstName"] == "Nia"
    assert "shoeSize" not in contact


def test_custom_fields_are_all_present_and_unknown_keys_vanish_with_success(twin: Twin) -> None:
    contact = twin.post("/api/contacts", {"firstName": "C", "customFields": {"USER1": "gold", "nope": "x"}})
    assert contact["customFields"]["user1"] == "gold"
    assert contact["customFields"]["user2"] is None
    assert "nope" not in contact["customFields"]


def test_unknown_custom_fields_are_refused_where_the_switch_says_so(twin: Twin) -> None:
    twin.world.faults.unknown_custom_field = "400"
    assert twin.refused("POST", "/api/contacts", {"customFields": {"nope": "x"}}) == 400


def test_a_read_only_custom_field_keeps_its_value_or_is_refused_where_the_switch_says_so(twin: Twin) -> None:
    contact = twin.post("/api/contacts", {"customFields": {"user1": "gold"}})
    twin.world.custom_columns["contact"]["user1"].is_read_only = True
    body = {"id": contact["id"], "customFields": {"user1": "tin", "user2": "new"}}
    changed = twin.patch(f"/api/contacts/{contact['id']}", body)
    assert (changed["customFields"]["user1"], changed["customFields"]["user2"]) == ("gold", "new")
    twin.world.faults.read_only_field = "400"
    assert twin.refused("PATCH", f"/api/contacts/{contact['id']}", body) == 400


def test_a_time_in_a_custom_text_field_is_a_500(twin: Twin) -> None:
    body = {"customFields": {"user1": "2026-01-05T10:00:00Z"}}
    assert twin.refused("POST", "/api/contacts", body) == 500


def test_deleting_another_managers_contact_is_refused_and_ones_own_is_not(twin: Twin) -> None:
    assert twin.refused("DELETE", f"/api/contacts/{twin.contact()['id']}") == 403
    own = twin.post("/api/contacts", {"firstName": "Own"})
    twin.delete(f"/api/contacts/{own['id']}")
    assert twin.refused("GET", f"/api/contacts/{own['id']}") == 404


def test_a_private_row_of_somebody_else_looks_deleted(twin: Twin) -> None:
    record = twin.world.contacts.get(twin.contact()["id"])
    assert record is not None
    record.values["isPrivate"] = True
    twin.world.contacts.put(record)
    assert twin.refused("GET", f"/api/contacts/{record.id}") == 404
    assert twin.where("/api/contacts", "fullName eq 'Ada Sample'") == []


def test_without_the_permission_reads_shrink_in_silence(twin: Twin) -> None:
    twin.world.faults.permissions_removed = ["Access All Non-Private Data"]
    assert [row["fullName"] for row in twin.get("/api/contacts")] == ["Sync User"]


def test_contacts_are_found_by_ids_and_by_business_mail_in_any_case(twin: Twin) -> None:
    ada, vera = twin.contact(), twin.contact("Vera Lind")
    rows = twin.get(f"/api/contacts/by-ids?ids={ada['id']}&ids={vera['id']}")
    assert [row["fullName"] for row in rows] == ["Ada Sample", "Vera Lind"]
    path = "/api/sync-data/search-contacts-by-business-email"
    assert twin.ask("POST", path, ["ADA.sample@customers.test", "nobody@x.test"]) == {
        "ADA.sample@customers.test": ada["id"]
    }


def test_my_record_is_the_callers_own_row(twin: Twin) -> None:
    assert twin.get("/api/contacts/myrecord")["emailAddress"] == twin.world.user


def test_duplicate_makes_a_clone(twin: Twin) -> None:
    ada = twin.contact()
    clone = twin.put(f"/api/contacts/{ada['id']}/duplicate")[0]
    assert clone["fullName"] == ada["fullName"]
    assert clone["id"] != ada["id"]


def test_secondary_contacts_live_below_their_contact(twin: Twin) -> None:
    path = f"/api/contacts/{twin.contact()['id']}/secondary-contacts"
    child = twin.post(path, {"firstName": "Kim"})
    assert child["contactType"] == "Secondary"
    assert {row["firstName"] for row in twin.get(path)} == {"Robin", "Kim"}
    twin.delete(f"{path}/{child['id']}")
    assert len(twin.get(path)) == 1


def test_companies_groups_and_products_are_created_read_changed_and_deleted(twin: Twin) -> None:
    for path, stamp in (
        ("/api/companies", "edited"),
        ("/api/groups", "edited"),
        ("/api/Products", "editDate"),
    ):
        made = twin.post(path, {"name": "Thing"})
        assert made[stamp] == "2026-01-05T09:30:15+00:00"
        changed = twin.patch(f"{path}/{made['id']}", {"id": made["id"], "name": "Other"})
        assert twin.get(f"{path}/{made['id']}") == changed
        twin.delete(f"{path}/{made['id']}")
        assert twin.refused("GET", f"{path}/{made['id']}") == 404


def test_an_open_deal_gets_the_first_stage_and_the_year_9999(twin: Twin) -> None:
    deal = twin.deal(sourceId="order-1")
    assert (deal["stage"]["name"], deal["stage"]["process"]["name"]) == ("Lead", "Main Sales")
    assert deal["stage"]["process"]["stages"] == []
    assert (deal["status"], deal["statusName"]) == (0, "Open")
    assert deal["actualCloseDate"] == "9999-12-31T00:00:00+00:00"
    assert deal["openDate"] == "2026-01-05T00:00:00+00:00"
    assert deal["probability"] == 10
    assert deal["customFields"]["opportunity_field_1"] is None
    assert [item["displayName"] for item in deal["contacts"]] == ["Ada Sample"]
    assert deal["contactNames"] == "Ada Sample"
    assert deal["companies"] == []


def test_the_same_stage_name_exists_in_two_processes_under_two_ids(twin: Twin) -> None:
    stages = [stage for stage in twin.get("/api/opportunities/stages") if stage["name"] == "Ordered"]
    assert {stage["process"]["name"] for stage in stages} == {"Main Sales", "Services"}
    assert len({stage["id"] for stage in stages}) == 2


def test_a_stage_is_taken_by_id_and_brings_its_probability(twin: Twin) -> None:
    process = next(p for p in twin.get("/api/opportunities/processes") if p["name"] == "Services")
    stages = twin.get(f"/api/opportunities/processes/{process['id']}/stages")
    delivered = next(stage for stage in stages if stage["name"] == "Delivered")
    deal = twin.deal(stage={"id": delivered["id"], "name": "whatever"})
    assert (deal["stage"]["name"], deal["probability"]) == ("Delivered", 100)


def test_an_unknown_stage_is_refused(twin: Twin) -> None:
    assert twin.refused("POST", "/api/opportunities", {"name": "x", "stage": {"id": "nope"}}) == 400


@pytest.mark.parametrize("status", [1, "Won", "won"])
def test_status_is_taken_as_number_or_name_and_winning_sets_the_close_date(
    twin: Twin, status: object
) -> None:
    deal = twin.deal()
    twin.clock.advance(60)
    won = twin.patch(f"/api/opportunities/{deal['id']}", {"id": deal["id"], "status": status})
    assert (won["status"], won["statusName"]) == (1, "Won")
    assert won["actualCloseDate"] == "2026-01-05T09:31:15+00:00"
    reopened = twin.patch(f"/api/opportunities/{deal['id']}", {"id": deal["id"], "status": 0})
    assert reopened["actualCloseDate"] == "9999-12-31T00:00:00+00:00"


def test_status_is_a_name_where_the_switch_says_so(twin: Twin) -> None:
    twin.world.faults.opportunity_status = "string"
    assert twin.deal()["status"] == "Open"


def test_the_amount_is_computed_from_the_lines_to_the_cent(twin: Twin) -> None:
    deal = twin.deal(probability=40)
    twin.line(deal, name="A", price=Decimal("19.99"), quantity=3)
    twin.line(deal, name="Discount", price=Decimal("-10.10"), quantity=1)
    twin.line(deal, name="B", price=Decimal("0.1"), quantity=Decimal("2.5"))
    shown = twin.get(f"/api/opportunities/{deal['id']}")
    assert shown["productTotal"] == Decimal("50.12")
    assert shown["weightedTotal"] == Decimal("20.048")
    assert shown["product"] == "A, Discount, B"


def test_writing_the_total_has_no_effect(twin: Twin) -> None:
    assert twin.deal(productTotal=1500)["productTotal"] == 0


def test_a_line_with_a_percent_discount_counts_reduced(twin: Twin) -> None:
    line = twin.line(twin.deal(), price=200, quantity=2, discount=25)
    assert (line["discountPrice"], line["total"]) == (150, 300)


@pytest.mark.parametrize(
    ("extra", "total"),
    [
        ({"discount": 0, "discountPrice": 50}, 50),
        ({}, 0),
        ({"discount": 0}, 0),
        ({"discountPrice": 50}, 0),
        ({"discount": 0, "discountPrice": 49}, 0),
        ({"discount": 0, "discountPrice": 50, "total": 50}, 0),
    ],
)
def test_a_line_put_is_a_full_discount_unless_it_denies_every_discount(
    twin: Twin, extra: dict[str, int], total: int
) -> None:
    deal = twin.deal()
    line = twin.line(deal)
    body = {"id": line["id"], "name": "P", "price": 50, "quantity": 1, "itemNumber": "k-1"} | extra
    changed = twin.put(f"/api/opportunities/{deal['id']}/products/{line['id']}", body)
    assert changed["total"] == total
    assert twin.get(f"/api/opportunities/{deal['id']}")["productTotal"] == total


def test_a_line_put_may_need_repeating(twin: Twin) -> None:
    twin.world.faults.line_item_put_twice = True
    deal = twin.deal()
    line = twin.line(deal)
    body = {"id": line["id"], "name": "P", "price": 50, "quantity": 1, "discount": 0, "discountPrice": 50}
    path = f"/api/opportunities/{deal['id']}/products/{line['id']}"
    assert [twin.put(path, body)["total"] for _ in range(2)] == [497, 50]


def test_a_line_is_patched_and_deleted_by_its_own_id(twin: Twin) -> None:
    deal = twin.deal()
    line = twin.line(deal)
    path = f"/api/opportunities/{deal['id']}/products/{line['id']}"
    assert twin.patch(path, {"id": line["id"], "price": Decimal("10.01")})["total"] == Decimal("10.01")
    twin.delete(path)
    assert twin.get(f"/api/opportunities/{deal['id']}")["productTotal"] == 0


@pytest.mark.parametrize("number", ["2026-01-05T10:00:00Z", 17])
def test_an_item_number_that_is_no_plain_text_poisons_the_list(twin: Twin, number: object) -> None:
    deal = twin.deal()
    twin.line(deal, itemNumber=number)
    assert twin.refused("GET", f"/api/opportunities/{deal['id']}/products") == 500
    assert twin.get(f"/api/opportunities/{deal['id']}")["productTotal"] == 497


def test_a_catalogue_product_fills_a_line(twin: Twin) -> None:
    product = twin.where("/api/Products", "itemNumber eq 'PRO'")[0]
    deal = twin.deal()
    line = twin.post(f"/api/opportunities/{deal['id']}/products", {"productID": product["id"]})
    assert (line["name"], line["price"], line["quantity"]) == ("Pro course", 497, 1)
    assert line["id"] != product["id"]


@pytest.mark.parametrize("field", ["price", "quantity", "cost", "discount"])
def test_an_amount_as_text_is_a_binding_error(twin: Twin, field: str) -> None:
    deal = twin.deal()
    answer = twin.send("POST", f"/api/opportunities/{deal['id']}/products", {"name": "x", field: "12.50"})
    body = decode(answer.body)
    assert answer.status == 500
    assert set(body) == {"message", "exceptionMessage", "exceptionType", "stackTrace"}
    assert (
        "Error converting value \"12.50\" to type 'System.Nullable`1[System.Decimal]'"
        in body["exceptionMessage"]
    )
    twin.world.faults.binding_error = 400
    assert twin.refused("POST", f"/api/opportunities/{deal['id']}/products", {field: "12.50"}) == 400


def test_an_object_where_an_array_is_wanted_is_a_500(twin: Twin) -> None:
    assert twin.refused("POST", "/api/opportunities", {"name": "x", "contacts": {"id": "1"}}) == 500


def test_a_broken_body_is_a_400(twin: Twin) -> None:
    assert twin.send("POST", "/api/contacts", raw=b"{").status == 400


def test_negative_prices_are_refused_where_the_switch_says_so(twin: Twin) -> None:
    deal = twin.deal()
    twin.world.faults.refuse_negative_price = True
    path = f"/api/opportunities/{deal['id']}/products"
    assert twin.refused("POST", path, {"name": "Discount", "price": -1}) == 400


def test_editing_a_line_moves_the_deal_or_does_not(twin: Twin) -> None:
    deal = twin.deal()
    twin.clock.advance(10)
    twin.line(deal)
    moved = twin.get(f"/api/opportunities/{deal['id']}")
    twin.world.faults.line_edit_moves_opportunity = False
    twin.clock.advance(10)
    twin.line(deal)
    kept = twin.get(f"/api/opportunities/{deal['id']}")
    assert moved["edited"] == kept["edited"] != deal["edited"]
    assert kept["productTotal"] == 994


def test_links_are_made_and_unmade_with_a_list_in_the_body(twin: Twin) -> None:
    deal = twin.deal()
    vera, ada = twin.contact("Vera Lind"), twin.contact()
    path = f"/api/opportunities/{deal['id']}/associated-contacts"
    linked = twin.put(path, {"contacts": [vera["id"]]})
    assert [row["fullName"] for row in linked] == ["Vera Lind"]
    assert [row["fullName"] for row in twin.get(path)] == ["Ada Sample", "Vera Lind"]
    twin.delete(path, {"contacts": [ada["id"]]})
    assert [row["fullName"] for row in twin.get(path)] == ["Vera Lind"]
    of_vera = twin.get(f"/api/contacts/{vera['id']}/associated-opportunities")
    assert deal["id"] in [row["id"] for row in of_vera]


def test_linking_a_company_sets_the_company_id_and_answers_contacts(twin: Twin) -> None:
    vera = twin.contact("Vera Lind")
    company = twin.where("/api/companies", "name eq 'Sample & Co'")[0]
    path = f"/api/contacts/{vera['id']}/associated-companies/{company['id']}"
    assert twin.put(path)[0]["companyID"] == company["id"]
    twin.delete(path)
    assert twin.contact("Vera Lind")["companyID"] == ""


def test_access_turns_a_record_private(twin: Twin) -> None:
    deal = twin.deal()
    path = f"/api/opportunities/{deal['id']}/access"
    assert twin.put(path, {"type": "Private"})["type"] == "Private"
    assert twin.get(f"/api/opportunities/{deal['id']}")["isPrivate"] is True


def test_lookup_translates_a_filter(twin: Twin) -> None:
    answer = twin.get("/api/opportunities/lookup?$filter=sourceId%20eq%20'x'%20and%20name%20ne%20'y'")
    assert [row["logicalOperator"] for row in answer["criteria"]] == ["And", "End"]

"""OData and paging on the Act! twin: the small supported part, and nothing beside it."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from act_twin_calls import Twin


@pytest.fixture
def twin() -> Twin:
    return Twin()


def names(rows: list[dict[str, str]]) -> set[str]:
    return {row["fullName"] for row in rows}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("firstName eq 'Ada'", {"Ada Sample"}),
        ("FIRSTNAME eq 'ada'", {"Ada Sample"}),
        ("lastName eq 'O''Neill'", {"Hiro O'Neill"}),
        ("contains(fullName, 'kesson')", {"Björn Åkesson"}),
        ("startswith(fullName,'Zo') or endswith(fullName,'Stone')", {"Zoë van den Berg", "Eli Stone"}),
        ("(firstName eq 'Ada' or firstName eq 'Jack') and company eq 'Daw Roofing'", {"Jack Daw"}),
        ("businessAddress/City eq 'Springfield'", {"Ada Sample"}),
        ("isUser eq true", {"Sync User", "Chris Huffman"}),
        ("contactType eq 'Secondary'", {"Robin Assistant"}),
        ("jobTitle ne null", set()),
        ("firstName gt 'Y' and contactType eq 'Contact'", {"Zoë van den Berg"}),
    ],
)
def test_supported_filters_find_the_right_rows(twin: Twin, condition: str, expected: set[str]) -> None:
    assert names(twin.where("/api/contacts", condition)) == expected


@pytest.mark.parametrize(
    "query",
    [
        "$filter=" + quote("not (firstName eq 'Ada')"),
        "$filter=" + quote("firstName in ('Ada')"),
        "$filter=" + quote("amaScore add 1 eq 2"),
        "$filter=" + quote("year(edited) eq 2026"),
        "$filter=" + quote("length(firstName) eq 3"),
        "$filter=" + quote("shoeSize eq 3"),
        "$filter=" + quote("edited ge '2026-01-01T00:00:00Z'"),
        "$filter=" + quote("firstName eq Ada"),
        "$filter=" + quote("firstName eq 'Ada"),
        "$filter=" + quote("edited ge 2026-01-01T00:00:00") + "+01:00",
        "$filter=" + quote("customFields/user1 eq 'x'"),
        "$count=true",
        "$search=Ada",
        "$apply=x",
        "$format=json",
        "$top=-1",
        "$top=ten",
        "$orderby=shoeSize",
        "$orderby=edited%20sideways",
        "$select=shoeSize",
        "$expand=shoes",
    ],
)
def test_everything_else_is_a_400_or_a_500(twin: Twin, query: str) -> None:
    assert twin.refused("GET", f"/api/contacts?{query}") == 400
    twin.world.faults.unlisted_odata = 500
    assert twin.refused("GET", f"/api/contacts?{query}") == 500


def test_an_encoded_plus_in_an_offset_works(twin: Twin) -> None:
    rows = twin.where("/api/contacts", "edited ge 2026-01-05T10:30:15+01:00")
    assert rows == []
    made = twin.post("/api/contacts", {"firstName": "New"})
    rows = twin.where("/api/contacts", "edited ge 2026-01-05T10:30:15+01:00")
    assert [row["id"] for row in rows] == [made["id"]]


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("edited ge 2026-01-05T09:30:15Z", True),
        ("edited gt 2026-01-05T09:30:15Z", False),
        ("edited ge 2026-01-05T09:30:16Z", False),
        ("edited gt 2026-01-05", True),
        ("edited lt 2026-01-05T09:30:15.5Z and edited ge 2026-01-05", True),
    ],
)
def test_edit_times_compare_to_the_second(twin: Twin, condition: str, found: bool) -> None:
    made = twin.deal()
    assert (made["id"] in [row["id"] for row in twin.where("/api/opportunities", condition)]) is found


def test_a_late_edit_is_found_at_its_old_time(twin: Twin) -> None:
    old, new = twin.deal(name="old"), twin.deal(name="new")
    record = twin.world.opportunities.get(old["id"])
    assert record is not None
    record.edited_at = record.edited_at.replace(hour=3)
    twin.world.opportunities.put(record)
    after = twin.where("/api/opportunities", "edited ge 2026-01-05T03:00:00Z")
    assert [row["name"] for row in after] == ["old", "new"]
    later = twin.where("/api/opportunities", "edited ge 2026-01-05T04:00:00Z")
    assert [row["id"] for row in later] == [new["id"]]


def test_a_deal_is_found_by_its_source_id_and_by_a_contact(twin: Twin) -> None:
    deal = twin.deal(sourceId="65f0A")
    assert [row["id"] for row in twin.where("/api/opportunities", "sourceId eq '65f0A'")] == [deal["id"]]
    assert twin.where("/api/opportunities", "sourceId eq '65f0A' and source eq 'Other'") == []
    by_contact = f"contacts/any(c: c/id eq '{twin.contact()['id']}')"
    assert deal["id"] in [row["id"] for row in twin.where("/api/opportunities", by_contact)]
    by_name = "contacts/any(c: startswith(c/displayName, 'Ada')) and stage/process/name eq 'Main Sales'"
    assert deal["id"] in [row["id"] for row in twin.where("/api/opportunities", by_name)]


def test_an_index_follows_a_changed_value(twin: Twin) -> None:
    deal = twin.deal(sourceId="a")
    twin.patch(f"/api/opportunities/{deal['id']}", {"id": deal["id"], "sourceId": "b"})
    assert twin.where("/api/opportunities", "sourceId eq 'a'") == []
    assert len(twin.where("/api/opportunities", "sourceId eq 'b'")) == 1


def test_texts_compare_exactly_where_the_switch_says_so(twin: Twin) -> None:
    twin.world.faults.text_comparison = "exact"
    assert twin.where("/api/contacts", "firstName eq 'ada'") == []


def test_custom_fields_can_be_filtered_where_the_switch_says_so(twin: Twin) -> None:
    twin.world.faults.custom_field_filter = "works"
    made = twin.post("/api/contacts", {"firstName": "C", "customFields": {"user1": "gold"}})
    assert [row["id"] for row in twin.where("/api/contacts", "customFields/user1 eq 'gold'")] == [made["id"]]


def test_select_gives_the_named_fields_only(twin: Twin) -> None:
    rows = twin.where("/api/contacts", "firstName eq 'Ada'", select="id,FULLNAME")
    assert [set(row) for row in rows] == [{"id", "fullName"}]


def test_a_shadowed_field_comes_back_as_null_when_selected(twin: Twin) -> None:
    twin.world.faults.shadowed_fields = ["company"]
    rows = twin.where("/api/contacts", "firstName eq 'Ada'", select="company")
    assert rows == [{"company": None}]
    assert twin.contact()["company"] == "Sample & Co"


def test_pages_are_cut_by_top_and_skip_and_by_default_at_100(twin: Twin) -> None:
    for number in range(120):
        twin.deal(name=f"D{number:03}")
    assert len(twin.get("/api/opportunities")) == 100
    rows = twin.get("/api/opportunities?$filter=startswith(name,'D')&$orderby=name%20desc&$top=2&$skip=1")
    assert [row["name"] for row in rows] == ["D118", "D117"]
    assert len(twin.get("/api/opportunities?$top=5000")) > 120
    twin.world.faults.default_page_rows = 0
    assert len(twin.get("/api/opportunities")) > 120


def test_skip_repeats_and_drops_rows_on_ties_where_the_switch_says_so(twin: Twin) -> None:
    for number in range(60):
        twin.deal(name=f"D{number:03}")
    twin.world.faults.unstable_skip = True
    tied = "/api/opportunities?$filter=startswith(name,'D')&$orderby=edited&$top=20&$skip="
    seen = [row["id"] for skip in (0, 20, 40) for row in twin.get(f"{tied}{skip}")]
    assert len(seen) == 60
    assert len(set(seen)) < 60
    unique = tied.replace("$orderby=edited", "$orderby=edited,id")
    assert len({row["id"] for skip in (0, 20, 40) for row in twin.get(f"{unique}{skip}")}) == 60


def test_some_builds_wrap_contacts_and_companies_with_the_length_of_the_page(twin: Twin) -> None:
    twin.world.faults.envelope = "value"
    page = twin.get("/api/contacts?$top=3")
    assert (len(page["value"]), page["Count"]) == (3, 3)
    assert isinstance(twin.get("/api/companies")["value"], list)
    assert isinstance(twin.get("/api/opportunities"), list)

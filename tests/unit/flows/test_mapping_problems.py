"""What is wrong with mappings is said with its place, before anything runs."""

from __future__ import annotations

from typing import Any

import pytest

from orderbridge.flows import field_checks, mapping_problems, templates
from orderbridge.flows.account_field import AccountField
from orderbridge.flows.model import Flow
from orderbridge.flows.problems import Problem

ACTION = "act.contact.update@1"


def flow(
    fields: dict[str, Any], action: str = ACTION, trigger: str = "ghl.contact.updated@1", **step: Any
) -> Flow:
    return Flow.model_validate(
        {
            "flow": "people",
            "title": "People",
            "trigger": trigger,
            "steps": [{"id": "contact", "action": action, "with": fields} | step],
        }
    )


def shown(problems: list[Problem]) -> list[tuple[str, str]]:
    return [(item.place, item.message) for item in problems]


MAP = {"from": "event.x", "map": {"a": "b"}}


@pytest.mark.parametrize(
    ("mapping", "place", "said"),
    [
        ({"form": "event.id"}, "", "it needs one of from"),
        ({"from": "event.id", "text": "x"}, "", "several sources"),
        ({"object": {"city": {"from": "event.c", "convert": "x"}}}, ".city.convert", "no conversion 'x'"),
        ([{"from": "event.c", "convert": "x"}], ".0.convert", "no conversion"),
        ({"from": "event.x", "otherwise": {"form": 1}}, ".otherwise", "it needs one of"),
        ({"from": "event.x", "if_null": {"form": 1}}, ".if_null", "it needs one of"),
        ({"from": "event.x", "map": {}}, ".map", "the value map is empty"),
        ({"from": "event.x", "unmapped": "skip"}, ".unmapped", "neither map nor lookup"),
        (MAP | {"unmapped": "skip", "otherwise": 1}, ".unmapped", "otherwise already says"),
        (MAP | {"drop_down": "ID/Status"}, ".drop_down", "of use with unmapped: add only"),
        (MAP | {"lookup": {"rows": [{"a": 1}], "where": "a", "take": "a"}}, "", "one of them is enough"),
        ({"from": "event.x", "required": True, "if_null": "leave_out"}, "", "can never be followed"),
        (
            {"from": "event.x", "lookup": {"rows": [{"a": 1}], "where": "a", "take": "b"}},
            ".lookup.rows",
            "row 1 has no b",
        ),
        (
            {
                "from": "event.x",
                "lookup": {"rows": [{"a": 1, "b": 1}, {"a": "1", "b": 2}], "where": "a", "take": "b"},
            },
            ".lookup.rows",
            "row 2 says another b for '1'",
        ),
    ],
)
def test_a_mapping_that_cannot_work_is_found_with_its_place(mapping: Any, place: str, said: str) -> None:
    found = mapping_problems.of_flow(flow({"contact_id": "c1", "business_address": mapping}))
    assert [item.place for item in found] == [f"steps.contact.with.business_address{place}"]
    assert said in found[0].message


def test_a_required_field_cannot_be_left_out() -> None:
    found = mapping_problems.of_flow(flow({"contact_id": {"from": "event.id", "if_missing": "leave_out"}}))
    assert shown(found) == [
        ("steps.contact.with.contact_id", "act.contact.update@1 requires it, so it cannot be left out")
    ]


def test_a_field_that_takes_nothing_empty_cannot_be_cleared() -> None:
    fields = {
        name: {"from": "event.x", "if_null": "clear"} for name in ("contact_id", "birthday", "first_name")
    }
    found = mapping_problems.of_flow(flow(fields))
    assert [item.place for item in found] == ["steps.contact.with.contact_id", "steps.contact.with.birthday"]
    assert "it cannot be cleared" in found[0].message


ADD = MAP | {"unmapped": "add", "drop_down": "ID/Status"}


def test_a_list_grows_only_where_the_step_allows_it_and_the_api_can() -> None:
    fields = {"contact_id": "c1", "id_status": ADD}
    assert mapping_problems.of_flow(flow(fields, allow=["adds_choices"])) == []
    [refused] = mapping_problems.of_flow(flow(fields))
    assert refused.place == "steps.contact.with.id_status.unmapped"
    assert "must allow adds_choices" in refused.message
    [impossible] = mapping_problems.of_flow(
        flow({"contact_id": "c1", "source": ADD}, action="ghl.contact.update@1", allow=["adds_choices"])
    )
    assert "HighLevel's API cannot add a choice" in impossible.message


def test_the_list_of_a_for_each_is_a_mapping_too() -> None:
    [found] = mapping_problems.of_flow(flow({"contact_id": "c1"}, for_each={"form": "event.items"}))
    assert found.place == "steps.contact.for_each"


def test_the_templates_have_sound_mappings() -> None:
    for template in templates.load_all().values():
        for item in templates.fill(
            template, {name: s.example for name, s in template.settings.items() if s.required}
        ):
            assert mapping_problems.of_flow(item) == []


def own(name: str, **more: Any) -> AccountField:
    return AccountField(name=name, label=more.pop("label", name), type=more.pop("type", "text"), **more)


def known(*fields: AccountField) -> dict[str, AccountField]:
    return {item.name.casefold(): item for item in fields}


TARGET = known(
    own("first_name", max_length=20),
    own("id_status", max_length=64, choices=("Customer", "Lead"), closed=True),
    own("referred_by", choices=("Web",)),
    own("company", read_only=True, label="Company"),
    own("custom_fields.user1", max_length=5, label="User 1", custom=True),
    own("custom_fields.score", type="number", custom=True),
    own("custom_fields.since", type="day", custom=True),
    own("custom_fields.vip", type="boolean", custom=True),
    own("custom_fields.cust_hair_1", label="Hair colour", custom=True),
)
SOURCE = known(
    own("first_name", in_events="first_name", max_length=40),
    own("tags", type="texts", in_events="tags"),
    own("dnd", type="boolean", in_events="dnd"),
    own("source", in_events="source", choices=("Web", "Shop"), closed=True),
)
KNOWN = {("act", "contact"): TARGET, ("ghl", "contact"): SOURCE}


def checked(name: str, mapping: Any) -> list[Problem]:
    if name.startswith("custom_fields."):
        fields = {"custom_fields": {"object": {name.partition(".")[2]: mapping}}}
    else:
        fields = {name: mapping}
    return field_checks.of_flow(flow({"contact_id": "c1"} | fields), KNOWN)


@pytest.mark.parametrize(
    ("name", "mapping", "said"),
    [
        (
            "custom_fields.hair_colour",
            {"from": "event.first_name"},
            "did you mean custom_fields.cust_hair_1?",
        ),
        ("custom_fields.user2", {"from": "event.first_name"}, "did you mean custom_fields.user1?"),
        ("custom_fields.zzz", "x", "it has custom_fields.user1, custom_fields.score"),
        ("company", {"from": "event.first_name"}, "it is read-only there"),
        ("first_name", "x" * 21, "21 characters do not fit: first_name takes 20"),
        (
            "first_name",
            {"from": "event.dnd", "map": {"true": "x" * 21, "false": "y"}},
            "21 characters do not fit",
        ),
        ("custom_fields.user1", {"from": "event.x1", "otherwise": "too long"}, "8 characters do not fit"),
        ("id_status", "Custommer", "'Custommer' is none of what id_status takes: Customer, Lead"),
        ("id_status", {"from": "event.tags", "map": {"a": "Client"}}, "'Client' is none of what"),
        (
            "id_status",
            {"from": "event.source", "if_null": {"value": "None"}, "convert": "text"},
            "'None' is none",
        ),
        ("custom_fields.score", "many", "'many' is a text, and custom_fields.score takes a number"),
        ("custom_fields.score", {"from": "event.first_name"}, "convert: number, or money would make one"),
        (
            "custom_fields.score",
            {"from": "event.first_name", "convert": "text"},
            "the conversion text makes a text",
        ),
        ("custom_fields.since", {"from": "event.first_name", "convert": {"date_time": {}}}, "makes a moment"),
        ("custom_fields.vip", {"from": "event.tags"}, "event.tags is several texts"),
        ("first_name", {"from": "event.dnd"}, "convert: text would make one"),
        ("first_name", {"from": "event.tags"}, "convert: join would make one"),
        (
            "first_name",
            {"from": "event.first_name", "convert": {"text": {"max_length": 30}}},
            "first_name takes 20 characters, not 30",
        ),
    ],
)
def test_a_mapping_that_the_account_cannot_take_is_one_clear_line(name: str, mapping: Any, said: str) -> None:
    found = [item for item in checked(name, mapping) if not item.warning]
    assert len(found) == 1, shown(found)
    assert found[0].place.startswith(f"steps.contact.with.{name}")
    assert said in found[0].message
    assert "\n" not in str(found[0])


@pytest.mark.parametrize(
    ("name", "mapping"),
    [
        ("first_name", "Ada"),
        ("first_name", {"from": "event.first_name", "convert": {"text": {"max_length": 20}}}),
        ("id_status", "customer"),
        ("id_status", {"from": "event.source", "map": {"Web": "Lead", "Shop": "Customer"}}),
        ("referred_by", "A new one"),
        ("custom_fields.USER1", "short"),
        ("custom_fields.user1", {"from": "event.dnd"}),
        ("custom_fields.score", {"from": "event.first_name", "convert": {"number": {}}}),
        ("custom_fields.since", {"from": "event.first_name", "convert": {"date": {}}}),
        ("custom_fields.vip", True),
        ("custom_fields", {"from": "event.whatever.custom"}),
        ("business_address", {"object": {"city": "Graz"}}),
    ],
)
def test_a_mapping_that_fits_is_left_alone(name: str, mapping: Any) -> None:
    assert [item for item in checked(name, mapping) if not item.warning] == []


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ({"from": "event.frist_name"}, "did you mean event.first_name?"),
        ({"text": "Dear {event.frist_name}"}, "is not known to show event.frist_name"),
        ({"from": "event.first_name"}, "may have 40 characters and first_name takes 20"),
        (
            {"from": "event.source", "map": {"Web": "W"}},
            "the value map lacks Shop, which event.source can be",
        ),
    ],
)
def test_what_may_go_wrong_is_a_warning(mapping: Any, said: str) -> None:
    [found] = checked("first_name", mapping)
    assert found.warning
    assert said in found.message


def test_conditions_are_looked_at_too() -> None:
    asked = flow({"contact_id": "c1"}, when=[{"from": "event.stat", "present": True}])
    [found] = field_checks.of_flow(asked, KNOWN)
    assert (found.place, found.warning) == ("steps.contact.when.0", True)


def test_a_custom_table_is_known_by_its_name() -> None:
    table = {("act", "Payments"): known(own("fields.amount", type="number", custom=True))}
    mapping = {"table": "Payments", "fields": {"object": {"amount": {"from": "event.dnd"}, "sum": 1}}}
    found = field_checks.of_flow(flow(mapping, action="act.custom_record.create@1"), table | KNOWN)
    assert [item.place for item in found] == [
        "steps.contact.with.fields.amount",
        "steps.contact.with.fields.sum",
    ]

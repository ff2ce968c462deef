"""The catalogue is complete: counted, named, typed, proved and tested, every part of it."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from repository import ROOT

from orderbridge.catalogue import listing, registry, schema
from orderbridge.catalogue.operation import ACTION, API, CURATED, DENIED, NEEDS_CONSENT, TRIGGER, Operation
from orderbridge.catalogue.published import calls
from orderbridge.core import jsonio

CURATED_OPERATIONS = list(registry.curated().values())
ACTIONS = [item for item in CURATED_OPERATIONS if item.kind == ACTION]
TRIGGERS = [item for item in CURATED_OPERATIONS if item.kind == TRIGGER]
REFERENCE = Path(os.environ.get("ORDERBRIDGE_REFERENCE", ROOT.parent / "shared" / "reference"))


def names(operations: list[Operation]) -> list[str]:
    return [item.ref for item in operations]


def test_every_published_call_is_there_by_name_or_denied_with_a_reason() -> None:
    rows = {
        (row["system"], row["method"], row["path"]): row for row in listing.rows() if row["tier"] != CURATED
    }

    published = {
        (call.system, call.method, call.path) for system in calls.SYSTEMS for call in calls.every(system)
    }
    assert published == set(rows)
    assert len([key for key in rows if key[0] == "ghl"]) == 243
    assert len([key for key in rows if key[0] == "act"]) == 421
    for row in rows.values():
        assert (row["tier"] == DENIED) == bool(row["denied"])


@pytest.mark.skipif(
    not REFERENCE.exists(), reason="the API descriptions are not here; set ORDERBRIDGE_REFERENCE"
)
def test_the_published_calls_are_what_the_descriptions_say() -> None:
    script = ROOT / "scripts" / "published_calls.py"
    done = subprocess.run(
        [sys.executable, str(script), "--check", str(REFERENCE)], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr


def test_every_name_is_there_once() -> None:
    rows = [row["id"] for row in listing.rows()]

    assert len(rows) == len(set(rows))


@pytest.mark.parametrize("item", CURATED_OPERATIONS, ids=names(CURATED_OPERATIONS))
def test_a_curated_operation_says_all_that_its_user_must_know(item: Operation) -> None:
    assert item.id.split(".")[0] == item.system
    assert item.title
    assert not item.title.endswith(".")
    assert item.description.endswith(".")
    assert len(item.description) > len(item.title)
    assert item.input_schema.get("additionalProperties") is False
    schema.check_schema(item.input_schema)
    schema.check_schema(item.output_schema)
    # What a person copies from the page has to work.
    assert schema.problems(item.input_schema, item.example) == []
    assert schema.problems(item.output_schema, item.example_output) == [] or not item.example_output
    if item.writes:
        assert item.proof
        assert item.method != "GET"


@pytest.mark.parametrize("item", ACTIONS, ids=names(ACTIONS))
def test_a_curated_action_that_is_a_published_call_names_it(item: Operation) -> None:
    if item.method is not None:
        call = calls.find(item.system, f"{item.method} {item.path}")
        assert call.denied is None
        assert set(call.scopes) <= set(item.scopes)


def test_every_curated_operation_has_a_test_that_runs_it_against_a_stand_in() -> None:
    missing = []
    for item in CURATED_OPERATIONS:
        where = listing.test_of(item)
        assert where is not None
        # A file that grew too long has siblings: test_task.py, test_task_kept.py.
        files = ROOT.glob(where.replace(".py", "*.py"))
        if not any(item.ref in covered(file) for file in files):
            missing.append(f"{item.ref} in {where}")

    assert missing == []


@cache
def covered(file: Path) -> set[str]:
    """The operations that the tests of a file run; the tests fail where one of them does not."""
    if not file.exists():
        return set()
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "covers":
            found |= {item.value for item in node.args if isinstance(item, ast.Constant)}
    return found


def test_all_published_calls_have_valid_schemas_and_an_example_that_fits() -> None:
    published = [item for item in registry.every().values() if item.tier != CURATED]
    # Many calls answer the same: what is the same is looked at once.
    every = [json for item in published for json in (item.input_schema, item.output_schema)]
    for one in {jsonio.encode(json): json for json in every}.values():
        schema.check_schema(one)

    assert [
        f"{item.ref}: {problem}"
        for item in published
        for problem in schema.problems(item.input_schema, item.example)
    ] == []


def test_what_messages_people_moves_money_or_deletes_is_marked() -> None:
    by_name = {f"{item.method} {item.path}": item for item in registry.every().values() if item.tier == API}

    assert "messages_people" in by_name["POST /invoices/{invoiceId}/send"].effects
    assert "moves_money" in by_name["POST /invoices/{invoiceId}/record-payment"].effects
    assert "deletes" in by_name["DELETE /api/contacts/{contactId}"].effects
    for item in CURATED_OPERATIONS:
        call = by_name.get(f"{item.method} {item.path}")
        if item.kind == ACTION and call is not None:
            marked = item.effects | set(item.conditional.values())
            assert call.effects & NEEDS_CONSENT <= marked, item.ref

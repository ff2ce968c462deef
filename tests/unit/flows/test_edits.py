# ruff: noqa: E501 (a table is easier to read with one case in a line)
"""Edits of a flow: the golden files that the web app shares, and that each can be taken back."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderbridge.flows import edits, shape
from orderbridge.flows.edit_kinds import Edit
from orderbridge.flows.problems import FlowProblemsError, Problem

GOLDEN = sorted((Path(__file__).parents[2] / "fixtures" / "edits").glob("*.json"))
FLOW = json.loads(GOLDEN[0].read_text(encoding="utf-8"))["input"]
STEPS = ("company", "size", "heavy", "end", "parts", "part", "last", "nowhere")


@pytest.mark.parametrize("file", GOLDEN, ids=lambda file: file.stem)
def test_golden_edits(file: Path) -> None:
    case = json.loads(file.read_text(encoding="utf-8"))
    before = deepcopy(case["input"])
    [edit] = edits.read([case["edit"]])
    if "error" in case:
        with pytest.raises(FlowProblemsError) as caught:
            edits.apply(case["input"], edit)
        [problem] = caught.value.problems
        assert {"place": problem.place, "message": problem.message} == case["error"]
    else:
        after, undo = edits.apply(case["input"], edit)
        assert after == case["output"]
        assert undo.model_dump() == case["undo"]
        assert edits.apply(after, undo)[0] == before
    assert case["input"] == before


def test_there_are_golden_files_for_every_edit() -> None:
    kinds = {json.loads(file.read_text(encoding="utf-8"))["edit"]["edit"] for file in GOLDEN}
    assert kinds | {"restore"} == {kind.model_fields["edit"].default for kind in edits._DO}


def step_ids() -> Any:
    return st.sampled_from(STEPS)


def places() -> Any:
    return st.fixed_dictionaries(
        {},
        optional={
            "inside": st.none() | step_ids(),
            "branch": st.none() | st.integers(0, 3),
            "before": st.none() | step_ids(),
        },
    )


def new_steps() -> Any:
    ids = st.sampled_from(["new", "other", "last"])
    return ids.map(lambda name: {"id": name, "stop": "done"}) | ids.map(
        lambda name: {
            "id": name,
            "choose": [{"steps": [{"id": f"{name}_in", "stop": "x {steps.company.id}"}]}],
        }
    )


EDITS: Any = st.one_of(
    st.builds(lambda title: {"edit": "rename", "title": title}, st.text(min_size=1, max_size=5)),
    st.builds(lambda step, to: {"edit": "add_step", "step": step, "to": to}, new_steps(), places()),
    st.builds(lambda step: {"edit": "remove_step", "step": step}, step_ids()),
    st.builds(lambda step, to: {"edit": "move_step", "step": step, "to": to}, step_ids(), places()),
    st.builds(
        lambda step, to: {"edit": "rename_step", "step": step, "to": to},
        step_ids(),
        st.sampled_from([*STEPS, "another", "No"]),
    ),
    st.builds(
        lambda step, field, value: {"edit": "set_field", "step": step, "field": field, "value": value},
        step_ids(),
        st.sampled_from(["name", "text"]),
        st.sampled_from([1, None, "x", {"from": "steps.another.id"}, [{"text": "{steps.part.id}"}]]),
    ),
    st.builds(
        lambda step, field: {"edit": "unset_field", "step": step, "field": field},
        step_ids(),
        st.sampled_from(["name", "text"]),
    ),
    st.builds(
        lambda step, option, value: {"edit": "set_option", "step": step, "option": option, "value": value},
        step_ids(),
        st.sampled_from(["when", "allow", "retry", "for_each", "stop", "as", "action"]),
        st.sampled_from([None, [], "held", ["deletes"], {"attempts": 2}, {"from": "event.items"}]),
    ),
    st.builds(lambda step, at: {"edit": "add_branch", "step": step, "at": at}, step_ids(), st.none() | st.integers(0, 3)),
    st.builds(lambda step, at: {"edit": "remove_branch", "step": step, "branch": at}, step_ids(), st.integers(0, 3)),
)  # fmt: skip


@given(st.lists(EDITS, max_size=8))
@settings(max_examples=200, deadline=None)
def test_whatever_is_edited_can_be_taken_back_or_is_refused_with_its_place(changes: list[Any]) -> None:
    read: list[Edit] = edits.read(changes)
    start = shape.parsed(FLOW, subject="it").as_json()
    refused: tuple[Problem, ...] = ()
    after, undo = start, ()
    try:
        after, undo = edits.apply_all(start, read)
    except FlowProblemsError as error:
        refused = error.problems
    assert all(problem.place and problem.message for problem in refused)
    assert shape.parsed(after, subject="it").as_json() == after
    assert edits.apply_all(after, undo)[0] == start


@pytest.mark.parametrize(
    "given", [1, [1], [{"edit": "explode"}], [{"edit": "rename"}], [{"edit": "rename", "title": "x", "y": 1}]]
)
def test_what_is_no_edit_is_said_with_its_place(given: Any) -> None:
    with pytest.raises(FlowProblemsError, match="the edits, "):
        edits.read(given)

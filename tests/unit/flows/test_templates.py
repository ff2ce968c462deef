"""Templates: what the owner decides is put in its place, or said to be missing."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from orderbridge.core.errors import FlowError
from orderbridge.flows import template_settings, templates
from orderbridge.flows.model import ActionStep

TEXT = """
template: mine
title: Mine
description: For a test.
settings:
  stage: {title: Stage, description: Where it goes., schema: {type: string}, example: Paid}
  channel: {title: Channel, description: Who hears., schema: {type: string}, default: "", example: finance}
flows:
  - flow: mine
    title: Mine
    trigger: ghl.order.changed@1
    steps:
      - {id: one, action: act.opportunity.set_stage@1, with: {stage: {setting: stage}}}
      - {id: two, only_with: channel, action: core.notify.send@1, with: {channel: {setting: channel}}}
"""


def filled(**given: Any) -> list[ActionStep]:
    [flow] = templates.fill(templates.read(TEXT, where="mine.yaml"), given)
    return list(flow.actions())


def test_a_setting_stands_where_it_is_named() -> None:
    one, two = filled(stage="Won", channel="money")
    assert (one.with_, two.with_) == ({"stage": "Won"}, {"channel": "money"})


def test_a_step_goes_with_the_setting_that_it_needs() -> None:
    assert [step.id for step in filled(stage="Won")] == ["one"]


@pytest.mark.parametrize("name", list(templates.load_all()))
def test_the_settings_of_a_template_are_found_again_in_its_flows(name: str) -> None:
    template = templates.load_all()[name]
    required = {key: item.example for key, item in template.settings.items() if item.required}
    for given in (required, {key: item.example for key, item in template.settings.items()}):
        flows = {flow.flow: flow.as_json() for flow in templates.fill(template, given)}
        found = template_settings.given(template, flows)
        # What stands only in steps that are left out cannot be seen, and is as it usually is.
        usual = {key: item.default for key, item in template.settings.items()}
        assert usual | found == usual | given


@pytest.mark.parametrize(
    ("given", "said"), [({}, "stage"), ({"stage": 3}, "string"), ({"stage": "x", "stag": "y"}, "stag")]
)
def test_a_setting_that_is_missing_wrong_or_unknown_is_named(given: dict[str, Any], said: str) -> None:
    with pytest.raises(FlowError, match=f"template mine.*{said}"):
        filled(**given)


def test_a_template_that_names_no_setting_of_its_own_is_refused() -> None:
    broken = yaml.safe_load(TEXT)
    del broken["settings"]["channel"]
    with pytest.raises(FlowError, match="channel"):
        templates.read(yaml.safe_dump(broken), where="mine.yaml")

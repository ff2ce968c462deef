"""The page about mappings shows what happens."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from orderbridge.catalogue import schema
from orderbridge.core.errors import HeldError
from orderbridge.flows import conversions, field_mapping, mapping_problems
from orderbridge.flows.mapping import Renderer

PAGE = (Path(__file__).parents[3] / "docs" / "howto" / "map-fields.md").read_text(encoding="utf-8")
EXAMPLES = [
    yaml.safe_load(text) for text in re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
]


def test_the_schema_for_editors_takes_every_example_and_no_nonsense() -> None:
    wanted = field_mapping.json_schema()
    schema.check_schema(wanted)
    for example in EXAMPLES:
        assert schema.problems(wanted, example["mapping"]) == []
    for nonsense in (
        {"from": "event.id", "text": "x"},
        {"convert": "phone"},
        {"from": "event.id", "if_null": "drop"},
        {"from": "event.id", "if_null": {"form": "event.x"}},
        {"from": "event.id", "convert": {"phone": {"region": 5}}},
        {"from": "event.id", "otherwize": 1},
    ):
        assert schema.problems(wanted, nonsense), nonsense


async def no_expression(_expression: str, _scope: dict[str, Any]) -> Any:
    raise AssertionError("no example computes")


async def written(example: dict[str, Any]) -> dict[str, Any]:
    scope = {"event": example["event"], "steps": {}}
    found = await Renderer(no_expression).inputs({"field": example["mapping"]}, scope, step="s", schema={})
    return found.given


def test_there_are_examples_of_everything() -> None:
    assert len(EXAMPLES) >= 20
    for name in conversions.NAMES:
        assert f"`{name}`" in PAGE


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda item: str(item["mapping"])[:60])
async def test_an_example_does_what_the_page_says(example: dict[str, Any]) -> None:
    assert list(mapping_problems.of_value(example["mapping"], "field")) == []
    if "held" in example:
        with pytest.raises(HeldError, match=re.escape(example["held"])):
            await written(example)
    elif example.get("left_out"):
        assert await written(example) == {}
    else:
        assert await written(example) == {"field": example["gives"]}

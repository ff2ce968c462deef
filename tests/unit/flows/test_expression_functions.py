"""Completion offers every function with a line of words and an example that computes."""

from __future__ import annotations

import pytest

from orderbridge.core.places import MISSING
from orderbridge.flows.expressions.described import Described, described
from orderbridge.flows.expressions.names import FUNCTIONS
from support.expressions import compute

EVERY = list(described())


def test_every_function_is_described_and_no_other() -> None:
    assert {item.name for item in EVERY} == set(FUNCTIONS)


@pytest.mark.parametrize("item", EVERY, ids=lambda item: item.name)
def test_its_example_calls_it_and_computes(item: Described) -> None:
    assert f"${item.name}(" in item.example
    found = compute(item.example)
    # An assertion that holds gives nothing.
    assert (found is MISSING) is (item.name == "assert")

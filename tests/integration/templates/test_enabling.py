"""Every template can be enabled as it is, with its examples, and says what is wrong with a setting."""

from __future__ import annotations

import pytest

from orderbridge.automation import publishing
from orderbridge.core.errors import FlowError
from orderbridge.flows import templates

NAMES = sorted(templates.load_all())


@pytest.mark.parametrize("name", NAMES)
def test_a_template_fits_its_operations_with_its_defaults_and_with_its_examples(name: str) -> None:
    template = templates.find(name)
    examples = {key: item.example for key, item in template.settings.items()}
    needed = {key: item.example for key, item in template.settings.items() if item.required}
    for given in (needed, examples):
        flows = templates.fill(template, given)
        assert flows
        for flow in flows:
            publishing.check(flow)


def test_a_status_map_with_a_hole_is_refused_when_the_template_is_enabled() -> None:
    with pytest.raises(FlowError, match=r"statuses.*'unpaid' is missing"):
        templates.fill(
            templates.find("orders-to-opportunities"),
            {"statuses": {"paid": "Won", "partially_refunded": "Won", "refunded": "Lost", "cancelled": "Lost",
                          "partially_paid": "Open"}},
        )  # fmt: skip

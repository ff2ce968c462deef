"""An action: list the drop-down lists."""

from __future__ import annotations

from orderbridge.catalogue.act.drop_down import LIST, ROW
from orderbridge.catalogue.act.samples import RECORD_ID, listed
from orderbridge.catalogue.reads import listing

OPERATION = listing(
    id="act.drop_down.list",
    title="List drop-down lists",
    description="Lists the lists that people pick values from, such as ID/Status.",
    many=LIST,
    fields={},
    row=ROW,
    example={"limit": 100},
    example_output=listed(id=RECORD_ID, name="ID/Status", type="Character"),
)

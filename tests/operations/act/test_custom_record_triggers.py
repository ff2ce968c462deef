import pytest

from support.act_changes import WAYS, lifecycle
from support.operations import Operations


@pytest.mark.covers(
    "act.custom_record.created@1",
    "act.custom_record.updated@1",
    "act.custom_record.field_changed@1",
    "act.custom_record.deleted@1",
)
@pytest.mark.parametrize("way", WAYS)
async def test_a_record_of_a_custom_table_that_is_made_changed_and_deleted_fires_once_each(
    ops: Operations, way: str
) -> None:
    tables = (await ops.world.act_truth("custom_tables"))["custom_tables"]
    name, table = next(iter(tables.items()))
    column = next(key for label, key in table["columns"].items() if "etail" in label)
    await lifecycle(
        ops,
        "custom_record",
        f"custom/{name}",
        new={column: "first"},
        change={column: "second"},
        watched={"field": column, "to": "second"},
        given={"table": name},
        way=way,
        area="Custom",
    )

import pytest

from support.operations import Operations

ITEMS = [{"sku": "A", "n": 1}, {"sku": "B", "n": 2}, {"sku": "A", "n": 3}]


@pytest.mark.covers("core.list.pick@1")
async def test_an_item_is_picked_and_a_second_match_is_told(ops: Operations) -> None:
    assert (await ops.run("core.list.pick", items=ITEMS, position=-1))["item"]["n"] == 3
    made = await ops.run("core.list.pick", items=ITEMS, field="sku", equals="A")
    assert (made["item"]["n"], made["count"]) == (1, 2)
    none = await ops.run("core.list.pick", items=ITEMS, field="sku", equals="C")
    assert none == {"item": None, "found": False, "count": 0}
    assert "belong together" in await ops.refused("core.list.pick", items=ITEMS, field="sku")


@pytest.mark.covers("core.list.join@1")
async def test_a_list_is_joined_and_blanks_are_left_out(ops: Operations) -> None:
    made = await ops.run("core.list.join", items=["red", None, "", 2, True], last_separator=" and ")

    assert made["text"] == "red, 2 and true"
    assert (await ops.run("core.list.join", items=[]))["text"] == ""

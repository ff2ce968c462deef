import pytest

from support.operations import Operations


@pytest.mark.covers("core.text.format@1")
async def test_a_template_is_filled_by_path_and_never_with_a_blank(ops: Operations) -> None:
    fields = {"order": {"number": 17, "paid": True}, "name": None}

    made = await ops.run("core.text.format", template="Order {order.number}: {order.paid}", fields=fields)

    assert made == {"text": "Order 17: true"}
    assert "needs name" in await ops.refused("core.text.format", template="Dear {name}", fields=fields)


@pytest.mark.covers("core.text.split@1")
async def test_a_text_is_split_and_its_parts_are_trimmed(ops: Operations) -> None:
    assert (await ops.run("core.text.split", text=" a ;b;; c", separator=";"))["parts"] == ["a", "b", "c"]
    kept = await ops.run(
        "core.text.split", text="a; b;;c", separator=";", most=3, keep_empty=True, keep_spaces=True
    )
    assert kept["parts"] == ["a", " b", ";c"]


@pytest.mark.covers("core.text.replace@1")
async def test_a_replacement_takes_signs_as_they_are(ops: Operations) -> None:
    made = await ops.run("core.text.replace", text="a.b.c", find=".", put="*")

    assert made == {"text": "a*b*c", "count": 2}


@pytest.mark.covers("core.text.case@1")
async def test_names_keep_their_second_capital(ops: Operations) -> None:
    made = await ops.run("core.text.case", text="MARY-ANN o'brien", case="names")

    assert made["text"] == "Mary-Ann O'Brien"
    assert (await ops.run("core.text.case", text="aBC dEF", case="sentence"))["text"] == "Abc def"

"""The fields of an account, on the command line and over HTTP."""

from __future__ import annotations

from typing import Any

from orderbridge.core import jsonio
from orderbridge.core.ids import random_id
from orderbridge.store import api_tokens
from support.shell import Shell
from support.world import ACT, GHL, MakeWorld


async def test_the_command_lists_what_an_account_has_with_types_lengths_and_choices(shell: Shell) -> None:
    await shell.connect()
    order = {
        "record_type": "contact",
        "key": "user4",
        "drop_down": "Referred By",
        "list_only": True,
        "length": 30,
    }
    await shell.world.control("act", "fields", order)
    listed = await shell.ok("flows", "fields", "--connection", "crm", "--kind", "contact", "--json")
    rows = {row["name"]: row for row in listed.json}
    assert rows["custom_fields.user4"] == {
        "name": "custom_fields.user4", "label": "User 4", "type": "text", "required": False, "read_only": False,
        "custom": True, "max_length": 30, "choices": ["Web", "Customer referral", "Trade show"], "closed": True,
        "in_events": "custom_fields.user4",
    }  # fmt: skip
    assert rows["email"]["in_events"] == "email_address"
    assert rows["business_address.city"]["type"] == "text"
    shown = (await shell.ok("flows", "fields", "--connection", "crm", "--kind", "payments")).out
    assert "fields.amount" in shown
    assert "number" in shown
    deals = (
        await shell.ok("flows", "fields", "--connection", "shop", "--kind", "opportunity", "--json")
    ).json
    assert next(row for row in deals if row["name"] == "status")["choices"] == [
        "open",
        "won",
        "lost",
        "abandoned",
    ]
    wrong = await shell("flows", "fields", "--connection", "crm", "--kind", "moods")
    assert wrong.code == 1
    assert "no kind of record 'moods'" in wrong.err
    assert "custom tables" in wrong.err
    unknown = await shell("flows", "fields", "--connection", "nobody", "--kind", "contact")
    assert unknown.code == 1
    assert "nobody" in unknown.err


async def test_other_programs_get_the_same_with_a_token_only(make_world: MakeWorld) -> None:
    async with make_world(flows=()) as world, world.hooks() as url:
        async with world.db.begin() as tx:
            token = await api_tokens.create(tx, random_id, name="tests")

        async def ask(path: str, given: str | None = token) -> tuple[int, Any]:
            headers = {"Authorization": f"Bearer {given}"} if given else {}
            async with world.http.get(f"{url}/api/connections/{path}", headers=headers) as answer:
                return answer.status, jsonio.decode(await answer.read())

        status, rows = await ask(f"{ACT}/fields/opportunity")
        assert status == 200
        stage = next(row for row in rows if row["name"] == "stage")
        assert {"Paid", "Lost"} <= set(stage["choices"])
        assert stage["closed"]
        assert (await ask(f"{ACT}/fields/opportunity", None))[0] == 401
        status, problem = await ask(f"{ACT}/fields/moods")
        assert (status, problem["cause"]) == (422, "fields.unknown_kind")
        assert (await ask("nobody/fields/contact"))[0] == 409
        # What a setting can name is there with the words that people know it by.
        for kind, value in (("stages", "Paid"), ("contact_fields", "id_status")):
            status, rows = await ask(f"{ACT}/choices/{kind}")
            assert status == 200
            assert next(row for row in rows if row["value"] == value)["label"]
        _, [user, *_] = await ask(f"{GHL}/choices/users")
        assert user["label"] != user["value"]
        for kind in ("users", "groups", "products", "processes", "opportunity_fields", "opportunity_amounts"):
            assert (await ask(f"{ACT}/choices/{kind}"))[0] == 200
        _, products = await ask(f"{GHL}/choices/products")
        _, prices = await ask(f"{GHL}/choices/prices?of={products[0]['value']}")
        assert prices
        _, [pipeline, *_] = await ask(f"{GHL}/choices/pipelines")
        assert (await ask(f"{GHL}/choices/stages?of={pipeline['value']}"))[1]
        status, problem = await ask(f"{GHL}/choices/prices")
        assert (status, problem["cause"]) == (422, "choices.of_what")
        status, problem = await ask(f"{ACT}/choices/moods")
        assert (status, problem["cause"]) == (422, "choices.unknown_kind")

"""``orderbridge ops``: the catalogue on the command line, as programs and people use it."""

from __future__ import annotations

from orderbridge.catalogue import listing
from support.shell import Shell

ROW = {"id", "system", "kind", "tier", "title", "method", "path", "scopes"}
COUPON = (
    '{"name":"Spring","code":"SPRING10","discount_type":"amount","discount_value":9.99,'
    '"start_date":"2026-03-01T00:00:00Z"}'
)
FOUND = '{"search":"SPRING10"}'


async def test_the_list_for_programs_has_every_operation_and_is_what_python_gives(shell: Shell) -> None:
    rows = (await shell.ok("ops", "list", "--json")).json

    assert rows == list(listing.rows())
    assert all(set(row) >= ROW for row in rows)
    assert sum(row["tier"] != "curated" for row in rows) == 243 + 421


async def test_the_list_can_be_narrowed(shell: Shell) -> None:
    rows = (
        await shell.ok(
            "ops", "list", "--system", "ghl", "--kind", "action", "--search", "coupon create", "--json"
        )
    ).json

    assert {row["id"] for row in rows} == {"ghl.coupon.create@1", "ghl.api.payments.create_coupon@1"}
    wrong = await shell("ops", "list", "--tier", "best")
    assert wrong.code == 1
    assert "it can be api, curated, denied" in wrong.err


async def test_a_read_is_called_and_a_write_only_after_a_yes(shell: Shell) -> None:
    await shell.connect()

    asked = await shell("ops", "call", "ghl.coupon.create", "--input", COUPON)
    looked = await shell.ok("ops", "call", "ghl.coupon.create", "--input", COUPON, "--preview", "--json")
    none_yet = await shell.ok("ops", "call", "ghl.coupon.list", "--input", FOUND, "--json")
    made = await shell.ok("ops", "call", "ghl.coupon.create", "--input", "-", "--yes", "--json", stdin=COUPON)
    listed = await shell.ok("ops", "call", "ghl.coupon.list", "--input", FOUND, "--json")

    assert asked.code == 1
    assert "--preview" in asked.err
    assert looked.json["would_write"]["wanted"]["code"] == "SPRING10"
    assert none_yet.json["count"] == 0
    assert made.json["verdict"] == "confirmed"
    assert '"discount_value":9.99' in made.out
    assert [row["id"] for row in listed.json["rows"]] == [made.json["id"]]


WRONG = (
    ("call ghl.coupon.create --input", '{"name":5}', "$: 'code', 'discount_type'"),
    ("call ghl.coupon.create --input", "{", "is no JSON"),
    ("call ghl.coupon.create --input", "[]", "must be a JSON object"),
    ("call ghl.coupon.create --input", "@/nowhere/input.json", "cannot read"),
    ("call ghl.nothing.at_all", None, "there is no operation"),
    ("show ghl.nothing.at_all", None, "there is no operation"),
    ("call ghl.order.changed@1", None, "is a trigger"),
    ("call ghl.coupon.list", None, "HighLevel connection, and there is none yet"),
    ("call ghl.api.users.delete_user@1 --input", '{"path":{"userId":"u"}}', "never called"),
)


async def test_what_cannot_be_called_is_one_clear_line(shell: Shell) -> None:
    for command, given, said in WRONG:
        ran = await shell("ops", *command.split(), *([given] if given else []))

        assert ran.code == 1, command
        assert said in ran.err, command
        assert len(ran.err.strip().splitlines()) == 1, command


async def test_an_operation_is_shown_with_what_it_takes_needs_and_does(shell: Shell) -> None:
    shown = await shell.ok("ops", "show", "ghl.coupon.delete@1")
    whole = (await shell.ok("ops", "show", "ghl.coupon.delete@1", "--json")).json

    assert "deletes" in shown.out
    assert "payments/coupons.write" in shown.out
    assert whole["proof"]
    assert whole["test"] == "tests/operations/ghl/test_coupon.py"
    assert whole["input_schema"]["required"] == ["coupon_id"]

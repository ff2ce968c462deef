"""The command line: what it prints for programs, one clear line for every failure, never a secret."""

from __future__ import annotations

import asyncio
import io
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from orderbridge.cli.main import main
from orderbridge.core.serving import free_port
from orderbridge.store import migrate
from support.command import Ran, orderbridge, start
from support.patience import PATIENCE_S
from support.postgres import ScratchPostgres
from support.shell import Shell
from support.world import TEMPLATE, until


async def work_until_agreed(shell: Shell) -> None:
    worker = await start(
        "serve", "--role", "worker", environment=shell.environment | {"ORDERBRIDGE_LOG_LEVEL": "debug"}
    )
    try:

        async def agreed() -> bool:
            return (await shell.world.truth()).agrees

        await until(agreed)
    finally:
        worker.send_signal(signal.SIGTERM)
        out, err = await asyncio.wait_for(worker.communicate(), PATIENCE_S)
    assert worker.returncode == 0, err.decode()
    shell.said += [out.decode(), err.decode()]


@pytest.mark.slow
async def test_from_connecting_to_the_proof(shell: Shell) -> None:
    ghl, act = await shell.connect()
    assert ghl.keys() == act.keys() == {"id", "name", "system", "mode", "found"}
    assert "HighLevel location" in ghl["found"]
    assert "Act! database" in act["found"]

    listed = (await shell.ok("connections", "list", "--json")).json
    assert [(row["name"], row["system"], row["mode"], row["state"]) for row in listed] == [
        ("crm", "act", "sandbox", "ok"),
        ("shop", "ghl", "sandbox", "ok"),
    ]
    tested = (await shell.ok("connections", "test", "--json")).json
    assert [(row["name"], row["ok"]) for row in tested] == [
        ("public address", None),
        ("crm", True),
        ("shop", True),
    ]
    assert TEMPLATE in [row["name"] for row in (await shell.ok("templates", "list", "--json")).json]
    enabled = (
        await shell.ok("templates", "enable", TEMPLATE, "--ghl", "shop", "--act", "crm", "--json")
    ).json
    assert enabled.keys() == {"flows", "names", "created", "missing", "to_go_live"}
    assert enabled["missing"] == []

    await shell.world.sell(16)
    polled = (await shell.ok("poll", "--once", "--json")).json
    assert [(row["connection"], row["error"]) for row in polled] == [("shop", None)]
    assert polled[0]["streams"]["orders"] == {"rows": 16, "moved": 16, "missing": 0}
    differs = await shell("reconcile", "--json")
    assert differs.code == 1
    assert {row["reason"] for row in differs.json[0]["differences"]} == {"in_work"}
    await work_until_agreed(shell)

    (result,) = (await shell.ok("reconcile", "--json")).json
    assert (result["agrees"], result["orders"], result["differences"]) == (True, 16, [])
    assert all(amounts["ordered"]["difference"].strip("0.") == "" for amounts in result["totals"].values())
    runs = (await shell.ok("runs", "list", "--limit", "5", "--json")).json
    assert len(runs) == 5
    shown = (await shell.ok("runs", "show", runs[0]["id"][:12])).json
    assert shown["id"] == runs[0]["id"]
    assert runs[0]["state"] == "done"
    shown = (await shell.ok("runs", "show", runs[0]["id"])).json
    assert "exchanges" not in shown
    assert (await shell.ok("runs", "show", runs[0]["id"], "--http")).json["exchanges"][0]["calls"]["calls"]
    assert shown["steps"]
    assert shown["receipts"]
    assert (await shell.ok("dead-letters", "list", "--json")).json == {"groups": [], "deliveries": []}
    flows = (await shell.ok("flows", "list", "--json")).json
    assert all(row["enabled"] for row in flows)
    name = flows[0]["name"]
    await shell.ok("flows", "disable", name)
    assert not (await shell.ok("flows", "list", "--json")).json[0]["enabled"]
    await shell.ok("flows", "enable", name)
    assert "\nflow: " in (await shell.ok("flows", "export", name)).out
    assert "paused" in (await shell.ok("pause")).out
    assert "go on" in (await shell.ok("resume")).out
    for table in (("connections", "list"), ("runs", "list"), ("reconcile",), ("flows", "list")):
        await shell.ok(*table)
    details = shell.world.sandbox.details
    await shell.ok("connections", "replace-token", "crm", "--password-stdin", stdin=details["act_password"])
    # Nothing that any of them said, the worker at its most talkative included, gave a secret away.
    for secret in shell.secrets:
        assert not [text for text in shell.said if secret in text]


@pytest.fixture(scope="module")
def empty_database(
    scratch_postgres: ScratchPostgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """Settings of an installation that has nothing yet."""
    url = asyncio.run(scratch_postgres.fresh_database(migrate.upgrade))
    folder = tmp_path_factory.mktemp("installation")
    yield {"ORDERBRIDGE_DATABASE_URL": url, "ORDERBRIDGE_DATA_DIR": str(folder)}
    asyncio.run(scratch_postgres.drop(url))


def check_one_line(ran: Ran, *said: str) -> None:
    assert ran.code == 1, ran
    assert ran.out == ""
    assert ran.err.startswith("orderbridge: ")
    assert ran.err.count("\n") == 1, ran.err
    assert all(part in ran.err for part in said), ran.err


GHL = ("connect", "ghl", "--name", "shop", "--location", "L", "--token-stdin")
THERE = ("--url", "http://127.0.0.1:1", "--database", "D", "--user", "u")
ACT = ("connect", "act", "--name", "crm", "--password-stdin")


@pytest.mark.parametrize(
    ("arguments", "stdin", "said"),
    [
        (("reconcile",), "", ["no flow joins two connections yet"]),
        (("poll",), "", ["--once"]),
        (("serve", "--role", "boss"), "", ["'boss'", "all, api or worker"]),
        (("runs", "show", "nope"), "", ["no run 'nope'", "runs list"]),
        (("runs", "replay", "nope"), "", ["no run 'nope'"]),
        (("flows", "export", "nope"), "", ["no flow 'nope'"]),
        (("flows", "disable", "[/nope]"), "", ["no flow '[/nope]'"]),
        (("templates", "enable", "nope", "--ghl", "a", "--act", "b"), "", ["no template 'nope'"]),
        (("templates", "enable", TEMPLATE, "--ghl", "a", "--act", "b"), "", ["no connection named 'a'"]),
        (("connections", "set", "nope", "--region", "DE"), "", ["no connection named 'nope'"]),
        (("connections", "set", "nope"), "", ["nothing to change"]),
        (("connections", "replace-token", "nope", "--token-stdin"), "x", ["no connection named 'nope'"]),
        (("serve", "--host", "300.1.1.1"), "", ["'300.1.1.1'", "no address of this machine"]),
        (("runs", "list", "--state", "odd"), "", ["'odd'", "done, nothing"]),
        (("ops", "list", "--system", "odd"), "", ["'odd'", "act, core, ghl"]),
        (("ops", "call", "ghl.order.get", "--input", "@/none.json"), "", ["/none.json: No such file"]),
        (("ops", "call", "ghl.order.get", "--input", "-"), "", ["standard input is empty"]),
        (
            ("ops", "call", "ghl.order.get", "--input", '{"order": "1"}'),
            "",
            ["'order_id' is missing; unknown 'order'"],
        ),
        ((*GHL, "--base-url", "nonsense"), "x", ["the base URL is no address"]),
        (
            (*GHL, "--base-url", "http://127.0.0.1:1"),
            "x",
            ["nothing listens on port 1", "nothing was stored"],
        ),
        ((*GHL, "--client-id", "x"), "x", ["--client-id cannot be given with a token"]),
        ((*GHL, "--oauth"), "x", ["--token-stdin, --location cannot be given with --oauth"]),
        ((*ACT, *THERE, "--currency", "XYZ1"), "pw", ["'XYZ1'", "ISO 4217"]),
        ((*ACT, *THERE, "--region", "QQ"), "pw", ["'QQ'", "country code"]),
        ((*ACT, *THERE), "pw", ["nothing listens on port 1", "nothing was stored"]),
        (("db", "backup", "/nonexistent/file"), "", ["cannot write the backup"]),
        (
            (*ACT, "--url", "http://127.0.0.1:1", "--database", "D", "--user", "u"),
            "",
            ["the password is empty"],
        ),
        (
            (*ACT, "--url", "http://127.0.0.1:1", "--database", "D", "--user", "u", "--mode", "x"),
            "pw",
            ["the mode is 'x'", "live, test, sandbox"],
        ),
    ],
)
def test_a_failure_is_one_clear_line(
    empty_database: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    stdin: str,
    said: list[str],
) -> None:
    for name, value in empty_database.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "argv", ["orderbridge", *arguments])
    monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
    with pytest.raises(SystemExit) as ended:
        main()
    printed = capsys.readouterr()
    check_one_line(Ran(int(ended.value.code or 0), printed.out, printed.err), *said)


async def test_a_wrong_act_password_says_what_may_be_wrong_and_what_to_do(shell: Shell) -> None:
    details = shell.world.sandbox.details
    ran = await shell(
        *ACT, "--url", details["act_url"], "--database", details["act_database"], "--user", details["act_user"],
        stdin="hunter2-wrong\n",
    )  # fmt: skip
    check_one_line(ran, "the user, the password or the database name is wrong", "check all three")
    assert "hunter2" not in ran.err
    assert (await shell.ok("connections", "list", "--json")).json == []


async def test_a_wrong_highlevel_token_is_refused_without_being_shown(shell: Shell) -> None:
    details = shell.world.sandbox.details
    token = "pit-00000000-0000-0000-0000-000000000000"
    ran = await shell(
        "connect", "ghl", "--name", "shop", "--location", details["location_id"], "--base-url", details["ghl_url"],
        "--token-stdin", stdin=token,
    )  # fmt: skip
    check_one_line(ran, "HighLevel does not accept this token", "nothing was stored")
    assert token not in ran.err


async def test_an_account_is_connected_once(shell: Shell) -> None:
    # As a person runs them, each started anew.
    shell.fork = False
    await shell.connect()
    details = shell.world.sandbox.details
    ran = await shell(
        "connect", "ghl", "--name", "again", "--location", details["location_id"], "--base-url", details["ghl_url"],
        "--token-stdin", stdin=details["pit_token"],
    )  # fmt: skip
    check_one_line(ran, "connection 'shop' is this account already", "replace-token")


async def test_connections_that_broke_make_the_test_fail_with_their_reason(shell: Shell) -> None:
    await shell.connect()
    shell.world.sandbox.act.password = "another"
    ran = await shell("connections", "test", "--json")
    assert ran.code == 1
    assert [(row["name"], row["ok"]) for row in ran.json] == [
        ("public address", None),
        ("crm", False),
        ("shop", True),
    ]
    assert "password" in ran.json[1]["message"]


@pytest.mark.slow
async def test_names_that_look_like_markup_are_printed_as_they_are(shell: Shell) -> None:
    await shell.connect()
    await shell.ok("templates", "enable", TEMPLATE, "--ghl", "shop", "--act", "crm")
    await shell.world.raw_order(
        currency="USD",
        amount=5,
        liveMode=True,
        contactId="c",
        contactSnapshot={"email": "x@customers.test"},
        items=[{"name": "[/b] :smile: [red]x", "qty": -1, "price": {"amount": 5}}],
    )
    await shell.ok("poll", "--once")
    worker = await start("serve", "--role", "worker", environment=shell.environment)

    async def held() -> bool:
        return bool((await shell.ok("dead-letters", "list", "--json")).json["groups"])

    try:
        await until(held)
    finally:
        worker.send_signal(signal.SIGTERM)
        await asyncio.wait_for(worker.communicate(), PATIENCE_S)
    shown = " ".join((await shell.ok("dead-letters", "list")).out.split())
    assert "[/b] :smile: [red]x" in shown


async def test_a_taken_port_is_told_before_anything_starts(shell: Shell) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        check_one_line(await shell("serve", "--port", str(port)), f"port {port}", "is taken", "--port")
        check_one_line(await shell("sandbox", "--ghl-port", str(port)), str(port), "taken")


@pytest.mark.parametrize(
    "folder", ["/proc/orderbridge", f"{Path(__file__)}/below"], ids=["no files there", "a file"]
)
async def test_a_data_folder_that_cannot_be_used_is_one_line(folder: str) -> None:
    if folder == "/proc/orderbridge" and sys.platform != "linux":
        pytest.skip("only Linux has /proc")
    for command in (("serve", "--port", "0"), ("connections", "list")):
        ran = await orderbridge(*command, environment={"ORDERBRIDGE_DATA_DIR": folder})
        check_one_line(ran, folder, "ORDERBRIDGE_DATA_DIR")


async def test_a_data_folder_without_permission_is_one_line(tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o500)
    probe = folder / "probe"
    try:
        probe.touch()
    except PermissionError:
        ran = await orderbridge(
            "serve", "--port", "0", environment={"ORDERBRIDGE_DATA_DIR": str(folder / "data")}
        )
        check_one_line(ran, str(folder), "ORDERBRIDGE_DATA_DIR")
    else:
        pytest.skip("this user may write everywhere")


async def test_a_database_that_does_not_answer_is_one_line_without_its_password(tmp_path: Path) -> None:
    port = free_port()
    environment = {
        "ORDERBRIDGE_DATABASE_URL": f"postgresql://app:hunter22@127.0.0.1:{port}/db",
        "ORDERBRIDGE_DATA_DIR": str(tmp_path),
    }
    ran = await orderbridge("connections", "list", environment=environment)
    check_one_line(ran, f"127.0.0.1:{port}/db", "ORDERBRIDGE_DATABASE_URL")
    assert "hunter22" not in ran.err


async def test_wrong_settings_are_named(tmp_path: Path) -> None:
    environment = {
        "ORDERBRIDGE_DATA_DIR": str(tmp_path),
        "ORDERBRIDGE_PORT": "http",
        "ORDERBRIDGE_MASTER_KEY": "hunter2",
    }
    ran = await orderbridge("serve", environment=environment)
    check_one_line(ran, "ORDERBRIDGE_PORT")
    assert "hunter2" not in ran.err


async def test_a_second_server_on_the_same_data_folder_is_a_second_worker(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    # PostgreSQL runs under an account of its own when we are root, and passes through the folders above.
    for place in (tmp_path, *list(tmp_path.parents)[:2]):
        place.chmod(0o711)
    environment = {"ORDERBRIDGE_DATA_DIR": str(folder)}
    servers = []
    ports = [free_port(), free_port()]
    try:
        async with aiohttp.ClientSession() as http:
            for port in ports:
                servers.append(await start("serve", "--port", str(port), environment=environment))
                await until(lambda port=port: ready(http, port))  # type: ignore[misc]
            again = await orderbridge("serve", "--port", str(ports[0]), environment=environment)
            check_one_line(again, "is taken, perhaps by another 'orderbridge serve'")
            # The first one ends, and the second goes on with the database.
            servers[0].send_signal(signal.SIGTERM)
            await asyncio.wait_for(servers[0].communicate(), PATIENCE_S)
            assert await ready(http, ports[1])
    finally:
        for server in servers:
            if server.returncode is None:
                server.send_signal(signal.SIGTERM)
                await asyncio.wait_for(server.communicate(), PATIENCE_S)
    assert [server.returncode for server in servers] == [0, 0]


async def ready(http: aiohttp.ClientSession, port: int) -> bool:
    try:
        async with http.get(f"http://127.0.0.1:{port}/readyz") as answer:
            return answer.status == 200
    except aiohttp.ClientError:
        return False

"""Whether the public address leads to this installation: proved by what only it can know."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from orderbridge.accounts import public_address
from orderbridge.accounts.public_address import Verdict, check, judge, problem_for_oauth
from orderbridge.connectors.look import Reached
from orderbridge.core.serving import free_port
from support.command import start
from support.patience import PATIENCE_S
from support.sign_in import Desk, open_desk
from support.world import MakeWorld


@pytest.fixture
async def desk(make_world: MakeWorld) -> AsyncIterator[Desk]:
    async with open_desk(make_world) as opened:
        yield opened


@asynccontextmanager
async def tunnel(target: str, folder: Path) -> AsyncIterator[tuple[str, ssl.SSLContext]]:
    """A TLS-ending proxy to ``target`` with a certificate of its own; yields its address and who trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "pair.pem").write_bytes(pem + private)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "pair.pem")
    host, _, port = target.removeprefix("http://").partition(":")

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(host, int(port))
        head = await reader.readuntil(b"\r\n\r\n")
        back.write(head.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        writer.write(await there.read())
        await writer.drain()
        for end in (writer, back):
            end.close()

    server = await asyncio.start_server(pass_on, "127.0.0.1", 0, ssl=context)
    number = server.sockets[0].getsockname()[1]
    try:
        yield f"https://localhost:{number}", ssl.create_default_context(cadata=pem.decode())
    finally:
        server.close()
        await server.wait_closed()


async def test_this_installation_is_recognised_and_its_address_judged(desk: Desk, tmp_path: Path) -> None:
    assert (await check(desk.world.db, desk.url)).state == "localhost"
    async with tunnel(desk.url, tmp_path) as (address, trust):
        assert (await check(desk.world.db, address, trust=trust)).state == "localhost"
        untrusted = await check(desk.world.db, address)
    assert untrusted.state == "tls"
    assert "not trusted" in untrusted.message


async def test_no_address_says_what_that_costs(desk: Desk) -> None:
    found = await check(desk.world.db, None)
    assert (found.state, found.ok) == ("not_set", None)
    assert "next poll" in found.message
    assert "tax and shipping" in found.message


async def test_another_program_is_not_us(desk: Desk) -> None:
    found = await check(desk.world.db, desk.world.ghl_url)
    assert (found.state, found.ok) == ("other_program", False)
    # A path in front, as a proxy may have it, is another program's too until it is passed on.
    assert (await check(desk.world.db, f"{desk.url}/elsewhere")).state == "other_program"


async def test_another_installation_is_not_us(desk: Desk) -> None:
    await public_address.instance_key(desk.world.db)
    async with aiohttp.ClientSession() as http:
        # It has answered once, so it knows its key; now it is another one.
        async with http.get(f"{desk.url}{public_address.PATH}/{'n' * 32}") as answer:
            assert answer.status == 200
        await desk.world.db.pool.execute("DELETE FROM switches WHERE name = 'instance_key'")
    assert (await check(desk.world.db, desk.url)).state == "other_installation"


async def test_a_name_that_nobody_knows_and_a_port_where_nobody_listens(desk: Desk) -> None:
    unknown = await check(desk.world.db, "https://orders.invalid")
    assert (unknown.state, "orders.invalid is not known" in unknown.message) == ("dns", True)
    closed = await check(desk.world.db, f"https://127.0.0.1:{free_port()}")
    assert closed.state == "unreachable"


async def test_something_that_speaks_no_http_is_told(desk: Desk) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        found = await check(desk.world.db, f"http://127.0.0.1:{silent.getsockname()[1]}", timeout_s=0.3)
    assert found.state == "unreachable"


@pytest.mark.parametrize(
    ("url", "state"),
    [
        ("https://orders.example.com", "ok"),
        ("https://orders.example.com/bridge", "ok"),
        ("http://orders.example.com", "http"),
        ("https://localhost", "localhost"),
        ("https://127.0.0.1:8765", "localhost"),
        ("https://[::1]", "localhost"),
        ("https://192.168.1.7", "localhost"),
        ("http://office.local", "localhost"),
    ],
)
def test_an_address_that_reaches_us_is_judged_by_whether_highlevel_takes_it(url: str, state: str) -> None:
    assert judge(url, Reached(status=200, body=b'{"orderbridge":"ab"}'), expected="ab").state == state


@pytest.mark.parametrize(
    "body",
    [b"", b"ok", b"[]", b'{"orderbridge":7}', b'{"status":"ok"}', b"<html>", b'{"orderbridge":"\xc3\xa9"}'],
)
def test_what_is_no_proof_is_another_program(body: bytes) -> None:
    found = judge("https://orders.example.com", Reached(status=200, body=body), expected="ab")
    assert found.state == "other_program"


def test_an_error_page_with_our_words_is_no_proof() -> None:
    found = judge("https://x.example.com", Reached(status=404, body=b'{"orderbridge":"ab"}'), expected="ab")
    assert found.state == "other_program"


@pytest.mark.parametrize(
    "nonce", ["short", "a" * 200, "with%20space%20in%20the%20middle", "ümlaut-ümlaut-ümlaut"]
)
async def test_only_a_nonce_is_answered(desk: Desk, nonce: str) -> None:
    async with desk.world.http.get(f"{desk.url}{public_address.PATH}/{nonce}") as answer:
        assert answer.status == 404


async def test_the_api_tells_the_verdict(desk: Desk) -> None:
    async with desk.world.http.get(f"{desk.url}/api/public-address") as answer:
        shown = await answer.json()
    assert (shown["state"], shown["ok"]) == ("localhost", False)


async def test_serving_says_once_whether_others_reach_it(desk: Desk) -> None:
    port = free_port()
    environment = desk.world.environment | {"ORDERBRIDGE_PUBLIC_URL": f"http://127.0.0.1:{port}"}
    server = await start("serve", "--role", "api", "--port", str(port), environment=environment)
    assert server.stderr
    said = ""
    try:
        while "public address" not in said:
            line = (await asyncio.wait_for(server.stderr.readline(), PATIENCE_S)).decode()
            assert line, said
            said += line
    finally:
        server.kill()
        await server.communicate()
    assert "works on this machine only" in said


def test_what_oauth_needs_of_the_address() -> None:
    assert problem_for_oauth("https://orders.example.com", sandbox=False) is None
    assert problem_for_oauth("http://127.0.0.1:8765", sandbox=True) is None
    assert "not set" in (problem_for_oauth(None, sandbox=True) or "")
    assert "https" in (problem_for_oauth("http://orders.example.com", sandbox=False) or "")
    assert problem_for_oauth("https://localhost", sandbox=False)


def test_a_verdict_is_the_same_for_programs() -> None:
    assert Verdict("dns", "why").as_json() == {"state": "dns", "ok": False, "message": "why"}

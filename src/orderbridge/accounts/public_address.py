"""Whether the public address leads to this installation, and not just to something that answers."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
import secrets
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

from orderbridge.connectors.look import Reached, look
from orderbridge.core import jsonio
from orderbridge.core.jsonio import JsonObject
from orderbridge.store import switches
from orderbridge.store.database import Database

PATH = "/.well-known/orderbridge"
NONCE = re.compile(r"[A-Za-z0-9_-]{16,128}")
OK = "ok"
WITHOUT = (
    "accounts are connected by private integration token and polled: a change arrives with the next poll instead "
    "of at once, and tax and shipping of an order are not split, which only webhooks tell"
)
_HOW = "see docs/howto/public-address.md"
_INSTANCE_KEY = "instance_key"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the check found.

    Attributes:
        state: ``ok``, ``not_set``, ``localhost``, ``http``, ``dns``, ``tls``, ``unreachable``,
            ``other_program`` or ``other_installation``.
        message: In plain words, with what to do.
    """

    state: str
    message: str

    @property
    def ok(self) -> bool | None:
        """Whether it works; None where nobody asked for an address."""
        return None if self.state == "not_set" else self.state == OK

    def as_json(self) -> JsonObject:
        """For programs."""
        return {"state": self.state, "ok": self.ok, "message": self.message}


async def instance_key(db: Database) -> bytes:
    """Return what this installation proves itself with at its public address; it opens nothing else."""
    async with db.begin() as tx:
        await switches.write_once(tx, _INSTANCE_KEY, secrets.token_hex(32))
        return bytes.fromhex(await switches.read(tx, _INSTANCE_KEY))


def proof(key: bytes, nonce: str) -> str:
    """Return the answer to ``nonce`` that only this installation can give."""
    return hmac.new(key, f"orderbridge public address {nonce}".encode(), hashlib.sha256).hexdigest()


async def check(
    db: Database, public_url: str | None, *, trust: ssl.SSLContext | None = None, timeout_s: float = 10.0
) -> Verdict:
    """Call ourselves through the public address.

    Args:
        db: Holds the key of this installation.
        public_url: ``ORDERBRIDGE_PUBLIC_URL``.
        trust: Whose certificates count; by default those that this machine trusts.
        timeout_s: How long an answer may take.
    """
    if public_url is None:
        return Verdict("not_set", f"ORDERBRIDGE_PUBLIC_URL is not set: {WITHOUT}; {_HOW}")
    key, nonce = await instance_key(db), secrets.token_urlsafe(24)
    found = await look(f"{public_url}{PATH}/{nonce}", trust=trust, timeout_s=timeout_s)
    return judge(public_url, found, expected=proof(key, nonce))


def judge(public_url: str, found: Reached, *, expected: str) -> Verdict:
    """Turn what came back into a verdict; what keeps an answer away is told before what is wrong about it."""
    if found.failure is not None:
        return _unreached(public_url, found)
    answer = _answer(found)
    if answer is None:
        return Verdict(
            "other_program",
            f"{public_url} answers ({found.status}), but not as orderbridge: another program, or a proxy that does not "
            f"pass {PATH}/ on to this server, or this server is not running; {_HOW}",
        )
    if not hmac.compare_digest(answer, expected):
        return Verdict(
            "other_installation",
            f"{public_url} leads to another installation of orderbridge, with another database; correct the address "
            "or the proxy, or stop the other one",
        )
    host = urlsplit(public_url).hostname or ""
    if _is_local(host):
        return Verdict(
            "localhost",
            f"{public_url} works on this machine only: HighLevel cannot reach {host}; set ORDERBRIDGE_PUBLIC_URL to a "
            f"name on the internet; {_HOW}",
        )
    if urlsplit(public_url).scheme != "https":
        return Verdict(
            "http",
            f"{public_url} reaches this server, but without encryption: HighLevel takes https addresses only; put a "
            f"proxy or tunnel with a certificate in front; {_HOW}",
        )
    return Verdict(OK, f"{public_url} reaches this server (as seen from this machine)")


def problem_for_oauth(public_url: str | None, *, sandbox: bool) -> str | None:
    """Say why HighLevel could not lead a browser back to us; None where it can."""
    if public_url is None:
        return "ORDERBRIDGE_PUBLIC_URL is not set, so HighLevel has no address to lead the browser back to"
    parts = urlsplit(public_url)
    if sandbox:
        return None
    if parts.scheme != "https" or _is_local(parts.hostname or ""):
        return (
            f"HighLevel takes no redirect to {public_url}: it must be https, and not this machine's own name"
        )
    return None


def _unreached(public_url: str, found: Reached) -> Verdict:
    host = urlsplit(public_url).hostname
    match found.failure:
        case "dns":
            state, said = "dns", f"the name {host} is not known; correct it, or add it at your name server"
        case "tls":
            state, said = (
                "tls",
                (
                    f"the certificate of {host} is not trusted ({found.detail}), by HighLevel neither: get "
                    "one from a public authority"
                ),
            )
        case _:
            state, said = (
                "unreachable",
                (
                    f"nothing answers there ({found.detail}); start the proxy or tunnel, open its port, or correct the "
                    "address. Some routers do not let a machine reach its own public address: try from elsewhere"
                ),
            )
    return Verdict(state, f"{public_url}: {said}; {_HOW}")


def _answer(found: Reached) -> str | None:
    if found.status != 200:
        return None
    try:
        body = jsonio.decode(found.body)
    except ValueError:
        return None
    value = body.get("orderbridge") if isinstance(body, dict) else None
    return value if isinstance(value, str) and value.isascii() else None


def _is_local(host: str) -> bool:
    if host == "localhost" or host.endswith((".localhost", ".local")):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_private or address.is_unspecified or address.is_link_local

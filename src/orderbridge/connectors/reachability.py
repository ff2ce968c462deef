"""Can a server be reached at all: its name, its port, its certificate. Nothing secret is sent."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from cryptography import x509

from orderbridge.connectors.diagnosis import Finding, Step, dubious, fine, passed_over, wrong
from orderbridge.core.clock import Clock

_CONNECT_S = 10.0
_EXPIRES_SOON = timedelta(days=14)
# OpenSSL's X509_V_ERR_… numbers.
_NOT_YET_VALID, _EXPIRED = 9, 10
_UNKNOWN_ISSUER = frozenset({2, 18, 19, 20, 21})
_WRONG_NAME = frozenset({62, 63, 64})


def steps(url: str, clock: Clock) -> list[Step]:
    """Return the checks from the name to the certificate."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    return [
        Step("dns", "Name", lambda: _name(host)),
        Step("tcp", "Port", lambda: _port(host, port)),
        Step("tls", "Certificate", lambda: _certificate(host, port, secure=secure, clock=clock)),
    ]


async def _name(host: str) -> Finding:
    if _is_number(host):
        return passed_over(f"{host} is a number and no name to look up")
    try:
        async with asyncio.timeout(_CONNECT_S):
            found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, TimeoutError, UnicodeError) as error:
        unknown = isinstance(error, socket.gaierror) and error.errno == socket.EAI_NONAME
        why = "no such name is known" if unknown else "the name could not be looked up"
        return wrong(
            f"{host}: {why}",
            "check the spelling of the address; if it is right, check the name server (DNS) of this machine, and "
            "whether a VPN has to be on",
            cause="network.dns",
        )
    addresses = dict.fromkeys(str(item[4][0]) for item in found)
    return fine(f"{host} is {', '.join(list(addresses)[:3])}")


async def _port(host: str, port: int) -> Finding:
    async def connect() -> None:
        _, writer = await asyncio.open_connection(host, port)
        await _closed(writer)

    finding = await _tried(connect, host, port)
    return finding or fine(f"port {port} of {host} accepts connections")


async def _certificate(host: str, port: int, *, secure: bool, clock: Clock) -> Finding:
    if not secure:
        return _unencrypted(host)
    # Made here and not kept: a certificate authority that was just installed counts at once.
    context = ssl.create_default_context()
    ends: list[datetime] = []

    async def connect() -> None:
        _, writer = await asyncio.open_connection(host, port, ssl=context, server_hostname=host)
        shown = writer.get_extra_info("peercert") or {}
        if "notAfter" in shown:
            ends.append(datetime.fromtimestamp(ssl.cert_time_to_seconds(shown["notAfter"]), UTC))
        await _closed(writer)

    try:
        finding = await _tried(connect, host, port)
    except ssl.SSLCertVerificationError as error:
        return _distrusted(error, host, await _shown_certificate(host, port), clock)
    except ssl.SSLError as error:
        return wrong(
            f"{host}:{port} does not speak TLS as it should ({error.reason or 'handshake failed'})",
            "check the port; if the server offers http only, enter the address with http://, else have its TLS set up",
            cause="network.tls",
        )
    if finding is not None:
        return finding
    if ends and ends[0] - clock.now() < _EXPIRES_SOON:
        return dubious(
            f"the certificate of {host} is trusted, but ends on {ends[0]:%Y-%m-%d}",
            "have it renewed before that day",
            cause="network.certificate_ends_soon",
        )
    return fine(f"the certificate of {host} is trusted")


async def _tried(connect: Callable[[], Awaitable[None]], host: str, port: int) -> Finding | None:
    """Return what is wrong with the connection; a broken TLS handshake is the caller's to explain."""
    try:
        async with asyncio.timeout(_CONNECT_S):
            await connect()
    except ssl.SSLError:
        raise
    except ConnectionRefusedError:
        return wrong(
            f"{host} is there, but nothing listens on port {port}",
            "check the port in the address, and whether the web server (on Windows: IIS) runs",
            cause="network.refused",
        )
    except TimeoutError:
        return wrong(
            f"port {port} of {host} does not answer within {_CONNECT_S:g} s",
            "a firewall on either side probably drops the connection: have this machine let through to that port",
            cause="network.silent",
        )
    except OSError as error:
        return wrong(
            f"no connection to port {port} of {host}: {error.strerror or type(error).__name__}",
            "check the network of this machine, and whether a VPN or a proxy is needed",
            cause="network.unreachable",
        )
    return None


def _unencrypted(host: str) -> Finding:
    if host == "localhost" or (_is_number(host) and ipaddress.ip_address(host).is_loopback):
        return passed_over("this machine itself; nothing to encrypt")
    return dubious(
        f"calls to {host} are not encrypted: the password can be read on the way",
        "have a certificate installed on the server and enter the address with https://",
        cause="network.unencrypted",
    )


def _distrusted(
    error: ssl.SSLCertVerificationError, host: str, shown: x509.Certificate | None, clock: Clock
) -> Finding:
    code = error.verify_code
    if code == _EXPIRED:
        since = f" on {shown.not_valid_after_utc:%Y-%m-%d}" if shown else ""
        return wrong(
            f"the certificate of {host} ended{since}",
            "have it renewed on the server; if that day is still to come, set the clock of this machine",
            cause="network.certificate_expired",
        )
    if code == _NOT_YET_VALID:
        return wrong(
            f"the certificate of {host} is not valid yet on the clock of this machine ({clock.now():%Y-%m-%d})",
            "set the clock of this machine",
            cause="network.certificate_not_yet_valid",
        )
    if code in _WRONG_NAME:
        names = ", ".join(_names(shown)) or "another name"
        return wrong(
            f"the certificate is for {names} and not for {host}",
            "enter the address with the name that the certificate has, or have one made for this name",
            cause="network.certificate_wrong_name",
        )
    if code in _UNKNOWN_ISSUER:
        return wrong(
            f"this machine does not know who vouches for the certificate of {host}{_issuer(shown)}",
            "install the certificate of that authority on this machine, or have the server use a certificate of a "
            "public authority with its whole chain",
            cause="network.certificate_unknown_authority",
        )
    return wrong(
        f"the certificate of {host} is not trusted ({error.verify_message})",
        "have the certificate corrected on the server",
        cause="network.certificate",
    )


async def _shown_certificate(host: str, port: int) -> x509.Certificate | None:
    # Only to tell what is wrong with it: nothing is sent over this connection.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        async with asyncio.timeout(_CONNECT_S):
            _, writer = await asyncio.open_connection(host, port, ssl=context)
            raw = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
            await _closed(writer)
        return x509.load_der_x509_certificate(raw)
    except (OSError, TimeoutError, ValueError):
        return None


def _names(shown: x509.Certificate | None) -> list[str]:
    if shown is None:
        return []
    try:
        names = shown.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    addresses = [str(item) for item in names.get_values_for_type(x509.IPAddress)]
    return [*names.get_values_for_type(x509.DNSName), *addresses][:5]


def _issuer(shown: x509.Certificate | None) -> str:
    if shown is None:
        return ""
    if shown.issuer == shown.subject:
        return ": it vouches for itself (self-signed)"
    names = shown.issuer.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return f": {names[0].value!s}" if names else ""


async def _closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    try:
        await writer.wait_closed()
    except OSError:
        # The other side was quicker; nothing was to be said any more.
        return


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True

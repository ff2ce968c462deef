"""The address of an Act! Web API, from whatever a person pasted, and what it tells about the deployment.

Source: Act! Web API notes, section 1.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from orderbridge.core.errors import SetupError

CLOUD, HOSTED, SELF_HOSTED = "cloud", "hosted", "self_hosted"
BASE = "/act.web.api"
REGIONS = {
    "apius.act.com": "United States",
    "apiuk.act.com": "United Kingdom",
    "apiau.act.com": "Australia and New Zealand",
    "apieu.act.com": "Europe and the rest of the world",
}
_DOCUMENTATION_HOST = "apimta.act.com"
_CUSTOMER = re.compile(r"/[^/]+-api", re.IGNORECASE)
_EXAMPLE = "https://YOUR_SERVER/act.web.api, or https://apius.act.com/act.web.api on Act! Cloud"
_LONGEST = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class ActAddress:
    """Where a Web API is.

    Attributes:
        url: Up to and with ``/act.web.api``, without a slash at the end.
        deployment: ``cloud`` (Act! Premium Cloud), ``hosted`` (a host with a path per customer) or
            ``self_hosted``; told by the address alone.
        region: Of the Cloud; None elsewhere.
        changes: What was made of the text that was pasted, one sentence each.
    """

    url: str
    deployment: str
    region: str | None
    changes: tuple[str, ...]

    @property
    def host(self) -> str:
        """The host's name."""
        return urlsplit(self.url).hostname or ""

    @property
    def encrypted(self) -> bool:
        """Whether calls go over https."""
        return self.url.startswith("https:")

    @property
    def local(self) -> bool:
        """Whether the host is this very machine."""
        return is_this_machine(self.host)

    @property
    def described(self) -> str:
        """The deployment in words."""
        if self.deployment == CLOUD:
            return f"Act! Premium Cloud, {self.region}"
        return "hosted per customer" if self.deployment == HOSTED else "a server of one's own"


def read_address(pasted: str) -> ActAddress:
    """Make the Web API's address of what a person pasted.

    Raises:
        SetupError: No address of a Web API can be made of it.
    """
    given = pasted.strip().strip("\"'<>").strip()
    changes: list[str] = []
    if "://" not in given:
        given = f"https://{given}"
        changes.append("https:// was put in front")
    scheme, host, port, path = _parts(given)
    if host == _DOCUMENTATION_HOST:
        raise SetupError(
            f"{_DOCUMENTATION_HOST} holds Act!'s documentation and no customer's data; enter the host of the "
            "account's region: " + ", ".join(REGIONS),
            cause="act.address",
        )
    if host in REGIONS and scheme == "http":
        scheme = "https"
        changes.append("http became https, the only way into Act! Cloud")
    base = _base(path, changes)
    shown = f"[{host}]" if ":" in host else host
    url = f"{scheme}://{shown}{f':{port}' if port else ''}{base}"
    return ActAddress(
        url=url, deployment=_deployment(host, base), region=REGIONS.get(host), changes=tuple(changes)
    )


def is_this_machine(host: str) -> bool:
    """Tell a loopback host."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _parts(given: str) -> tuple[str, str, int | None, str]:
    try:
        parts = urlsplit(given)
        port = parts.port
    except ValueError:
        raise _unusable() from None
    if parts.username or parts.password:
        raise SetupError(
            "the address holds a user or a password; enter those beside it and not in the address",
            cause="act.address",
        )
    host = (parts.hostname or "").lower()
    if parts.scheme not in ("http", "https") or not host or len(given) > _LONGEST or re.search(r"\s", given):
        raise _unusable()
    return parts.scheme, host, port, parts.path


def _base(path: str, changes: list[str]) -> str:
    trimmed = path.rstrip("/")
    at = trimmed.lower().find(BASE)
    if at >= 0:
        end = at + len(BASE)
        if trimmed[end:]:
            changes.append(f"{trimmed[end:]} was cut off the end")
        return trimmed[:at] + BASE
    if _CUSTOMER.fullmatch(trimmed):
        changes.append(f"{BASE} was added")
        return trimmed + BASE
    changes.append(f"{trimmed} became {BASE}" if trimmed else f"{BASE} was added")
    return BASE


def _deployment(host: str, base: str) -> str:
    if host in REGIONS:
        return CLOUD
    return HOSTED if _CUSTOMER.fullmatch(base.removesuffix(BASE)) else SELF_HOSTED


def _unusable() -> SetupError:
    # Without what was pasted: it can be anything, a password included.
    return SetupError(f"this is no web address; enter it like {_EXAMPLE}", cause="act.address")

"""One channel through Apprise: what its address is for, and saying something through it.

Apprise knows more than a hundred services. It also knows some that act on this very machine; those are
refused: a message must not become a program that runs, or a file that is read.
"""

from __future__ import annotations

import asyncio
import logging
import re
import warnings
from functools import cache
from types import ModuleType
from typing import Any
from urllib.parse import unquote, urlsplit

from orderbridge.connectors import permit
from orderbridge.connectors.web import Web
from orderbridge.core.errors import InDoubtError, RejectedError, SetupError

_LOCAL = frozenset({
    "blink1", "dbus", "exec", "fcm", "file", "gio", "glib", "gnome", "kde", "macosx", "qt", "script", "sendmail",
    "shell", "syslog", "vapid", "windows",
})  # fmt: skip
# Parameters of an address that name a file on this machine.
_FILES = frozenset({"template", "keyfile", "pgpkey", "subfile", "attach", "ca", "cert"})
_DEADLINE_S = 30.0


@cache
def _apprise() -> ModuleType:
    # Its services are looked for at first use; that takes a moment and warns about Python's own modules.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import apprise

        apprise.Apprise.instantiate("json://localhost")
    # What it logs can hold parts of an address; what a person needs is said by our own errors.
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    return apprise


class Service:
    """An address that was understood."""

    def __init__(self, url: str) -> None:
        """Read an address.

        Raises:
            SetupError: It is none of Apprise's, or acts on this machine. The address itself is never repeated.
        """
        apprise, scheme = _apprise(), url.partition("://")[0].strip().lower() if "://" in url else ""
        if scheme in _LOCAL:
            raise SetupError(
                f"{scheme}:// acts on this machine, and messages must not; choose a service elsewhere",
                cause="channel.local",
            )
        # Before anything is made of it: some services read their files right away.
        if files := sorted(_FILES & _parameters(url)):
            raise SetupError(
                f"the address names a file ({', '.join(files)}), and messages read none",
                cause="channel.local",
            )
        asset = apprise.AppriseAsset(
            storage_mode=apprise.PersistentStoreMode.MEMORY,
            app_id="orderbridge",
            app_desc="orderbridge",
            app_url="",
        )
        # Nor where a checked address sends it on to.
        asset.http_redirects = False
        self._asset = asset
        self._plugin: Any = apprise.Apprise.instantiate(url, asset=asset, suppress_exceptions=True)
        if self._plugin is None:
            what = f"{scheme}:// with what follows" if scheme else "this"
            raise SetupError(
                f"{what} is no address of a service that Apprise knows; see "
                "https://github.com/caronc/apprise/wiki for how each is written",
                cause="channel.unknown",
            )

    @property
    def name(self) -> str:
        """The service in words."""
        return str(self._plugin.service_name)

    async def check(self, web: Web) -> None:
        """Refuse an address inside this machine or its network, unless the owner listed it.

        Raises:
            FlowError: It is such an address.
        """
        named = "host" in self._plugin.template_tokens
        hosts = {self._plugin.host if named else "", getattr(self._plugin, "smtp_host", "")}
        hosts |= {urlsplit(relay).hostname for relay in getattr(self._plugin, "relays", None) or ()}
        port = self._plugin.port or (443 if self._plugin.secure else 80)
        for host in filter(None, hosts):
            try:
                await web.addresses(str(host), int(port))
            except OSError:
                # No address at all: then nothing inside can be meant, and sending will say so.
                continue

    async def say(self, title: str, text: str, kind: str) -> None:
        """Send a message.

        Raises:
            RejectedError: The service did not take it.
            InDoubtError: It did not answer in time; the message may have arrived.
        """
        apprise = _apprise()
        sender = apprise.Apprise(asset=self._asset)
        sender.add(self._plugin)
        await permit.asked()
        # Apprise waits for the network; the loop must not.
        sending = asyncio.to_thread(
            sender.notify, body=text, title=title, notify_type=kind, body_format=apprise.NotifyFormat.TEXT
        )
        try:
            taken = await asyncio.wait_for(sending, _DEADLINE_S)
        except TimeoutError as error:
            raise InDoubtError(
                f"{self.name} did not answer within {_DEADLINE_S:g} s; the message may have arrived.",
                cause="notify.no_answer",
            ) from error
        if not taken:
            raise RejectedError(
                f"{self.name} did not take the message; check its address and the network, and add the channel anew if "
                "its address has changed",
                cause="notify.refused",
            )


def _parameters(url: str) -> set[str]:
    # As Apprise reads them: names may be quoted, and a semicolon parts them too.
    names = (unquote(part.partition("=")[0]) for part in re.split("[?&;]", url)[1:])
    return {name.strip().lstrip("+-:").strip().lower() for name in names}

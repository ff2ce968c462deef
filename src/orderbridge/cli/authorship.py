"""Who works at the command line."""

from __future__ import annotations

import getpass

from orderbridge.automation.publishing import Author
from orderbridge.flows.effects import addresses_of
from orderbridge.settings import Settings


def person() -> str:
    """Name the person, as this machine knows them."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        # An account without a name, as in some containers.
        return "command line"


def author(settings: Settings, note: str | None = None) -> Author:
    """Return who publishes from here."""
    urls = [settings.base_url, f"http://{settings.host}:{settings.port}"]
    return Author(name=person(), note=note, own_addresses=addresses_of(urls))

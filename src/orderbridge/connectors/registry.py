"""The connectors that there are, found by their packages."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from orderbridge import connectors
from orderbridge.connectors.base import Connector


@cache
def every() -> dict[str, Connector]:
    """Return all connectors by their short name."""
    packages = [item.name for item in iter_modules(connectors.__path__) if item.ispkg]
    found = [import_module(f"{connectors.__name__}.{name}").CONNECTOR for name in packages]
    return {item.system: item for item in found}


def title(system: str) -> str:
    """Return the name of a system for people."""
    return every()[system].title

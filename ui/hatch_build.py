"""Puts the built web app into the wheel, so that nobody who installs it needs Node.js."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WebApp(BuildHookInterface[Any]):
    """Builds it for wheels; an editable install takes what ``make ui`` made."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build it, unless the wheel is an editable one."""
        del build_data
        if version == "editable":
            return
        sys.path.insert(0, str(Path(self.root) / "ui"))
        from build import build

        build()

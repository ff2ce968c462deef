"""The web app's tests look at the flows of every template as they are, and not as they once were."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import yaml

TEMPLATES = Path(__file__).parents[3] / "src" / "orderbridge" / "flows" / "templates"
KEPT = (
    Path(__file__).parents[3]
    / "ui"
    / "src"
    / "features"
    / "builder"
    / "inspector"
    / "logic"
    / "templates.json"
)


def test_the_templates_that_the_web_app_is_tested_with_are_the_shipped_ones() -> None:
    flows: list[Any] = [
        flow
        for path in sorted(TEMPLATES.glob("*.yaml"))
        for flow in yaml.safe_load(path.read_text(encoding="utf-8"))["flows"]
    ]
    text = json.dumps(flows, indent=1, ensure_ascii=False) + "\n"
    if os.environ.get("ORDERBRIDGE_WRITE"):
        KEPT.write_text(text, encoding="utf-8")
    assert KEPT.read_text(encoding="utf-8") == text, (
        f"ORDERBRIDGE_WRITE=1 pytest {Path(__file__).name} writes them"
    )

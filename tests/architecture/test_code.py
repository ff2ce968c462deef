import ast
import re
from functools import cache
from pathlib import Path

import pytest
from importlinter.api import read_configuration
from importlinter.application.use_cases import SUCCESS
from importlinter.cli import lint_imports
from repository import ROOT, SOURCE, modules, shown, texts

LONGEST_MODULE_LINES = 450
# Records of a provider's API, field after field: splitting them would only scatter them.
LONGER = {"src/orderbridge/connectors/act/models.py": 560}
ONE_SYSTEM_ONLY = {"fcntl", "pwd", "grp", "signal", "msvcrt", "winreg", "resource", "termios", "uvloop"}
PLATFORM = "src/orderbridge/core/platform.py"
# Who may look at the environment, and for what.
ENVIRONMENT = {
    PLATFORM: "hands a program of ours the few variables that it needs",
    "src/orderbridge/settings.py": "the settings",
    "src/orderbridge/cli/demo/processes.py": "starts the product as a process of its own, as a person would",
}
VAGUE = re.compile(r"(^|_)(utils?|helpers?|managers?|misc|common|stuff)(_|$)")
MONEY = re.compile(r"amount|price|total|discount|tax|shipping|refund|money|currency|balance|paid|cost", re.I)


@cache
def trees() -> list[tuple[str, ast.Module]]:
    return [(shown(file), ast.parse(file.read_text(encoding="utf-8"))) for file in modules()]


@cache
def nodes(tree: ast.Module) -> list[ast.AST]:
    return list(ast.walk(tree))


@cache
def imported(tree: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in nodes(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


def test_imports_point_the_way_that_the_contracts_say(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    assert len(read_configuration()["contracts_options"]) >= 7

    status = lint_imports(no_cache=True)

    assert status == (0 if SUCCESS else 1), capsys.readouterr().out


def test_no_module_is_too_long_to_read() -> None:
    sizes = {shown(file): len(file.read_text(encoding="utf-8").splitlines()) for file in modules()}

    assert {n: s for n, s in sizes.items() if s > LONGER.get(n, LONGEST_MODULE_LINES)} == {}


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        name
        for name, tree in trees()
        if ast.get_docstring(tree) is None and "/migrations/versions/" not in name
    ]

    assert silent == []


def test_no_name_is_vague() -> None:
    found = [shown(file) for file in modules() if VAGUE.search(file.stem)]
    for name, tree in trees():
        found += [
            f"{name}: {node.name}"
            for node in nodes(tree)
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            and VAGUE.search(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", node.name).lower())
        ]

    assert found == []


def test_what_only_one_system_has_is_imported_in_one_module() -> None:
    assert {name: sorted(imported(tree) & ONE_SYSTEM_ONLY) for name, tree in trees()
            if name != PLATFORM and imported(tree) & ONE_SYSTEM_ONLY} == {}  # fmt: skip


def test_the_environment_is_read_by_the_settings_alone() -> None:
    readers = {
        name
        for name, tree in trees()
        for node in nodes(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
        and node.attr in ("environ", "getenv", "environb", "putenv")
    }

    assert readers - set(ENVIRONMENT) == set()


def test_money_is_never_a_float() -> None:
    found = []
    for name, tree in trees():
        for node in nodes(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float":
                if MONEY.search(ast.unparse(node)):
                    found.append(f"{name}:{node.lineno} {ast.unparse(node)}")
            elif (
                isinstance(node, ast.AnnAssign | ast.arg)
                and node.annotation is not None
                and "float" in ast.unparse(node.annotation)
            ):
                field = node.arg if isinstance(node, ast.arg) else ast.unparse(node.target)
                # Seconds and milliseconds are no money, whatever they add up to.
                if MONEY.search(field) and not field.endswith(("_s", "_ms")):
                    found.append(f"{name}:{node.lineno} {field}")

    assert found == []


def test_json_is_read_with_exact_numbers() -> None:
    # The standard library's decoder gives floats; core.jsonio gives decimals. The embedded server's own
    # state files hold process numbers and no money.
    users = {
        name
        for name, tree in trees()
        if "json" in imported(tree) and not name.startswith("src/orderbridge/store/embedded")
    }

    assert users == set()


def test_nothing_is_left_for_later() -> None:
    # Put together here, so that this file does not find itself.
    words = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "HA" + "CK"]) + r")\b")
    found = [
        f"{name}:{number} {line.strip()[:80]}"
        for name, text in texts()
        if name.endswith((".py", ".md", ".toml", ".sh")) or "/" not in name
        for number, line in enumerate(text.splitlines(), start=1)
        if words.search(line)
    ]

    assert found == []


def test_the_emulators_read_no_file_of_the_clients() -> None:
    shared = [
        shown(file)
        for file in sorted((SOURCE / "emulators").rglob("*.py"))
        if re.search(r"orderbridge\.(connectors|catalogue|store)", file.read_text(encoding="utf-8"))
    ]

    assert shared == []


def test_every_package_is_a_package() -> None:
    without = {shown(file.parent) for file in modules() if not (file.parent / "__init__.py").exists()}

    assert without == set()


def test_the_typed_marker_is_there() -> None:
    assert Path(SOURCE / "py.typed").exists()

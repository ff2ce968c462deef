"""Files of flows on this machine."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from orderbridge.core.errors import SetupError
from orderbridge.flows import documents, files
from orderbridge.flows.files import FlowFile
from orderbridge.flows.problems import FlowProblemsError, Problem

_ENDINGS = (".yaml", ".yml")


def file_of(what: str) -> Path | None:
    """Return the file that a person means, None where it is the name of a flow."""
    return Path(what) if what.endswith((*_ENDINGS, ".json")) or Path(what).exists() else None


def flow_files(place: Path) -> list[Path]:
    """Return the files of a place: itself, or the YAML files in a folder and below it.

    Raises:
        SetupError: There is nothing.
    """
    if not place.is_dir():
        return [place]
    found = sorted(item for item in place.rglob("*") if item.suffix in _ENDINGS and item.is_file())
    if not found:
        raise SetupError(f"there is no flow in {place}: no file that ends in .yaml", cause="flow.no_file")
    return found


def read(file: Path) -> FlowFile:
    """Read one flow.

    Raises:
        FlowProblemsError: It is none.
        SetupError: The file cannot be read.
    """
    return files.read(_bytes(file), subject=str(file))


def read_all(found: Sequence[Path]) -> list[FlowFile]:
    """Read flows.

    Raises:
        FlowProblemsError: One is none; the others that are none are counted.
        SetupError: A file cannot be read.
    """
    flows: list[FlowFile] = []
    refused: list[FlowProblemsError] = []
    for file in found:
        try:
            flows.append(read(file))
        except FlowProblemsError as error:
            refused.append(error)
    if refused:
        first = refused[0]
        count = sum(len(error.problems) for error in refused) - 1
        raise FlowProblemsError(first.subject, first.problems, cause=first.cause, more=count)
    return flows


def _bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            # Never more of it than is needed to see that it is too large.
            raw = opened.read(documents.MAX_BYTES + 1)
    except OSError as error:
        raise SetupError(f"{file} cannot be read: {error.strerror}", cause="flow.no_file") from error
    if len(raw) > documents.MAX_BYTES:
        problem = Problem(place="the file", message=f"a flow may have {documents.MAX_BYTES} bytes", line=1)
        raise FlowProblemsError(str(file), [problem], cause="flow.not_a_flow")
    return raw

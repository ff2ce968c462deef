"""What a backup holds, read from the file itself: nothing is restored to find it out."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from orderbridge.core.errors import SetupError
from orderbridge.store import backup
from orderbridge.store.embedded_files import packaged_program
from orderbridge.store.embedded_process import run_program

_TABLE = re.compile(r"^COPY public\.(\w+) \(([^)]*)\) FROM stdin;$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What is known of a backup that could be read to its end.

    Attributes:
        schema: The schema that its database had.
        key_ids: Of the master keys that its secrets are encrypted with.
    """

    schema: str
    key_ids: list[str]


async def read(file: Path) -> Contents:
    """Read a backup to its end, and say what it holds.

    Raises:
        SetupError: It is none, or is damaged.
    """
    await backup.check(file)
    whole = await run_program(packaged_program("pg_restore"), f"--file={os.devnull}", str(file))
    if whole.code != 0:
        raise SetupError(
            f"{file.name} is damaged and cannot be restored: {whole.reason}; take another backup",
            cause="setup.backup_file",
        )
    some = await run_program(
        packaged_program("pg_restore"),
        "--data-only", "--table=alembic_version", "--table=key_checks", "--file=-", str(file),
    )  # fmt: skip
    rows = list(_rows(some.output))
    schema = next((row["version_num"] for table, row in rows if table == "alembic_version"), None)
    if some.code != 0 or schema is None:
        raise SetupError(
            f"{file.name} does not say which version of orderbridge wrote it; take another backup",
            cause="setup.backup_file",
        )
    return Contents(
        schema=schema, key_ids=sorted(row["key_id"] for table, row in rows if table == "key_checks")
    )


def _rows(sql: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the rows of every COPY, each with its table."""
    table, columns = "", list[str]()
    for line in sql.splitlines():
        if found := _TABLE.match(line):
            table, columns = found[1], found[2].split(", ")
        elif line == "\\.":
            table = ""
        elif table:
            yield table, dict(zip(columns, line.split("\t"), strict=False))

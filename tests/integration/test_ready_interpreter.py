"""Commands that are forked from a ready interpreter: the same in everything as those that are started anew."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from orderbridge.core.serving import free_port
from support import ready_interpreter
from support.command import orderbridge

FLOW = "flow: tested\ntitle: T\ntrigger: ghl.order.changed@1\nsteps: []\n"


@pytest.mark.parametrize(
    ("arguments", "stdin", "code"),
    [
        (("--version",), None, 0),
        (("dead-letters", "--help"), None, 0),
        ((), None, 2),
        (("no-such-command",), None, 2),
        (("flows", "eval", "event.amount / 0", "--input", '{"event": {"amount": 1}}'), None, 1),
        (("flows", "eval", "event.a", "--input", '{"event": {"a": "á \\u001b[31m"}}'), None, 0),
        (("flows", "validate", "flow.yaml"), None, 1),
        (("connections", "list"), None, 1),
        (("connections", "forget-secrets"), "n\n", 1),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
async def test_a_forked_command_says_and_ends_as_a_started_one(
    arguments: tuple[str, ...],
    stdin: str | None,
    code: int,
    tmp_path: Path,
) -> None:
    file = tmp_path / "flow.yaml"
    file.write_text(FLOW, encoding="utf-8")
    arguments = tuple(str(file) if item == file.name else item for item in arguments)
    environment = {
        "ORDERBRIDGE_DATABASE_URL": f"postgresql://app@127.0.0.1:{free_port()}/db",
        "ORDERBRIDGE_DATA_DIR": str(tmp_path / "data"),
    }

    forked = await orderbridge(*arguments, environment=environment, stdin=stdin)
    started = await orderbridge(*arguments, environment=environment, stdin=stdin, fork=False)

    assert forked == started
    assert forked.code == code


async def test_commands_that_run_side_by_side_keep_their_settings_apart(tmp_path: Path) -> None:
    ports = [f"no port {number}" for number in range(4)]
    ran = await asyncio.gather(
        *(
            orderbridge(
                "serve",
                environment={"ORDERBRIDGE_DATA_DIR": str(tmp_path / port), "ORDERBRIDGE_PORT": port},
            )
            for port in ports
        )
    )

    assert [item.code for item in ran] == [1, 1, 1, 1]
    assert [str(tmp_path / port) in item.err for item, port in zip(ran, ports, strict=True)] == [True] * 4


async def test_a_command_that_takes_too_long_is_killed(tmp_path: Path) -> None:
    folder = {"ORDERBRIDGE_DATA_DIR": str(tmp_path)}

    with pytest.raises(TimeoutError):
        await orderbridge("sandbox", environment=folder, timeout_s=1.5)

    # And the next one runs.
    assert (await orderbridge("--version", environment=folder)).code == 0


@pytest.mark.parametrize("name", ["COLUMNS", "PYTHONPATH", "LC_ALL", "SSL_CERT_FILE"])
def test_what_python_or_a_library_reads_while_it_starts_gets_a_start_of_its_own(name: str) -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("ORDERBRIDGE_")}
    environment |= {"COLUMNS": "200"}

    assert ready_interpreter.fitting(environment) is not None
    assert ready_interpreter.fitting(environment | {"ORDERBRIDGE_PORT": "1", "HOME": "/"}) is not None
    assert ready_interpreter.fitting(environment | {name: "other"}) is None

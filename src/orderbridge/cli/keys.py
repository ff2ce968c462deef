"""``orderbridge connections rotate-key`` and ``forget-secrets``: the master key of the stored secrets."""

from __future__ import annotations

from typing import Annotated

import typer

from orderbridge.accounts import keys
from orderbridge.app import keys_of, open_application, open_database
from orderbridge.cli import output
from orderbridge.engine import faults


def register(app: typer.Typer) -> None:
    """Add the commands to the group ``connections``."""
    app.command("rotate-key")(rotate_key)
    app.command("forget-secrets")(forget_secrets)


def rotate_key(json: output.AsJson = False) -> None:
    """Encrypt every stored token and password with a new master key, while everything runs.

    The key is made anew, or taken from ORDERBRIDGE_MASTER_KEY where that is set; the key before it then stands in
    ORDERBRIDGE_MASTER_KEY_OLD. If it is interrupted, run it again.
    """
    output.run(_rotate(json))


async def _rotate(as_json: bool) -> None:
    settings = output.settings()
    faults.arm_as_set(settings.fault)
    async with open_application(settings) as application:
        runtime, source = application.runtime, keys_of(settings)
        done = await keys.rotate(runtime.db, runtime.box, source, rng=runtime.rng)
    if as_json:
        output.as_json({"id": done.key_id, "made": done.made, "sealed": done.sealed, "retired": done.retired})
        return
    if not (done.made or done.sealed or done.retired):
        output.people.print(f"Everything is encrypted with key {done.key_id} already.")
    else:
        output.people.print(
            f"{done.sealed} secrets were encrypted anew, all with key {done.key_id} of {source.place.where}.",
            markup=False,
        )
    if done.retired:
        output.people.print(
            "Backups made before now need the old key: keep your copy of it as long as you keep them."
        )
    if done.kept_in:
        output.people.print(f"{done.kept_in} can be removed now.")


def forget_secrets(
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
) -> None:
    """Drop the stored secrets that no master key opens, after the key was lost.

    Their accounts wait as 'reconnect' until their tokens or passwords are entered again; nothing else is lost.
    """
    if not yes:
        typer.confirm(
            "Secrets whose key is lost are dropped and have to be entered again. Go on?", abort=True, err=True
        )
    output.run(_forget())


async def _forget() -> None:
    settings = output.settings()
    async with open_database(settings) as db:
        dropped = await keys.forget_secrets(db, keys_of(settings))
    output.table(
        ["Dropped the secret of"],
        [[name] for name in keys.named(dropped)],
        empty="Every secret can be opened; nothing was dropped.",
    )

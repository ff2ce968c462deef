"""An input that a person gives a failed step instead of the flow's: it must fit like any other."""

from __future__ import annotations

from datetime import datetime

from orderbridge.catalogue.registry import operation
from orderbridge.core.errors import FlowError
from orderbridge.core.jsonio import JsonObject
from orderbridge.core.redact import HIDDEN, redact
from orderbridge.engine import operations
from orderbridge.engine.writes import holds_hidden
from orderbridge.flows.model import ActionStep, Flow
from orderbridge.store import flows, repairs
from orderbridge.store.database import Tx
from orderbridge.store.repairs import Repairable


async def checked(tx: Tx, run: Repairable, given: JsonObject, *, by: str, at: datetime) -> JsonObject:
    """Return what is kept with the run.

    Raises:
        FlowError: No step failed, the input does not fit or has no consent, or it holds a secret.
    """
    failed = await repairs.failed_step(tx, run.id)
    if failed is None:
        raise FlowError(
            f"run {run.id}: no step of it failed, so none takes an input", cause="run.no_failed_step"
        )
    step = await _step(tx, run, failed["path"])
    action = operation(step.action)
    where = f"run {run.id}, step {failed['path']!r}"
    before = failed["input"] or {}
    secret = sorted(
        name for name in action.private if name in given and given[name] not in (HIDDEN, before.get(name))
    )
    if secret or redact(given) != given:
        raise FlowError(
            f"{where}: {', '.join(secret) or 'the input'} may hold a secret, and secrets are not kept with a run; "
            f"leave {HIDDEN!r} where it stands and change it in the flow",
            cause="run.secret_in_input",
        )
    if not holds_hidden(given):
        # What is hidden here is filled in from the flow, and all of it is checked once more then.
        operations.permit(action, given, step.allow, where=where)
    return {failed["path"]: {"input": given, "by": by, "at": at.isoformat(timespec="seconds")}}


async def _step(tx: Tx, run: Repairable, path: str) -> ActionStep:
    flow = Flow.model_validate(await flows.version(tx, run.flow_id, run.flow_version))
    # Of 'each.2.step.1' the last part that is no number.
    name = next(part for part in reversed(path.split(".")) if not part.isdigit())
    return next(step for step in flow.actions() if step.id == name)

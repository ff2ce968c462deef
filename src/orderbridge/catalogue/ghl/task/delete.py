"""An action: delete a task."""

from __future__ import annotations

from orderbridge.catalogue.deleting import deleting
from orderbridge.catalogue.ghl.task import CONTACT_ID, SCOPES, TASK, TASK_ID

OPERATION = deleting(
    id="ghl.task.delete",
    title="Delete a task",
    description="Deletes a task of a contact for good; to tick it off, complete it.",
    call="DELETE /contacts/{contactId}/tasks/{taskId}",
    fields={"contact_id": CONTACT_ID, "task_id": TASK_ID},
    record=TASK,
    key="task_id",
    scopes=SCOPES,
    example={"contact_id": "ocQHyuzHvysMo5N5VsXc", "task_id": "t1"},
    example_output={"id": "t1", "verdict": "confirmed", "record": {"deleted": True}},
)

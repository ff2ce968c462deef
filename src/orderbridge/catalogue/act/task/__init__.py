"""Tasks: what somebody shall do for a contact."""

from __future__ import annotations

from orderbridge.catalogue.fields import (
    choice,
    flag,
    instant,
    linked,
    needed,
    record_id,
    record_schema,
    text,
    whole,
)
from orderbridge.catalogue.paging import ODATA, Listing
from orderbridge.catalogue.records import Record

PERMISSIONS = ("Access All Non-Private Data",)
PRIORITIES = ("Low", "Medium Low", "Medium", "Medium High", "High")
# Without this Act! shows HTML wrapped in spans.
PLAIN = {"format": "text"}
LIST = Listing(call="GET /api/tasks", paging=ODATA, page_rows=200, fixed={"$orderby": "id"} | PLAIN)
# What one contact has: short, and surely read without a filter.
OF_CONTACT = Listing(
    call="GET /api/contacts/{contactId}/associated-tasks",
    paging=ODATA,
    page_rows=200,
    fixed={"$orderby": "id"} | PLAIN,
)
TASK = Record(
    system="act", kind="task", one="GET /api/tasks/{taskId}", id_name="taskId", many=LIST, fixed=PLAIN,
    match=("subject", "details", "start_time"),
)  # fmt: skip
ID = {"task_id": needed(record_id("The task: 44 characters, its series and the day of the occurrence."))}
TYPE = text("Name of its type in this database, such as To-do.", minLength=1)
TYPE_ID = {"type_id": whole("Its type.", wire="activityTypeId", read_as="activity_type_id")}
FIELDS = {
    "subject": text("What is to be done.", minLength=1),
    "details": text("The text, plain."),
    "start_time": instant("When it is due, or when it begins."),
    "end_time": instant("When it ends; left out, when it begins."),
    "is_timeless": flag("Whether only the day counts."),
    "is_all_day": flag("Whether it takes the whole day."),
    "location": text("Where."),
    "priority": choice(
        "How urgent it is.",
        PRIORITIES,
        wire="activityPriorityId",
        read_as="activity_priority_name",
        packed=PRIORITIES.index,
    ),
    "is_private": flag("Whether only its owner sees it."),
    "scheduled_for_id": record_id(
        "The user whose task it is; left out, the one that orderbridge signs in as."
    ),
    "external_id": text("Its id in another calendar."),
    "contact_ids": linked(
        "Its contacts, at least one; in a change they replace all that there are.", "contacts", minItems=1
    ),
    "company_ids": linked("Its companies.", "companies"),
    "group_ids": linked("Its groups.", "groups"),
    "opportunity_ids": linked("Its opportunities.", "opportunities"),
}
ROW = record_schema(
    description="The task, or one occurrence of a recurring one; attachments belong to its series (series_id).",
    id="string",
    series_id="string null",
    subject="string null",
    details="string null",
    start_time="string null",
    is_cleared="boolean",
    activity_type_name="string null",
    scheduled_for="string null",
    contacts="array null",
)

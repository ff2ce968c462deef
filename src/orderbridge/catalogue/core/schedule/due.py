"""A trigger: the clock."""

from __future__ import annotations

from orderbridge.catalogue.fields import text, whole
from orderbridge.catalogue.own_events import SCHEDULE
from orderbridge.catalogue.triggers import on_own_event

OPERATION = on_own_event(
    id="core.schedule.due",
    kind=SCHEDULE,
    title="It is time",
    description="Fires by cron or every so many minutes; times that passed while nothing ran are made up for by "
    "one run, not by one each.",
    fields={
        "cron": text("Minute, hour, day, month and weekday: 0 7 * * mon-fri.", minLength=9),
        "every_minutes": whole(
            "Instead of cron: every so many minutes, counted from midnight UTC.", minimum=1
        ),
        "time_zone": text("In which cron is read, Europe/Vienna; UTC where none is given.", minLength=1),
    },
    output={
        "type": "object",
        "properties": {"due_at": {"type": "string", "format": "date-time"}},
        "required": ["due_at"],
    },
    example={"cron": "0 7 * * mon-fri", "time_zone": "Europe/Vienna"},
    example_output={"due_at": "2026-03-02T06:00:00Z"},
)

import pytest

from support import act_records
from support.operations import Operations


@pytest.mark.covers("act.calendar.list_days@1")
async def test_the_calendar_shows_what_is_planned_and_what_happened_day_by_day(ops: Operations) -> None:
    contact = await act_records.contact(ops)
    task = {"type": "To-do", "contact_ids": [contact]}
    await ops.run("act.task.create", subject="Visit", start_time="2031-05-02T09:00:00Z", **task)
    await ops.run("act.task.create", subject="Later", start_time="2031-05-04T09:00:00Z", **task)
    entry = {"type": "Quote", "regarding": "Offer", "contact_ids": [contact]}
    await ops.run("act.history.create", start_time="2031-05-02T08:00:00Z", **entry)

    days = await ops.run(
        "act.calendar.list_days", from_time="2031-05-01T00:00:00Z", to_time="2031-05-04T00:00:00Z"
    )

    assert days["count"] == 1
    [day] = days["rows"]
    assert (day["date"][:10], day["total_activities"], day["total_histories"]) == ("2031-05-02", 1, 1)
    assert [item["title"] for item in day["items"]] == ["Offer", "Visit"]

"""HighLevel records that only a webhook shows whole: its body is the record.

Webhooks arrive in any order, so news is taken by the time it carries, and older news than what is known is dropped -
except that a creation told late is a creation all the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from orderbridge.catalogue.changes import DELETED, Observed
from orderbridge.catalogue.names import to_ours
from orderbridge.catalogue.reading import (
    WEBHOOK,
    Look,
    content,
    event_type,
    in_time,
    is_known,
    moment,
    told_at,
)
from orderbridge.connectors.fields import instant
from orderbridge.core.jsonio import JsonObject

_BEGUN = "told_created"
_MADE = ("date_added", "created_at")


@dataclass(frozen=True, kw_only=True)
class ByWord:
    """A kind of record that is known by what webhooks tell.

    Attributes:
        adds: What an event says beyond its body: TaskComplete means ``completed``.
        merged: Each event shows only a part, so what was known stays.
    """

    kind: str
    adds: tuple[tuple[str, str, Any], ...] = ()
    merged: bool = False

    async def __call__(self, look: Look) -> list[Observed]:
        """Take every piece of news in the order in which it was made."""
        found: list[Observed] = []
        last = look.last
        for notice, body in in_time([item for item in look.notices if item.source == WEBHOOK]):
            item = self._taken(look, notice.type, body, last)
            if item is not None:
                found.append(item)
                last = item.shown
        return found

    def _taken(self, look: Look, event: str, body: JsonObject, last: JsonObject | None) -> Observed | None:
        at, known_at = told_at(body), instant((last or {}).get("told_at"))
        late = at is not None and known_at is not None and at < known_at
        fresh = event.endswith("Create") and _creation_is_news(last)
        if late and not fresh:
            return None
        state = dict(last or {}) if late else self._state(look, event, body, last)
        state.pop(DELETED, None)
        if not late:
            state["told_at"] = body.get("timestamp")
        if event.endswith("Create"):
            state[_BEGUN] = body.get("timestamp") or True
        dated = moment(state, _MADE) is not None
        return Observed(
            kind=look.kind,
            record_id=look.record_id,
            type=event_type("ghl", look.kind),
            state=state,
            # A date decides; without one, news of a record whose creation nobody told is no creation.
            known=is_known("ghl", state, look.since.get(look.kind))
            if dated
            else not event.endswith("Create"),
            touched=True,
            fresh=fresh,
            deleted=event.endswith("Delete"),
            told=(event,),
        )

    def _state(self, look: Look, event: str, body: JsonObject, last: JsonObject | None) -> JsonObject:
        state: JsonObject = {"id": look.record_id} | to_ours(content(body))
        kept = (last or {}) if self.merged else {_BEGUN: last[_BEGUN]} if last and _BEGUN in last else {}
        added = {name: value for told, name, value in self.adds if told == event}
        return kept | self._steady(last) | state | added

    def _steady(self, last: JsonObject | None) -> JsonObject:
        # A body says only what its event is about: a task that was completed stays so.
        return {name: last[name] for _, name, _ in self.adds if last is not None and name in last}


def _creation_is_news(last: JsonObject | None) -> bool:
    """Whether a creation that is told after other news still counts: a dated record counted when first seen."""
    return last is not None and _BEGUN not in last and not last.get(DELETED) and moment(last, _MADE) is None


TOLD = (
    ByWord(kind="task", adds=(("TaskCreate", "completed", False), ("TaskComplete", "completed", True))),
    ByWord(kind="record"),
    ByWord(kind="relation"),
    ByWord(kind="association"),
    ByWord(kind="object_schema"),
    ByWord(kind="location"),
    ByWord(kind="user"),
    ByWord(
        kind="app",
        adds=(("INSTALL", "installed", True), ("UNINSTALL", "installed", False)),
        merged=True,
    ),
)

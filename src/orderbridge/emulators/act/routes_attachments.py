"""The one file that a history entry, a note or an activity can have.

A second one is refused with 409; while an upload runs, 423 is the answer to everything about it. Activities
want the id of the series and not that of the occurrence. Source: Act! Web API notes, 11.7.
"""

from __future__ import annotations

from collections.abc import Callable
from email.message import Message
from email.parser import BytesParser

from orderbridge.emulators.act import access, crud, times
from orderbridge.emulators.act.answers import Answer, no_content, ok
from orderbridge.emulators.act.errors import invalid, not_found, simple
from orderbridge.emulators.act.records import Record
from orderbridge.emulators.act.routing import Call, Router

_KINDS = {"history": "history", "notes": "note", "activities": "task"}
_NAMES = {"history": "History", "note": "Note", "task": "Activity"}


def _owner(call: Call, kind: str) -> Record:
    return crud.found(call, kind, call.params["id"], what=_NAMES[kind])


def _wait_for_upload(call: Call, record_id: str) -> None:
    # As many answers as the switch says pass before an upload is done.
    left = call.world.uploads.get(record_id, 0)
    if left > 0:
        call.world.uploads[record_id] = left - 1
        raise simple(423, "The attachment is still being uploaded.")


def _file(call: Call) -> Message:
    media_type = call.request.headers.get("content-type", "")
    if not media_type.startswith("multipart/form-data"):
        raise simple(415, "The request entity's media type is not supported for this resource.")
    head = f"Content-Type: {media_type}\r\n\r\n".encode()
    parts = BytesParser().parsebytes(head + call.request.body).get_payload()
    for part in parts if isinstance(parts, list) else ():
        if isinstance(part, Message) and part.get_param("name", header="content-disposition") == "file":
            return part
    raise invalid("The form has no file.")


def _post(kind: str) -> Callable[[Call], Answer]:
    def handler(call: Call) -> Answer:
        record = _owner(call, kind)
        access.require_edit(call.world, call.user, record)
        _wait_for_upload(call, record.id)
        if record.values.get("attachment"):
            raise simple(409, "There is an attachment already.")
        part = _file(call)
        name, content = part.get_filename() or "file", part.get_payload(decode=True)
        assert isinstance(content, bytes)
        stem, _, extension = name.rpartition(".")
        attachment = {
            "displayName": stem or name,
            "fileExtension": f".{extension}" if stem else "",
            "fileName": name,
            "fileSize": len(content),
            "fileSizeDisplay": f"{len(content)} bytes",
            "fileType": extension if stem else "",
            "lastModified": times.wire(call.world.now()),
            "personal": False,
        }
        record.values["attachment"] = attachment
        call.world.files[record.id] = content
        call.world.uploads[record.id] = call.world.faults.upload_answers_locked
        crud.touch(call, record)
        answer = ok(attachment)
        answer.status = 202
        return answer

    return handler


def _get(kind: str) -> Callable[[Call], Answer]:
    def handler(call: Call) -> Answer:
        record = _owner(call, kind)
        _wait_for_upload(call, record.id)
        if record.id not in call.world.files:
            raise not_found("Attachment", record.id)
        return Answer(200, call.world.files[record.id], "application/octet-stream")

    return handler


def _delete(kind: str) -> Callable[[Call], Answer]:
    def handler(call: Call) -> Answer:
        record = _owner(call, kind)
        access.require_edit(call.world, call.user, record)
        _wait_for_upload(call, record.id)
        if not record.values.get("attachment"):
            raise not_found("Attachment", record.id)
        record.values["attachment"] = None
        call.world.files.pop(record.id, None)
        crud.touch(call, record)
        return no_content()

    return handler


def _status(call: Call) -> Answer:
    record_id = call.params["id"].lower()
    _wait_for_upload(call, record_id)
    # What the real service says here is not described.
    return ok({})


def add(router: Router) -> None:
    """Register the routes."""
    for name, kind in _KINDS.items():
        path = f"/api/attachments/{name}/{{id}}"
        router.add("POST", path, _post(kind))
        router.add("GET", path, _get(kind))
        router.add("DELETE", path, _delete(kind))
    router.add("GET", "/api/attachments/{id}/upload-status", _status)

"""What a flow sees of a record that changed: the main fields of each kind, in our names."""

from __future__ import annotations

from orderbridge.catalogue.fields import record_schema
from orderbridge.core.jsonio import JsonObject

_TEXT = "string null"
_NUMBER = "number null"
_PERSON = {"id": "string", "email": _TEXT}
_FIELDS: dict[str, dict[str, dict[str, str]]] = {
    "ghl": {
        "order": {
            "id": "string", "status": _TEXT, "currency": _TEXT, "amount": _NUMBER, "paid": _NUMBER,
            "refunded": _NUMBER, "payment_status": _TEXT, "contact_id": _TEXT, "items": "array null",
        },
        "transaction": {
            "id": "string", "status": _TEXT, "currency": _TEXT, "amount": _NUMBER, "refunded": _NUMBER,
            "contact_id": _TEXT, "subscription_id": _TEXT, "order": "object null",
        },
        "subscription": {"id": "string", "status": _TEXT, "currency": _TEXT, "amount": _NUMBER, "contact_id": _TEXT},
        "fulfilment": {"id": "string", "items": "array null", "trackings": "array null", "order": "object null"},
        "invoice": {
            "id": "string", "status": _TEXT, "invoice_number": "string number null", "currency": _TEXT,
            "total": _NUMBER, "amount_paid": _NUMBER, "amount_due": _NUMBER, "contact_details": "object null",
        },
        "estimate": {
            "id": "string", "estimate_status": _TEXT, "estimate_number": "string number null", "currency": _TEXT,
            "total": _NUMBER, "contact_details": "object null",
        },
        "product": {"id": "string", "name": _TEXT, "product_type": _TEXT},
        "price": {"id": "string", "product": _TEXT, "name": _TEXT, "currency": _TEXT, "amount": _NUMBER, "sku": _TEXT},
        "contact": _PERSON
        | {"first_name": _TEXT, "last_name": _TEXT, "phone": _TEXT, "tags": "array null",
           "custom_fields": "array null"},
        "opportunity": {
            "id": "string", "name": _TEXT, "status": _TEXT, "pipeline_id": _TEXT, "pipeline_stage_id": _TEXT,
            "monetary_value": _NUMBER, "contact_id": _TEXT, "assigned_to": _TEXT,
        },
        "note": {"id": "string", "contact_id": _TEXT, "body": _TEXT},
        "task": {"id": "string", "contact_id": _TEXT, "title": _TEXT, "due_date": _TEXT, "completed": "boolean null"},
        "record": {"id": "string", "properties": "array object null", "owners": "array null"},
        "relation": {
            "id": "string", "association_id": _TEXT, "first_object_key": _TEXT, "first_record_id": _TEXT,
            "second_object_key": _TEXT, "second_record_id": _TEXT,
        },
        "association": {"id": "string", "key": _TEXT, "first_object_key": _TEXT, "second_object_key": _TEXT},
        "object_schema": {"id": "string", "key": _TEXT, "labels": "object null"},
        "location": _PERSON | {"name": _TEXT, "company_id": _TEXT},
        "user": _PERSON | {"first_name": _TEXT, "last_name": _TEXT, "role": _TEXT},
        "app": {
            "id": "string", "installed": "boolean null", "location_id": _TEXT, "company_id": _TEXT,
            "plan_id": _TEXT, "new_plan_id": _TEXT,
        },
    },
    "act": {
        "contact": {
            "id": "string", "full_name": _TEXT, "company": _TEXT, "email_address": _TEXT, "business_phone": _TEXT,
            "is_user": "boolean null", "custom_fields": "object null",
        },
        "company": {"id": "string", "name": _TEXT, "custom_fields": "object null"},
        "opportunity": {
            "id": "string", "name": _TEXT, "status": "string number null", "stage": "object null",
            "product_total": _NUMBER, "contacts": "array null", "custom_fields": "object null",
        },
        "line_item": {
            "id": "string", "opportunity_id": _TEXT, "name": _TEXT, "item_number": _TEXT, "quantity": _NUMBER,
            "price": _NUMBER, "total": _NUMBER,
        },
        "product": {"id": "string", "name": _TEXT, "item_number": _TEXT, "price": _NUMBER, "cost": _NUMBER},
        "history": {"id": "string", "regarding": _TEXT, "details": _TEXT, "history_type": "object null"},
        "note": {"id": "string", "note_text": _TEXT, "contacts": "array null"},
        "task": {
            "id": "string", "subject": _TEXT, "start_time": _TEXT, "is_cleared": "boolean null",
            "contacts": "array null",
        },
        "custom_record": {"id": "string", "table": _TEXT, "created": _TEXT, "edited": _TEXT},
    },
}  # fmt: skip


def state_of(system: str, record: str) -> JsonObject:
    """Return the JSON Schema of what a trigger on a kind of record gives."""
    return record_schema(
        description="The record as it was read when it had changed.", **_FIELDS[system][record]
    )

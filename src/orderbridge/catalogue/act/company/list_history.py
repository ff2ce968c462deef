"""An action: list the history of a company."""

from __future__ import annotations

from orderbridge.catalogue.act.company import PERMISSIONS
from orderbridge.catalogue.act.linking import children
from orderbridge.catalogue.act.samples import COMPANY_ID, RECORD_ID
from orderbridge.catalogue.fields import record_schema

OPERATION = children(
    parent="company",
    name="history",
    title="List the history of a company",
    description="Lists what happened with a company, its details as plain text.",
    path="/api/companies/{id}/history",
    row=record_schema(
        description="What happened.",
        id="string",
        regarding="string null",
        details="string null",
        start_time="string null",
        history_type="object null",
        contacts="array null",
    ),
    sample=(COMPANY_ID, {"id": RECORD_ID, "regarding": "Visit"}),
    rich=True,
    permissions=PERMISSIONS,
)

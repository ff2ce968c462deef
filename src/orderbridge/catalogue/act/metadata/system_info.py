"""An action: tell which Act! this is."""

from __future__ import annotations

from orderbridge.catalogue.fields import record_schema
from orderbridge.catalogue.reads import reading

OPERATION = reading(
    id="act.metadata.system_info",
    title="Get the version of Act!",
    description="Tells the build of the Web API and of Act!; older builds lack some calls, so look here first.",
    call="GET /api/system",
    fields={},
    output=record_schema(
        description="The build.", api_version="string null", sdk_version="string null", culture="object null"
    ),
    example_output={"api_version": "1.1.1324.1", "sdk_version": "24.0.116.0"},
)

"""The HighLevel API."""

from __future__ import annotations

from orderbridge.connectors.base import Connector
from orderbridge.connectors.ghl.refusals import GhlDialect

CONNECTOR = Connector(system="ghl", title="HighLevel", dialect=GhlDialect())

"""The Act! Web API."""

from __future__ import annotations

from orderbridge.connectors.act.refusals import ActDialect
from orderbridge.connectors.base import Connector

CONNECTOR = Connector(system="act", title="Act!", dialect=ActDialect())

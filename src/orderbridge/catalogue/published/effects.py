"""What a published call does to the world, told from its method and path."""

from __future__ import annotations

import re

from orderbridge.catalogue.operation import DELETES, MESSAGES, MONEY, READS, WRITES
from orderbridge.catalogue.published.calls import PublishedCall

# POSTs that only look.
_LOOKING = re.compile(
    r"/search(/|-|$)|/search-|dynamic-list/.*preview$|/shipping-rates$|filter-by-email$|/import/mapping/"
    r"|analytics/pipelines$",
    re.IGNORECASE,
)
_MESSAGES = re.compile(
    r"/(invoices|estimate)(/\{[^}]+\})?/send$|/estimate/\{[^}]+\}/send$|/text2pay$|schedule/\{[^}]+\}/(schedule|"
    r"updateAndSchedule|auto-payment)$|/campaigns/\{[^}]+\}$|/workflow/\{[^}]+\}$|/fulfillments$"
    r"|hotlead-subscription$|/organizers/",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"/record-payment$|/billing/charges|/auto-payment$|/estimate/\{[^}]+\}/invoice$|/invoices/\{[^}]+\}/void$",
    re.IGNORECASE,
)


def effects_of(call: PublishedCall) -> frozenset[str]:
    """Return the effects of a call; where in doubt, the graver one."""
    if call.method == "GET" or (call.method == "POST" and _LOOKING.search(call.path)):
        return frozenset({READS})
    effects = {READS, WRITES}
    if call.method == "DELETE":
        effects.add(DELETES)
    if call.method == "POST" and _MESSAGES.search(call.path):
        effects.add(MESSAGES)
    if _MONEY.search(call.path):
        effects.add(MONEY)
    return frozenset(effects)

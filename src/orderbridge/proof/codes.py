"""The closed list of reasons: why a sale is not the same on both sides, how one knows, and what to do.

A difference of money has one or more of them, and their amounts add up to it, always. What nothing explains is
``unexplained``: that is no reason but a failure, and makes a day red.
"""

from __future__ import annotations

from dataclasses import dataclass

HELD = "held"
MISSING_IN_ACT, MISSING_IN_HIGHLEVEL = "missing_in_act", "missing_in_highlevel"
NO_FLOW_LISTENED, IN_WORK, WAITING, CANCELLED = "no_flow_listened", "in_work", "waiting", "cancelled"
LEFT_OUT = "left_out_by_filter"
CHANGED_IN_HIGHLEVEL, OPPORTUNITY_EDITED = "changed_in_highlevel", "opportunity_edited"
MAPPED_OTHERWISE, ROUNDING = "mapped_otherwise", "amount_differs_by_rounding"
CURRENCY_CHANGED = "currency_changed"
OPPORTUNITY_DELETED, NO_ACCESS, UNREADABLE = "opportunity_deleted", "no_access", "unreadable"
DUPLICATE_OPPORTUNITY, DUPLICATE_PAYMENT = "duplicate_opportunity", "duplicate_payment"
PAYMENT_MISSING, PAYMENT_DIFFERS, PAYMENT_ONLY_IN_ACT = (
    "payment_missing",
    "payment_differs",
    "payment_only_in_act",
)
REFUND_MISSING, REFUND_DIFFERS = "refund_missing", "refund_differs"
INVOICE_DIFFERS, PAYMENT_NOT_CARRIED = "invoice_differs", "payment_not_carried"
CONTACT_DIFFERS, CUSTOMER_MERGED = "contact_differs", "customer_merged"
STATUS_DIFFERS, STAGE_DIFFERS, DATE_DIFFERS = "status_differs", "stage_differs", "date_differs"
NAME_DIFFERS, SOURCE_DIFFERS, LINE_DIFFERS = "name_differs", "source_differs", "line_differs"
PAYMENT_STATUS_DIFFERS, PROOF_LINE_DIFFERS = "payment_status_differs", "proof_line_differs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A reason of the list.

    Attributes:
        meaning: What happened.
        evidence: What shows it.
        todo: What somebody does about it.
        money: Whether it explains money; the others are differences that cost nothing.
    """

    code: str
    meaning: str
    evidence: str
    todo: str
    money: bool = True


def _reason(code: str, meaning: str, evidence: str, todo: str, *, money: bool = True) -> Reason:
    return Reason(code=code, meaning=meaning, evidence=evidence, todo=todo, money=money)


_EVERY = (
    _reason(
        MISSING_IN_ACT,
        "HighLevel shows the sale, and Act! has never had it.",
        "The order's id, and that nothing of it was carried over.",
        "`orderbridge poll --once` while `serve` runs.",
    ),
    _reason(
        MISSING_IN_HIGHLEVEL,
        "Act! holds an opportunity for an order that HighLevel does not show.",
        "The opportunity's id and the order's.",
        "Look whether the order was deleted there, or the opportunity was made by hand with our source.",
    ),
    _reason(
        NO_FLOW_LISTENED,
        "It came in before a flow that carries orders was switched on.",
        "The event.",
        "`orderbridge runs replay --unheard`.",
    ),
    _reason(IN_WORK, "It is being carried over just now.", "The lane.", "Wait, and compare again."),
    _reason(WAITING, "A run waits for its time.", "What it waits for.", "Wait, or look at `orderbridge runs list`."),
    _reason(CANCELLED, "A person cancelled the run.", "The run's reason.", "Replay it, or leave it so."),
    _reason(
        HELD,
        "A person has to decide; after the colon stands the cause.",
        "What the run said.",
        "`orderbridge dead-letters list`, then `orderbridge dead-letters replay --cause …`.",
    ),
    _reason(
        LEFT_OUT,
        "The flow's own filter, or its setting `currencies`, leaves the sale out.",
        "What the flow said when it left it out.",
        "Nothing, or change the flow and replay.",
    ),
    _reason(
        CHANGED_IN_HIGHLEVEL,
        "Somebody changed the sale in HighLevel after it was carried over, and the change is not carried over yet.",
        "What was carried over, what HighLevel says now, and when it changed.",
        "`orderbridge poll --once` while `serve` runs.",
    ),
    _reason(
        OPPORTUNITY_EDITED,
        "Somebody changed, added or removed lines in Act! after we had proved them.",
        "Each line with its key, what we wrote, what is there now, and by how much; our last run.",
        "Correct the opportunity, or replay the order's run, which writes our lines again.",
    ),
    _reason(
        MAPPED_OTHERWISE,
        "The flow itself writes another amount than the order has.",
        "What the order has and what the flow wrote.",
        "Correct the flow's mapping.",
    ),
    _reason(
        ROUNDING,
        "Act! shows the sum of its lines rounded.",
        "The lines' exact sum and what Act! shows.",
        "Nothing.",
    ),
    _reason(
        CURRENCY_CHANGED,
        "The same amount stands in another currency on the other side.",
        "Both currencies.",
        "Correct the currency on the side that is wrong.",
    ),
    _reason(
        OPPORTUNITY_DELETED,
        "The opportunity was deleted or made private in Act!; the two look the same to us.",
        "The opportunity's id, and when and by which run it was written.",
        "Restore it, or unlink it and replay.",
    ),
    _reason(
        NO_ACCESS,
        "Our Act! user may not see the records any more.",
        "The permission that is missing, or Act!'s refusal.",
        "Give the permission back in Act!'s Manage Users.",
    ),
    _reason(
        UNREADABLE,
        "HighLevel shows a record that cannot be read as one.",
        "What is wrong with it.",
        "Correct it in HighLevel.",
    ),
    _reason(
        DUPLICATE_OPPORTUNITY,
        "A further opportunity says that it is the same order, made by hand.",
        "The ids of both and the amount that Act!'s own reports count twice.",
        "Delete the copy.",
        money=False,
    ),
    _reason(
        DUPLICATE_PAYMENT,
        "A payment has more than one record in Act!.",
        "The records' ids.",
        "Delete all but one.",
    ),
    _reason(
        PAYMENT_MISSING,
        "Act! holds no record of a payment.",
        "The payment's id, and whether it was carried over once.",
        "`orderbridge poll --once`, or replay its run.",
    ),
    _reason(
        PAYMENT_DIFFERS,
        "The payment is another one on both sides.",
        "What was carried over, what each side says now, and so which side moved.",
        "Correct the side that is wrong, or poll where HighLevel moved.",
    ),
    _reason(
        PAYMENT_ONLY_IN_ACT,
        "Act! holds a payment that HighLevel does not show.",
        "The record's id and the payment's.",
        "Look whether somebody made it by hand.",
    ),
    _reason(
        REFUND_MISSING,
        "HighLevel refunded, and Act! does not say so.",
        "The payment's id and when HighLevel changed it.",
        "`orderbridge poll --once`, or replay its run.",
    ),
    _reason(
        REFUND_DIFFERS,
        "The refund is another one on both sides.",
        "What was carried over and what each side says now.",
        "Correct the side that is wrong, or poll where HighLevel moved.",
    ),
    _reason(
        INVOICE_DIFFERS,
        "An invoice is over another amount than the opportunity that it was made for.",
        "Both ids.",
        "One of the two was edited after the other was made; make them equal.",
    ),
    _reason(
        PAYMENT_NOT_CARRIED,
        "Nothing carries the payments of invoices into Act!.",
        "The invoice.",
        "The template act-orders-to-invoices carries them.",
    ),
    _reason(
        CONTACT_DIFFERS,
        "The sale belongs to another contact on one side.",
        "Both contacts, and which side moved.",
        "Move it back, or poll where HighLevel moved.",
        money=False,
    ),
    _reason(
        CUSTOMER_MERGED,
        "HighLevel merged the customer into another one.",
        "The contact that is gone, the one that the order has now, and its Act! contact where there is one.",
        "Merge the two contacts in Act! as well.",
        money=False,
    ),
    _reason(
        STATUS_DIFFERS,
        "The status is not what was carried over.",
        "What we wrote, what stands there now, or what HighLevel changed since.",
        "Set it back, or poll where HighLevel moved.",
        money=False,
    ),
    _reason(
        STAGE_DIFFERS, "The stage is not the one that we wrote.", "Both stages.", "Set it back.", money=False
    ),
    _reason(DATE_DIFFERS, "The sale's or a payment's date was changed.", "Both dates.", "Set it back.", money=False),
    _reason(NAME_DIFFERS, "The opportunity was renamed.", "Both names.", "Nothing, or rename it.", money=False),
    _reason(
        SOURCE_DIFFERS,
        "The opportunity's source or source id was changed; it is still known by its link.",
        "What we wrote and what stands there now.",
        "Set it back: by it the sale is found where a link is lost.",
        money=False,
    ),
    _reason(
        LINE_DIFFERS,
        "A line has another name, quantity or price, or was added or removed, at the same amount.",
        "The line's key, what was there and what is.",
        "Set it back, or poll where HighLevel moved.",
        money=False,
    ),
    _reason(
        PAYMENT_STATUS_DIFFERS,
        "A payment's status is another one on both sides.",
        "Both.",
        "Set it back, or poll where HighLevel moved.",
        money=False,
    ),
    _reason(
        PROOF_LINE_DIFFERS,
        "Somebody changed the machine-readable line in the text of a payment's record, or removed it.",
        "What it says and what the record's own fields say.",
        "Replay the payment's run, which writes it again.",
        money=False,
    ),
)  # fmt: skip
REASONS = {item.code: item for item in _EVERY}


def reason(code: str) -> Reason:
    """Return what a code means; ``held:…`` is ``held``.

    Raises:
        KeyError: It is none of the list, as ``unexplained`` is not.
    """
    return REASONS[code.partition(":")[0]]


def todo(code: str) -> str:
    """Return what somebody does about a difference; of what nothing explains, telling us."""
    found = REASONS.get(code.partition(":")[0])
    return found.todo if found else "Report it: 'orderbridge close show' has what to send with it."

"""The fields of every record: which there are, what fits into them, and who writes them.

Source: Act! Web API notes, section 11. Nulls are present in answers rather than left out, and address
objects are always there, so a shape also gives the blank record.
"""

from __future__ import annotations

from typing import Any

from orderbridge.core.jsonio import JsonObject

TEXT, INT, NUMBER, BOOL, TIME, DAY = "text", "int", "number", "bool", "time", "day"
ADDRESS, OBJECT, CUSTOM, LINKS = "address", "object", "custom", "links"

ADDRESS_FIELDS: dict[str, str] = dict.fromkeys(
    ("line1", "line2", "line3", "city", "state", "postalCode", "country"), TEXT
) | {"latitude": NUMBER, "longitude": NUMBER}


class Shape:
    """The fields of one entity.

    Attributes:
        name: The type's name in error messages.
        kind: The key of its table.
        fields: What each field holds, by its own spelling.
        server: Fields that the server writes; on a request they are accepted and ignored.
        links: Payload keys that hold linked records, with the kind of those.
    """

    def __init__(
        self,
        name: str,
        kind: str,
        *,
        writable: dict[str, str],
        server: dict[str, str],
        links: dict[str, str] | None = None,
        defaults: JsonObject | None = None,
        has_custom: bool = False,
    ) -> None:
        self.name = name
        self.kind = kind
        self.links = links or {}
        self.server = frozenset(server)
        self.fields: dict[str, str] = {"id": TEXT, **writable, **dict.fromkeys(self.links, LINKS)}
        if has_custom:
            self.fields["customFields"] = CUSTOM
        self.fields |= server
        self.canonical = {field.lower(): field for field in self.fields}
        self.template: JsonObject = {field: _blank(what) for field, what in self.fields.items()}
        self.template |= defaults or {}

    def blank(self) -> JsonObject:
        """Return a fresh record with every field empty."""
        return {
            field: dict(value) if isinstance(value, dict) else value for field, value in self.template.items()
        }


def _blank(what: str) -> Any:
    if what == BOOL:
        return False
    if what == ADDRESS:
        return dict.fromkeys(ADDRESS_FIELDS)
    if what == LINKS:
        return []
    if what == CUSTOM:
        return {}
    return None


def _of(what: str, names: str) -> dict[str, str]:
    return dict.fromkeys(names.split(), what)


_STAMPS = _of(TIME, "created edited") | _of(TEXT, "editedBy recordManager")
_PHONES = ("business", "mobile", "fax", "home", "alternate", "pager")

CONTACT = Shape(
    "Contact",
    "contact",
    writable=_of(
        TEXT,
        "idStatus company department companyID contactType namePrefix firstName middleName lastName"
        " nameSuffix fullName acl lastResults messengerID referredBy salutation jobTitle emailAddress"
        " altEmailAddress personalEmailAddress website recordManagerID quickbooksId nylasContactId",
    )
    | _of(BOOL, "isFavorite isImported isPrivate aemOptOut aemBounceBack")
    | _of(TIME, "lastEmail lastAttempt lastReach lastMeeting lastLetterSent birthday")
    | _of(INT, "amaScore")
    | _of(ADDRESS, "businessAddress homeAddress")
    | {f"{phone}{part}": TEXT for phone in _PHONES for part in ("Phone", "Extension", "MaskFormat")}
    | {f"{phone}CountryCode": INT for phone in _PHONES},
    server=_of(BOOL, "isUser") | _of(TIME, "importDate") | _of(TEXT, "recordOwner") | _STAMPS,
    defaults={"companyID": "", "contactType": "Contact"},
    has_custom=True,
)

COMPANY = Shape(
    "Company",
    "company",
    writable=_of(
        TEXT,
        "name description division fax faxExtension idStatus industry acl rootParentID parentID phone"
        " phoneExtension referredBy region sicCode territory tickerSymbol tollFreePhone tollFreeExtension"
        " website recordManagerID",
    )
    | _of(ADDRESS, "address billingAddress shippingAddress")
    | _of(BOOL, "isPrivate")
    | _of(INT, "numberOfEmployees")
    | _of(NUMBER, "revenue"),
    server=_of(BOOL, "hasDivisions") | _of(INT, "hierarchyLevel") | _of(TIME, "importDate") | _STAMPS,
    defaults={"hierarchyLevel": 0},
    has_custom=True,
)

GROUP = Shape(
    "Group",
    "group",
    writable=_of(TEXT, "name description parentID acl recordManagerID")
    | _of(ADDRESS, "address")
    | _of(BOOL, "isPrivate"),
    server=_of(INT, "contacts hierarchyLevel")
    | _of(BOOL, "hasSubgroups")
    | _of(TIME, "importDate")
    | _STAMPS,
    defaults={"contacts": 0, "hierarchyLevel": 0},
    has_custom=True,
)

OPPORTUNITY = Shape(
    "Opportunity",
    "opportunity",
    writable=_of(TEXT, "name competitor acl reason source sourceId quickbooksInvoiceId recordManagerID")
    | _of(DAY, "openDate estimatedCloseDate")
    | _of(TIME, "actualCloseDate")
    | _of(INT, "probability")
    | _of(BOOL, "isPrivate")
    | _of(OBJECT, "stage status"),
    links={"companies": "company", "contacts": "contact", "groups": "group"},
    server=_of(TEXT, "contactNames creator product statusName manager")
    | _of(INT, "daysOpen daysInStage")
    | _of(TIME, "stageStartDate importDate")
    | _of(NUMBER, "grossMargin productTotal totalPerCompany totalPerContact totalPerGroup weightedTotal")
    | _of(BOOL, "relatedEntitiesResolver")
    | _STAMPS,
    has_custom=True,
)

LINE = Shape(
    "OpportunityProduct",
    "line",
    writable=_of(TEXT, "name productID type itemNumber")
    | _of(NUMBER, "cost discount discountPrice price quantity")
    | _of(BOOL, "isQuickbooksProduct"),
    server=_of(TEXT, "opportunityID recordOwner")
    | _of(NUMBER, "total")
    | _of(TIME, "createDate editDate")
    | _STAMPS,
    has_custom=True,
)

PRODUCT = Shape(
    "Product",
    "product",
    writable=_of(TEXT, "name itemNumber") | _of(NUMBER, "cost price"),
    server=_of(TIME, "createDate editDate"),
)

_PARENTS = {"companies": "company", "contacts": "contact", "groups": "group", "opportunities": "opportunity"}

HISTORY = Shape(
    "History",
    "history",
    writable=_of(TEXT, "details regarding outlookID")
    | _of(TIME, "startTime endTime")
    | _of(INT, "historyTypeID")
    | _of(BOOL, "isPrivate"),
    links=_PARENTS,
    server=_of(
        TEXT,
        "recordManagerID recordManager createUserID createUserName editUserID editUserName contactEmail"
        " contactPhone contactPhoneExt contactCompany duration",
    )
    | _of(OBJECT, "historyType attachment")
    | _of(TIME, "created edited"),
)

NOTE = Shape(
    "Note",
    "note",
    writable=_of(TEXT, "noteText")
    | _of(INT, "noteTypeID")
    | _of(TIME, "displayDate")
    | _of(BOOL, "isPrivate"),
    links=_PARENTS,
    server=_of(TEXT, "recordManager recordManagerID createUserID")
    | _of(OBJECT, "attachment")
    | _of(TIME, "created edited"),
)

_TASK_WRITABLE = (
    _of(TEXT, "externalId calendarUid location bannerColor details subject scheduledForId scheduledFor")
    | _of(BOOL, "isCleared isAlarmCleared isAlarmed isTimeless isAllDay isPrivate")
    | _of(INT, "leadMinutes activityPriorityId activityTypeId")
    | _of(TIME, "startTime endTime")
)
_TASK_SERVER = (
    _of(
        TEXT,
        "alarmDue seriesID duration accessorId activityPriorityName activityTypeName scheduledById scheduledBy"
        " scheduledWithCompany scheduledWithEmail scheduledWithPhone scheduledWithPhoneExt",
    )
    | _of(BOOL, "isRecurring")
    | _of(OBJECT, "attachment")
    | _of(TIME, "originalTime created edited")
)
_RULE = _of(OBJECT, "recurSpec")
TASK = Shape("Task", "task", writable=_TASK_WRITABLE, links=_PARENTS, server=_TASK_SERVER | _RULE)
# The rule of a series can only be written here; a task ignores it.
RECURRING_TASK = Shape(
    "RecurringTask", "task", writable=_TASK_WRITABLE | _RULE, links=_PARENTS, server=_TASK_SERVER
)

CUSTOM_RECORD = Shape(
    "CustomEntity",
    "custom",
    writable={},
    links={"companies": "company", "contacts": "contact", "groups": "group", "opportunity": "opportunity"},
    server=_of(TIME, "created edited") | _of(TEXT, "editedBy recordOwner"),
)

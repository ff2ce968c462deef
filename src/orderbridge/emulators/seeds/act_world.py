"""The Act! database of the sandbox: a small business before it connects anything."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from functools import partial

from orderbridge.core.clock import Clock
from orderbridge.core.jsonio import JsonObject
from orderbridge.emulators.act import times
from orderbridge.emulators.act.columns import Column, stock_columns
from orderbridge.emulators.act.records import Record, User
from orderbridge.emulators.act.routes_metadata import STOCK, new_column, new_table
from orderbridge.emulators.act.routes_processes import new_process, new_stage
from orderbridge.emulators.act.shapes import ADDRESS_FIELDS, COMPANY, CONTACT, GROUP, OPPORTUNITY, TEXT
from orderbridge.emulators.act.state import SYNC_USER, ActWorld
from orderbridge.emulators.seeds.people import PEOPLE, Person

MAIN_PROCESS = "Main Sales"

_MAIN_STAGES = (
    ("Lead", 10),
    ("Quoted", 40),
    ("Ordered", 80),
    ("Paid", 100),
    ("Refunded", 0),
    ("Partially Refunded", 100),
    ("Lost", 0),
)
# "Ordered" and "Lost" exist in both processes, with other ids and other probabilities.
_SERVICE_STAGES = (("Enquiry", 20), ("Ordered", 60), ("Delivered", 100), ("Lost", 0))

# id, name, activity type, default result of that type, may be recorded by a person
_HISTORY_TYPES = (
    (0, "Call Attempted", 0, False, True),
    (1, "Call Completed", 0, True, True),
    (2, "Call Received", 0, False, True),
    (3, "Field Changed", -1, False, False),
    (6, "Meeting Held", 1, True, True),
    (8, "To-do Done", 2, True, True),
    (13, "Contact Updated", -1, False, False),
    (16, "E-mail Sent", -1, False, True),
    (17, "Call Left Message", 0, False, True),
    (51, "Sync Sent", -1, False, False),
    (52, "Sync Received", -1, False, False),
    (62, "Quote", -1, False, True),
    (71, "Payment", -1, False, True),
    (1000, "Fulfilment Done", 1000, True, True),
)
_ACTIVITY_TYPES = ((0, "Call", False), (1, "Meeting", False), (2, "To-do", False), (1000, "Fulfilment", True))
_PRODUCTS = (
    ("Starter course", "STARTER", "97.00", "5.00"),
    ("Pro course", "PRO", "497.00", "20.00"),
    ("Coaching, monthly", "COACH-M", "149.99", "60.00"),
    ("Workbook", "BOOK", "24.50", "9.10"),
    ("Consultation hour", "HOUR", "180.00", "0"),
)
_USERS = (
    # username, first, last, role, e-mail
    (SYNC_USER, "Sync", "User", "Manager", SYNC_USER),
    ("chris@orderbridge.test", "Chris", "Huffman", "Administrator", "chris@orderbridge.test"),
    ("pat@orderbridge.test", "Pat", "Lindqvist", "Standard", "pat@orderbridge.test"),
    ("sam@orderbridge.test", "Sam", "Okafor", "Standard", "sam@orderbridge.test"),
)
_OWN_DEALS = (
    # name, person, stage, status, days ago, lines (name, price, quantity)
    ("Spring rebrand", "vera", "Quoted", 0, 40, (("Consultation hour", "180.00", "6"),)),
    ("Roof survey follow-up", "jack", "Lead", 0, 12, ()),
    (
        "Bakery website",
        "noah",
        "Paid",
        1,
        95,
        (("Pro course", "497.00", "1"), ("Workbook", "24.50", "2")),
    ),
    ("Old enquiry", "tara", "Lost", 2, 210, (("Starter course", "97.00", "1"),)),
)
_PAYMENT_TABLES: dict[str, tuple[tuple[str, str], ...]] = {
    "Payments": (
        ("Reference", "Character"),
        ("Amount", "Decimal"),
        ("Currency", "Character"),
        ("Status", "Character"),
        ("Kind", "Character"),
        ("Paid At", "DateTime"),
        ("Details", "Memo"),
    ),
    "Subscriptions": (
        ("Reference", "Character"),
        ("Plan", "Character"),
        ("Amount", "Decimal"),
        ("Currency", "Character"),
        ("Status", "Character"),
        ("Next Billing", "Date"),
        ("Details", "Memo"),
    ),
    "Fulfilments": (
        ("Reference", "Character"),
        ("Carrier", "Character"),
        ("Tracking Number", "Character"),
        ("Status", "Character"),
        ("Fulfilled At", "DateTime"),
        ("Details", "Memo"),
    ),
}


def seeded_act_world(*, seed: int = 7, clock: Clock, custom_tables: bool = False) -> ActWorld:
    """Return the twin's state with a small business in it.

    Args:
        seed: Of ids and of everything else that looks random; equal seeds give equal ids.
        clock: Where the time comes from.
        custom_tables: True when Payments, Subscriptions and Fulfilments and the opportunity's currency
            field exist from the start; otherwise they are made over the API.
    """
    return ActWorld(seed=seed, clock=clock, fill=partial(_fill, custom_tables=custom_tables))


def _fill(world: ActWorld, *, custom_tables: bool) -> None:
    for row in _USERS:
        _user(world, *row)
    _types(world)
    _stock_fields(world)
    _drop_down(world, "ID/Status", ("Customer", "Friend", "Lead", "Prospect", "Vendor"))
    _drop_down(world, "Referred By", ("Web", "Customer referral", "Trade show"))
    for name, number, price, cost in _PRODUCTS:
        values: JsonObject = {
            "name": name,
            "itemNumber": number,
            "price": Decimal(price),
            "cost": Decimal(cost),
        }
        _record(world, "product", values, days_ago=400)
    stages = _process(world, MAIN_PROCESS, _MAIN_STAGES)
    _process(world, "Services", _SERVICE_STAGES)
    contacts = _contacts(world)
    _companies(world, contacts)
    for name, person, stage, status, days_ago, lines in _OWN_DEALS:
        deal = _deal(world, name, stages[stage], status, days_ago, lines)
        world.links.add("opportunity", deal.id, "contact", contacts[person].id)
    _log(world, contacts)
    if custom_tables:
        _payment_tables(world)


def _user(world: ActWorld, username: str, first: str, last: str, role: str, email: str) -> None:
    user = User(world.new_id(), username, f"{first} {last}", role, email, first, last)
    world.users[user.id] = user


def _types(world: ActWorld) -> None:
    names = {type_id: name for type_id, name, _custom in _ACTIVITY_TYPES} | {-1: "None"}
    for type_id, name, activity, default, recordable in _HISTORY_TYPES:
        world.history_types[type_id] = {
            "id": type_id,
            "name": name,
            "activityTypeId": str(activity),
            "activityTypeName": names[activity],
            "description": name,
            "isActive": True,
            "isCustom": type_id in (71, 1000),
            "isDefault": default,
            "isUserRecordable": recordable,
        }
    for type_id, name, custom in _ACTIVITY_TYPES:
        results = [row for row in _HISTORY_TYPES if row[2] == type_id]
        world.task_types[type_id] = {
            "id": type_id,
            "name": name,
            "description": name,
            "isActive": True,
            "isCustom": custom,
            "isDeletable": custom,
            "taskTypeGuid": world.new_id(),
            "historyTypes": [
                {"id": r[0], "name": r[1], "description": r[1], "clearType": "COMPLETED", "isDefault": r[3]}
                for r in results
            ],
            "defaultPreferences": None,
        }


def _stock_fields(world: ActWorld) -> None:
    created = times.wire(world.now() - timedelta(days=900))
    for shape, record_type in (
        (CONTACT, "contact"),
        (COMPANY, "company"),
        (GROUP, "group"),
        (OPPORTUNITY, "opportunity"),
    ):
        world.columns[record_type] = stock_columns(shape, record_type=STOCK[record_type], created=created)
    for number in range(1, 16):
        _custom_column(world, "contact", f"user{number}", f"User {number}", created)
    for number in range(1, 11):
        _custom_column(world, "company", f"user{number}", f"User {number}", created)
    for number in range(1, 9):
        _custom_column(
            world, "opportunity", f"opportunity_field_{number}", f"Opportunity Field {number}", created
        )
    # A label that was changed after the field was made: the key still shows the old one.
    _custom_column(world, "contact", "cust_fax_consent_481516", "Consent given on", created)


def _custom_column(world: ActWorld, record_type: str, key: str, label: str, created: str) -> None:
    world.custom_columns.setdefault(record_type, {})[key] = Column(
        id=world.new_id(),
        key=key,
        column_name=key.upper(),
        label=label,
        record_type=STOCK[record_type],
        table_name=f"TBL_{record_type.upper()}",
        type="Character",
        kind=TEXT,
        length=64,
        is_custom=True,
        is_read_only=False,
        created=created,
        edited=created,
    )


def _drop_down(world: ActWorld, name: str, values: tuple[str, ...]) -> None:
    created = times.wire(world.now() - timedelta(days=900))
    list_id = world.new_id()
    world.drop_downs[list_id] = {
        "id": list_id,
        "name": name,
        "type": "Character",
        "isEditable": True,
        "isAutoInsert": False,
        "description": None,
        "created": created,
        "edited": created,
        "items": [{"id": world.new_id(), "value": value, "description": None} for value in values],
    }


def _process(world: ActWorld, name: str, stages: tuple[tuple[str, int], ...]) -> dict[str, str]:
    process = new_process(world, name)
    return {stage: new_stage(world, process, stage, probability).id for stage, probability in stages}


def _record(
    world: ActWorld, kind: str, values: JsonObject, *, days_ago: float, user: User | None = None
) -> Record:
    """File a record that somebody made some days ago."""
    owner = user or next(item for item in world.users.values() if item.role == "Administrator")
    moment = world.now() - timedelta(days=days_ago)
    record = Record(world.new_id(), kind, values, {}, owner.id, owner.id, owner.id, moment, moment)
    world.table(kind).put(record)
    return record


def _address(**values: str | None) -> JsonObject:
    return dict.fromkeys(ADDRESS_FIELDS) | values


def _typed_phone(phone: str | None, number: int) -> str | None:
    """Return a number the way different people type it; it is free text in Act!."""
    if phone is None:
        return None
    area, middle, last = phone[2:5], phone[5:8], phone[8:]
    forms = (
        f"({area}) {middle}-{last}",
        f"{area}-{middle}-{last}",
        f"+1 {area} {middle} {last}",
        f"{area}.{middle}.{last}",
    )
    return forms[number % len(forms)]


def _typed_email(email: str | None, number: int) -> str | None:
    if email is None:
        return None
    return (email, email.capitalize(), email, email.upper())[number % 4]


def _contact_values(person: Person, number: int) -> JsonObject:
    return {
        "firstName": person.first_name,
        "lastName": person.last_name,
        "fullName": f"{person.first_name} {person.last_name}",
        "company": person.company,
        "companyID": "",
        "contactType": "Contact",
        "emailAddress": _typed_email(person.email, number),
        # Some people keep the only number they have under "mobile".
        ("mobilePhone" if number % 5 == 4 else "businessPhone"): _typed_phone(person.phone, number),
        "businessCountryCode": 1,
        "mobileCountryCode": 1,
        "businessAddress": _address(city=person.city, country=person.country),
        "homeAddress": _address(),
        "salutation": person.first_name,
        "idStatus": "Customer" if number % 2 else "Prospect",
    }


def _contacts(world: ActWorld) -> dict[str, Record]:
    contacts: dict[str, Record] = {}
    known = [person for person in PEOPLE if person.in_act]
    for number, person in enumerate(known):
        contacts[person.key] = _record(
            world, "contact", _contact_values(person, number), days_ago=300 - 10 * number
        )
    for user in world.users.values():
        if user.role != "Standard":
            _staff(world, user)
    assistant: JsonObject = {
        "firstName": "Robin",
        "lastName": "Assistant",
        "fullName": "Robin Assistant",
        "contactType": "Secondary",
        "companyID": "",
        "emailAddress": "robin.assistant@customers.test",
        "businessAddress": _address(),
        "homeAddress": _address(),
    }
    secondary = _record(world, "contact", assistant, days_ago=80)
    world.links.add("parent", contacts["ada"].id, "secondary", secondary.id)
    return contacts


def _staff(world: ActWorld, user: User) -> None:
    values: JsonObject = {
        "firstName": user.first_name,
        "lastName": user.last_name,
        "fullName": user.display_name,
        "contactType": "User",
        "companyID": "",
        "emailAddress": user.email,
        "businessAddress": _address(),
        "homeAddress": _address(),
    }
    _record(world, "contact", values, days_ago=890, user=user)


def _companies(world: ActWorld, contacts: dict[str, Record]) -> None:
    for name, person, city in (("Sample & Co", "ada", "Springfield"), ("Daw Roofing", "jack", "Austin")):
        values: JsonObject = {"name": name, "address": _address(city=city, country="US")}
        values |= {"billingAddress": _address(), "shippingAddress": _address()}
        company = _record(world, "company", values, days_ago=320)
        contacts[person].values["companyID"] = company.id
        world.links.add("contact", contacts[person].id, "company", company.id)
    group = _record(world, "group", {"name": "Newsletter", "address": _address()}, days_ago=200)
    for person in ("ada", "chloe", "zoe"):
        world.links.add("group", group.id, "contact", contacts[person].id)


def _deal(
    world: ActWorld,
    name: str,
    stage_id: str,
    status: int,
    days_ago: int,
    lines: tuple[tuple[str, str, str], ...],
) -> Record:
    opened = times.wire(world.now() - timedelta(days=days_ago))
    values: JsonObject = {
        "name": name,
        "stage": stage_id,
        "stageId": stage_id,
        "stageStartDate": opened,
        "status": status,
        "probability": world.stages[stage_id].probability,
        "openDate": times.midnight(opened),
        "estimatedCloseDate": times.midnight(times.wire(world.now() + timedelta(days=30))),
        "actualCloseDate": times.NEVER if status == 0 else opened,
        "source": "Walk-in",
    }
    deal = _record(world, "opportunity", values, days_ago=days_ago)
    for line_name, price, quantity in lines:
        line_values: JsonObject = {
            "name": line_name,
            "price": Decimal(price),
            "discount": 0,
            "discountPrice": Decimal(price),
            "quantity": Decimal(quantity),
            "cost": 0,
            "type": "Product",
        }
        line = Record(
            world.new_id(), "line", line_values, {}, deal.manager_id, deal.creator_id, deal.editor_id,
            deal.created_at, deal.edited_at,
        )  # fmt: skip
        deal.lines[line.id] = line
    return deal


def _log(world: ActWorld, contacts: dict[str, Record]) -> None:
    """Leave traces that people made: a call, a note, an open task."""
    vera, jack = contacts["vera"].id, contacts["jack"].id
    start = times.wire(world.now() - timedelta(days=39))
    call = _record(
        world,
        "history",
        {
            "regarding": "Asked for a quote",
            "details": "<p>Wants it <b>before</b> April &amp; in blue.</p>",
            "historyTypeID": 1,
            "startTime": start,
            "endTime": start,
        },
        days_ago=39,
    )
    world.links.add("history", call.id, "contact", vera)
    note = _record(
        world, "note", {"noteText": "Prefers e-mail.", "noteTypeID": 100, "displayDate": start}, days_ago=39
    )
    world.links.add("note", note.id, "contact", vera)
    due = times.wire(world.now() + timedelta(days=2))
    pat = next(user for user in world.users.values() if user.first_name == "Pat")
    task = _record(
        world,
        "task",
        {
            "subject": "Call back about the survey",
            "details": "Ask for photos.",
            "activityTypeId": 0,
            "activityPriorityId": 1,
            "startTime": due,
            "endTime": due,
            "scheduledForId": pat.id,
            "leadMinutes": 0,
        },
        days_ago=5,
        user=pat,
    )
    world.links.add("task", task.id, "contact", jack)


def _payment_tables(world: ActWorld) -> None:
    for name, fields in _PAYMENT_TABLES.items():
        new_table(world, world.sync_user, name=name, display_name=name, parents=["Contacts", "Opportunities"])
        for label, type_name in fields:
            new_column(world, name, label=label, type_name=type_name)
    new_column(world, "opportunity", label="Currency", type_name="Character")

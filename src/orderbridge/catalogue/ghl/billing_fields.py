"""Fields that invoices, estimates, schedules and templates share, and the customer's details that they want."""

from __future__ import annotations

from orderbridge.catalogue.context import ActionContext
from orderbridge.catalogue.fields import (
    Fields,
    choice,
    flag,
    group,
    money,
    number,
    record_id,
    rows,
    text,
    texts,
)
from orderbridge.catalogue.published.calls import find
from orderbridge.catalogue.published.request import prepare
from orderbridge.core.errors import HeldError
from orderbridge.core.jsonio import JsonObject

_ADDRESS = {
    "address_line1": text("First line."),
    "address_line2": text("Second line."),
    "city": text("City."),
    "state": text("State or province."),
    "country_code": text("Two letters."),
    "postal_code": text("Postal code."),
}
BUSINESS = group(
    "Who sells; left out, HighLevel shows what the location's settings say.",
    {
        "name": text("Name."),
        "phone_no": text("Phone number."),
        "website": text("Web site."),
        "logo_url": text("Where the logo lies."),
        "address": group("Where it is.", _ADDRESS),
        "custom_values": texts("Further lines."),
    },
)
CONTACT = group(
    "Who pays, as it stands on the document.",
    {
        "id": record_id("The contact."),
        "name": text("Name."),
        "phone_no": text("Phone number."),
        "email": text("E-mail address."),
        "company_name": text("Company."),
        "additional_emails": rows("Further addresses.", {"email": text("E-mail address.", required=True)}),
        "custom_fields": texts("Further lines."),
        "address": group("Where they live.", _ADDRESS),
    },
)
_ITEM: Fields = {
    "name": text("What is sold.", required=True, minLength=1),
    "description": text("What people read below it."),
    "amount": money("Price of one piece; HighLevel takes none below 0.", required=True, minimum=0),
    "qty": number("How many pieces.", required=True, exclusiveMinimum=0),
    "currency": text("Three letters, the same as the document's.", required=True),
    "product_id": record_id("The product, where it is one of the catalogue."),
    "price_id": record_id("Its price."),
    "type": choice("Whether it is paid once or again and again.", ["one_time", "recurring"]),
    "taxes": rows(
        "Taxes, as another document of the location shows them: no call lists them.",
        {
            "_id": record_id("The tax.", required=True),
            "name": text("Its name.", required=True),
            "rate": number("Percent.", required=True),
            "calculation": choice("Always on top.", ["exclusive"]),
            "description": text("Free text."),
            "taxId": text("The business's tax number."),
        },
    ),
    "tax_inclusive": flag("Whether the price contains the taxes."),
    "automatic_tax_category_id": text("For taxes that HighLevel works out."),
    "is_setup_fee_item": flag("Whether it is the first fee of a subscription."),
}
NAME = text("Its name; a good place for your own reference.", minLength=1)
CURRENCY = text("Three letters, such as USD.", minLength=3, maxLength=3)
ITEMS = rows("What is sold.", _ITEM, minItems=1)
DISCOUNT = group(
    "Taken off the whole document, spread over every line in proportion, also over a line that carries tax.",
    {
        "type": choice("Percent, or an amount.", ["percentage", "fixed"], required=True),
        "value": money("How much.", minimum=0),
        "valid_on_product_ids": texts("Only for these products."),
    },
)
NO_DISCOUNT: JsonObject = {"type": "percentage", "value": 0}
LIVE = flag("Whether it is of the live mode; left out, it is unless your connections are for tests.")
CONTACT_ID = record_id(
    "Who pays; HighLevel puts nobody on a document who has no name, phone number or e-mail address.",
    sent=False,
)


async def customer(ctx: ActionContext, contact_id: str, *, what: str) -> JsonObject:
    """Return ``contactDetails`` and ``sentTo`` of a contact, as documents want them.

    Raises:
        HeldError: The contact lacks something that HighLevel demands there.
    """
    call = find("ghl", "GET /contacts/{contactId}")
    answer = await prepare(call, ctx, {"contactId": contact_id}).send(ctx)
    contact: JsonObject = answer.get("contact") or answer
    names = (contact.get("firstName"), contact.get("lastName"))
    name = " ".join(filter(None, names)) or contact.get("companyName")
    phone, email = contact.get("phone"), contact.get("email")
    missing = [
        word
        for word, item in (("name", name), ("phone number", phone), ("e-mail address", email))
        if not item
    ]
    if missing:
        raise HeldError(
            f"{what}: contact {contact_id} has no {', no '.join(missing)}, and HighLevel puts nobody on an invoice or "
            "estimate without; add it to the contact there and repeat this. Nothing was created",
            cause="contact.incomplete",
        )
    details = {"id": contact_id, "name": name, "phoneNo": phone, "email": email}
    if contact.get("companyName"):
        details["companyName"] = contact["companyName"]
    return {"contactDetails": details, "sentTo": {"email": [email], "phoneNo": [phone]}}

"""What may be sent for invoices and estimates; unknown keys are refused at every depth listed here."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from orderbridge.emulators.ghl.routes.queries import LOCATION
from orderbridge.emulators.ghl.validation import (
    Shape,
    an_object,
    anything,
    boolean,
    date,
    list_of,
    number,
    one_of,
    text,
)

_ADDRESS = Shape(
    addressLine1=text, addressLine2=text, city=text, state=text, countryCode=text, postalCode=text
)


def _not_negative(value: Any, name: str, errors: list[str]) -> None:
    number(value, name, errors)
    if isinstance(value, int | Decimal) and value < 0:
        errors.append(f"{name} must not be less than 0")


def _above_zero(value: Any, name: str, errors: list[str]) -> None:
    number(value, name, errors)
    if isinstance(value, int | Decimal) and value <= 0:
        errors.append(f"{name} must be a positive number")


BUSINESS = Shape(
    logoUrl=text, name=text, phoneNo=text, address=_ADDRESS, website=text, customValues=list_of(anything)
)
CONTACT = Shape(
    required="id name phoneNo email",
    id=text,
    name=text,
    phoneNo=text,
    email=text,
    additionalEmails=list_of(Shape(required="email", email=text)),
    companyName=text,
    address=_ADDRESS,
    customFields=list_of(anything),
)
ITEM = Shape(
    required="name currency amount qty",
    name=text,
    description=text,
    productId=text,
    priceId=text,
    currency=text,
    amount=_not_negative,
    qty=_above_zero,
    taxes=list_of(
        Shape(
            required="_id name rate",
            _id=text,
            name=text,
            rate=number,
            calculation=one_of("exclusive"),
            description=text,
            taxId=text,
        )
    ),
    automaticTaxCategoryId=text,
    isSetupFeeItem=boolean,
    type=one_of("one_time", "recurring"),
    taxInclusive=boolean,
)
DISCOUNT = Shape(
    required="type", type=one_of("percentage", "fixed"), value=_not_negative, validOnProductIds=list_of(text)
)
_SENT_TO = Shape(
    required="email",
    email=list_of(text),
    emailCc=list_of(text),
    emailBcc=list_of(text),
    phoneNo=list_of(text),
)

CREATE = Shape(
    required=(
        "altId altType name businessDetails currency items discount contactDetails issueDate sentTo liveMode"
    ),
    altId=text,
    altType=LOCATION,
    name=text,
    businessDetails=BUSINESS,
    currency=text,
    items=list_of(ITEM, filled=True),
    discount=DISCOUNT,
    termsNotes=text,
    title=text,
    contactDetails=CONTACT,
    invoiceNumber=text,
    issueDate=date,
    dueDate=date,
    sentTo=_SENT_TO,
    liveMode=boolean,
    automaticTaxesEnabled=boolean,
    paymentSchedule=an_object,
    lateFeesConfiguration=an_object,
    tipsConfiguration=an_object,
    invoiceNumberPrefix=text,
    paymentMethods=an_object,
    attachments=list_of(an_object),
    miscellaneousCharges=an_object,
)
TEXT2PAY = CREATE.without_required("businessDetails", "discount").extended(
    required="action userId", id=text, includeTermsNote=boolean, action=one_of("draft", "send"), userId=text
)
UPDATE = Shape(
    required="altId altType name currency invoiceItems issueDate dueDate",
    altId=text,
    altType=LOCATION,
    name=text,
    title=text,
    currency=text,
    description=text,
    businessDetails=BUSINESS,
    invoiceNumber=text,
    contactId=text,
    contactDetails=CONTACT,
    termsNotes=text,
    discount=DISCOUNT,
    invoiceItems=list_of(ITEM, filled=True),
    automaticTaxesEnabled=boolean,
    liveMode=boolean,
    issueDate=date,
    dueDate=date,
    paymentSchedule=an_object,
    tipsConfiguration=an_object,
    xeroDetails=an_object,
    invoiceNumberPrefix=text,
    paymentMethods=an_object,
    attachments=list_of(an_object),
    miscellaneousCharges=an_object,
)
ALT_BODY = Shape(required="altId altType", altId=text, altType=LOCATION)
_SEND = Shape(
    required="altId altType userId action liveMode",
    altId=text,
    altType=LOCATION,
    userId=text,
    action=one_of("sms_and_email", "send_manually", "email", "sms"),
    liveMode=boolean,
    sentFrom=Shape(fromName=text, fromEmail=text),
)
SEND = _SEND.extended(autoPayment=an_object)
SEND_ESTIMATE = _SEND.extended(estimateName=text)
RECORD = Shape(
    required="altId altType mode notes",
    altId=text,
    altType=LOCATION,
    mode=one_of("cash", "card", "cheque", "bank_transfer", "other"),
    card=Shape(brand=text, last4=text),
    cheque=Shape(number=text),
    notes=text,
    amount=number,
    meta=an_object,
    paymentScheduleIds=list_of(text),
    fulfilledAt=text,
)
_ESTIMATE_ITEM = ITEM.extended(required="type", attachments=list_of(an_object))
ESTIMATE = Shape(
    required="altId altType name businessDetails currency items discount contactDetails frequencySettings",
    altId=text,
    altType=LOCATION,
    name=text,
    businessDetails=BUSINESS,
    currency=text,
    items=list_of(_ESTIMATE_ITEM, filled=True),
    discount=DISCOUNT,
    termsNotes=text,
    title=text,
    contactDetails=CONTACT,
    estimateNumber=number,
    estimateNumberPrefix=text,
    estimateStatus=text,
    issueDate=date,
    expiryDate=date,
    sentTo=_SENT_TO,
    liveMode=boolean,
    automaticTaxesEnabled=boolean,
    meta=an_object,
    sendEstimateDetails=SEND_ESTIMATE,
    frequencySettings=Shape(required="enabled", enabled=boolean, schedule=an_object),
    userId=text,
    attachments=list_of(an_object),
    autoInvoice=Shape(required="enabled", enabled=boolean, directPayments=boolean),
    miscellaneousCharges=an_object,
    paymentScheduleConfig=an_object,
)
TEMPLATE_CHANGES = Shape(
    required="altId altType name businessDetails currency items",
    altId=text,
    altType=LOCATION,
    internal=boolean,
    name=text,
    businessDetails=BUSINESS,
    currency=text,
    items=list_of(ITEM, filled=True),
    discount=DISCOUNT,
    termsNotes=text,
    title=text,
    miscellaneousCharges=an_object,
)
TEMPLATE = TEMPLATE_CHANGES.extended(
    automaticTaxesEnabled=boolean,
    tipsConfiguration=an_object,
    lateFeesConfiguration=an_object,
    invoiceNumberPrefix=text,
    paymentMethods=an_object,
    attachments=list_of(an_object),
)
_RULE = Shape(
    required="intervalType interval startDate",
    intervalType=one_of("yearly", "monthly", "weekly", "daily", "hourly", "minutely", "secondly"),
    interval=number,
    startDate=text,
    startTime=text,
    endDate=text,
    endTime=text,
    dayOfMonth=number,
    dayOfWeek=one_of("mo", "tu", "we", "th", "fr", "sa", "su"),
    numOfWeek=number,
    monthOfYear=text,
    count=number,
    daysBefore=number,
    useStartAsPrimaryUserAccepted=boolean,
    endType=text,
)
SCHEDULE_CHANGES = Shape(
    required="altId altType name contactDetails schedule liveMode businessDetails currency items discount",
    altId=text,
    altType=LOCATION,
    name=text,
    contactDetails=CONTACT,
    schedule=Shape(executeAt=text, rrule=_RULE),
    liveMode=boolean,
    businessDetails=BUSINESS,
    currency=text,
    items=list_of(ITEM, filled=True),
    discount=DISCOUNT,
    termsNotes=text,
    title=text,
    attachments=list_of(an_object),
    miscellaneousCharges=an_object,
)
SCHEDULE = SCHEDULE_CHANGES.extended(
    automaticTaxesEnabled=boolean,
    tipsConfiguration=an_object,
    lateFeesConfiguration=an_object,
    invoiceNumberPrefix=text,
    paymentMethods=an_object,
)
BEGIN = ALT_BODY.extended(required="liveMode", liveMode=boolean, autoPayment=an_object)
TO_INVOICE = ALT_BODY.extended(required="markAsInvoiced", markAsInvoiced=boolean, version=one_of("v1", "v2"))

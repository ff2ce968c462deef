"""The names of HighLevel's webhook events, and what kind of record each is about.

There is none for transactions, refunds, subscriptions, fulfilments, estimates and coupons: those are polled.

Source: HighLevel API notes, section 9.5, and the published samples.
"""

from __future__ import annotations

_EVENTS_OF_KIND = {
    "app": "INSTALL UNINSTALL PLAN_CHANGE",
    "order": "OrderCreate OrderStatusUpdate",
    "invoice": "InvoiceCreate InvoiceUpdate InvoiceSent InvoicePartiallyPaid InvoicePaid InvoiceVoid "
    "InvoiceDelete",
    "product": "ProductCreate ProductUpdate ProductDelete",
    "price": "PriceCreate PriceUpdate PriceDelete",
    "contact": "ContactCreate ContactUpdate ContactDelete ContactTagUpdate ContactDndUpdate",
    "opportunity": "OpportunityCreate OpportunityUpdate OpportunityDelete OpportunityStageUpdate "
    "OpportunityStatusUpdate OpportunityMonetaryValueUpdate OpportunityAssignedToUpdate",
    "record": "RecordCreate RecordUpdate RecordDelete",
    "relation": "RelationCreate RelationDelete",
    "association": "AssociationCreate AssociationUpdate AssociationDelete",
    "object_schema": "ObjectSchemaCreate ObjectSchemaUpdate",
    "location": "LocationCreate LocationUpdate",
    "user": "UserCreate UserUpdate UserDelete",
    "note": "NoteCreate NoteUpdate NoteDelete",
    "task": "TaskCreate TaskComplete TaskDelete",
    "appointment": "AppointmentCreate AppointmentUpdate AppointmentDelete",
    "campaign": "CampaignStatusUpdate",
    "conversation": "ConversationUnreadUpdate",
    "message": "InboundMessage OutboundMessage ProviderOutboundMessage",
    "email_statistics": "LCEmailStats",
}

KIND_OF_EVENT = {event: kind for kind, events in _EVENTS_OF_KIND.items() for event in events.split()}
KNOWN_EVENTS = frozenset(KIND_OF_EVENT)

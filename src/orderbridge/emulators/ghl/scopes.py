"""Which kind of token and which scope each emulated operation wants.

The facts of HighLevel's own OpenAPI descriptions (equal under 2021-07-28 and v3); a contract test
compares this table with them where they are at hand.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Need:
    """What one operation asks of a token.

    Attributes:
        kinds: ``location``, ``agency`` or ``any``; empty where no token is needed.
        scope: The scope's name; None where none is declared.
    """

    kinds: frozenset[str]
    scope: str | None


# method, path, kinds of token, scope
_TABLE = """
POST /payments/integrations/provider/whitelabel location payments/integration.write
GET /payments/integrations/provider/whitelabel location payments/integration.readonly
GET /payments/orders location payments/orders.readonly
GET /payments/orders/{orderId} location payments/orders.readonly
POST /payments/orders/{orderId}/record-payment location payments/orders.collectPayment
POST /payments/orders/{orderId}/fulfillments location payments/orders.write
GET /payments/orders/{orderId}/fulfillments location payments/orders.readonly
GET /payments/orders/{orderId}/notes location
GET /payments/transactions location payments/transactions.readonly
GET /payments/transactions/{transactionId} location payments/transactions.readonly
GET /payments/subscriptions location payments/subscriptions.readonly
GET /payments/subscriptions/{subscriptionId} location payments/subscriptions.readonly
GET /payments/coupon/list location payments/coupons.readonly
POST /payments/coupon location payments/coupons.write
PUT /payments/coupon location payments/coupons.write
DELETE /payments/coupon location payments/coupons.write
GET /payments/coupon location payments/coupons.readonly
POST /payments/custom-provider/provider location payments/custom-provider.write
DELETE /payments/custom-provider/provider location payments/custom-provider.write
GET /payments/custom-provider/connect location payments/custom-provider.readonly
POST /payments/custom-provider/connect location payments/custom-provider.write
POST /payments/custom-provider/disconnect location payments/custom-provider.write
PUT /payments/custom-provider/capabilities location payments/custom-provider.write
POST /invoices/template location+agency invoices/template.write
GET /invoices/template location+agency invoices/template.readonly
GET /invoices/template/{templateId} location+agency invoices/template.readonly
PUT /invoices/template/{templateId} location+agency invoices/template.write
DELETE /invoices/template/{templateId} location+agency invoices/template.write
POST /invoices/schedule location+agency invoices/schedule.write
GET /invoices/schedule location+agency invoices/schedule.readonly
GET /invoices/schedule/{scheduleId} location+agency invoices/schedule.readonly
PUT /invoices/schedule/{scheduleId} location+agency invoices/schedule.write
DELETE /invoices/schedule/{scheduleId} location+agency invoices/schedule.write
POST /invoices/schedule/{scheduleId}/schedule location+agency invoices/schedule.write
POST /invoices/schedule/{scheduleId}/cancel location+agency invoices/schedule.write
POST /invoices/text2pay location invoices.write
GET /invoices/generate-invoice-number location+agency invoices.readonly
GET /invoices/settings location+agency invoices.readonly
GET /invoices/{invoiceId} location+agency invoices.readonly
PUT /invoices/{invoiceId} location+agency invoices.write
DELETE /invoices/{invoiceId} location+agency invoices.write
POST /invoices/{invoiceId}/void location+agency invoices.write
POST /invoices/{invoiceId}/send location+agency invoices.write
POST /invoices/{invoiceId}/record-payment location+agency invoices.write
POST /invoices/estimate location+agency invoices/estimate.write
PUT /invoices/estimate/{estimateId} location+agency invoices/estimate.write
DELETE /invoices/estimate/{estimateId} location+agency invoices/estimate.write
GET /invoices/estimate/number/generate location+agency invoices/estimate.readonly
POST /invoices/estimate/{estimateId}/send location+agency invoices/estimate.write
POST /invoices/estimate/{estimateId}/invoice location+agency invoices/estimate.write
GET /invoices/estimate/list location+agency invoices/estimate.readonly
POST /invoices/ location+agency invoices.write
GET /invoices/ location+agency invoices.readonly
POST /products/{productId}/price location+agency products/prices.write
GET /products/{productId}/price location+agency products/prices.readonly
GET /products/{productId}/price/{priceId} location+agency products/prices.readonly
PUT /products/{productId}/price/{priceId} location+agency products/prices.write
DELETE /products/{productId}/price/{priceId} location+agency products/prices.write
GET /products/inventory location+agency products/prices.readonly
POST /products/inventory location+agency products/prices.write
GET /products/collections location products/collection.readonly
POST /products/collections location products/collection.write
GET /products/collections/{collectionId} location products/collection.readonly
PUT /products/collections/{collectionId} location products/collection.write
DELETE /products/collections/{collectionId} location products/collection.write
GET /products/{productId} location+agency products.readonly
DELETE /products/{productId} location+agency products.write
PUT /products/{productId} location+agency products.write
POST /products/ location+agency products.write
GET /products/ location+agency products.readonly
POST /contacts/search any contacts.readonly
GET /contacts/search/duplicate any contacts.readonly
POST /contacts/{contactId}/tags any contacts.write
DELETE /contacts/{contactId}/tags any contacts.write
POST /contacts/{contactId}/followers any contacts.write
DELETE /contacts/{contactId}/followers any contacts.write
POST /locations/{locationId}/tasks/search any locations/tasks.readonly
GET /contacts/{contactId}/tasks any contacts.readonly
POST /contacts/{contactId}/tasks any contacts.write
GET /contacts/{contactId}/tasks/{taskId} any contacts.readonly
PUT /contacts/{contactId}/tasks/{taskId} any contacts.write
DELETE /contacts/{contactId}/tasks/{taskId} any contacts.write
PUT /contacts/{contactId}/tasks/{taskId}/completed any contacts.write
GET /contacts/{contactId}/notes any contacts.readonly
POST /contacts/{contactId}/notes any contacts.write
GET /contacts/{contactId}/notes/{id} any contacts.readonly
PUT /contacts/{contactId}/notes/{id} any contacts.write
DELETE /contacts/{contactId}/notes/{id} any contacts.write
GET /contacts/{contactId} any contacts.readonly
PUT /contacts/{contactId} any contacts.write
DELETE /contacts/{contactId} any contacts.write
POST /contacts/upsert any contacts.write
POST /contacts/ any contacts.write
GET /contacts/ any contacts.readonly
GET /opportunities/lost-reason any opportunities.readonly
GET /opportunities/search any opportunities.readonly
POST /opportunities/search any opportunities.readonly
GET /opportunities/pipelines any opportunities.readonly
GET /opportunities/{id} any opportunities.readonly
DELETE /opportunities/{id} any opportunities.write
PUT /opportunities/{id} any opportunities.write
PUT /opportunities/{id}/status any opportunities.write
POST /opportunities/ any opportunities.write
GET /locations/search location+agency locations.readonly
GET /locations/{locationId} location+agency locations.readonly
GET /locations/{locationId}/tags any locations/tags.readonly
POST /locations/{locationId}/tags any locations/tags.write
GET /locations/{locationId}/tags/{tagId} any
PUT /locations/{locationId}/tags/{tagId} any
DELETE /locations/{locationId}/tags/{tagId} any
GET /locations/{locationId}/customValues any locations/customValues.readonly
POST /locations/{locationId}/customValues any locations/customValues.write
GET /locations/{locationId}/customValues/{id} any
PUT /locations/{locationId}/customValues/{id} any
DELETE /locations/{locationId}/customValues/{id} any
GET /locations/{locationId}/customFields any locations/customFields.readonly
POST /locations/{locationId}/customFields any locations/customFields.write
GET /locations/{locationId}/customFields/{id} any
PUT /locations/{locationId}/customFields/{id} any
DELETE /locations/{locationId}/customFields/{id} any
POST /oauth/token none
POST /oauth/locationToken agency oauth.write
GET /oauth/installedLocations agency oauth.readonly
POST /oauth/location-token agency oauth.write
GET /oauth/installed-locations agency oauth.readonly
PUT /businesses/{businessId} any businesses.write
DELETE /businesses/{businessId} any businesses.write
GET /businesses/{businessId} any businesses.readonly
GET /businesses/ any businesses.readonly
POST /businesses/ any businesses.write
GET /users/search location+agency users.readonly
GET /users/{userId} location+agency users.readonly
GET /users/ location users.readonly
GET /objects/ any objects/schema.readonly
GET /objects/{key} any objects/schema.readonly
POST /objects/{schemaKey}/records any objects/record.write
POST /objects/{schemaKey}/records/search any objects/record.readonly
GET /objects/{schemaKey}/records/{id} any
PUT /objects/{schemaKey}/records/{id} any
DELETE /objects/{schemaKey}/records/{id} any
GET /associations/ any associations.readonly
GET /associations/{associationId} any associations.readonly
POST /associations/relations any associations/relation.write
GET /associations/relations/{recordId} any associations/relation.readonly
DELETE /associations/relations/{relationId} any associations/relation.write
"""


def _parsed() -> dict[tuple[str, str], Need]:
    needs: dict[tuple[str, str], Need] = {}
    for line in _TABLE.strip().splitlines():
        method, path, kinds, *scope = line.split()
        allowed = frozenset() if kinds == "none" else frozenset(kinds.split("+"))
        needs[method, path] = Need(allowed, scope[0] if scope else None)
    return needs


NEEDS: dict[tuple[str, str], Need] = _parsed()

ALL_SCOPES: tuple[str, ...] = tuple(sorted({need.scope for need in NEEDS.values() if need.scope}))

# Scopes that cannot be ticked for a Private Integration Token.
OAUTH_ONLY_SCOPES = frozenset({"oauth.readonly", "oauth.write"})

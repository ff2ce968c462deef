from orderbridge.catalogue.comparing import same
from orderbridge.catalogue.fields import as_written, cut, group, on_the_wire, rows, text, texts
from orderbridge.catalogue.names import to_ours, to_theirs

ITEMS = rows("Items.", {"name": text("Name."), "price_id": text("Price."), "tags": texts("Tags.")})


def test_what_a_schema_does_not_know_is_cut_at_every_depth() -> None:
    shown = [{"id": "1", "name": "Vase", "price_id": "p", "tags": ["a"], "created_at": "now"}]

    assert cut(ITEMS.schema, shown) == [{"name": "Vase", "price_id": "p", "tags": ["a"]}]
    assert cut(group("Whole.", {"items": ITEMS}).schema, {"items": shown, "total": 1}) == {
        "items": [{"name": "Vase", "price_id": "p", "tags": ["a"]}]
    }


def test_an_object_whose_keys_are_the_owners_is_not_cut() -> None:
    assert cut({"type": "object"}, {"anything": 1}) == {"anything": 1}


def test_what_only_the_operation_uses_is_not_sent_and_what_is_packed_is_sent_in_its_shape() -> None:
    fields = {
        "note_id": text("Only for us.", sent=False),
        "tags": texts("Tags.", normal=lambda tags: [tag.lower() for tag in tags]),
        "values": text("Values.", packed=lambda value: [{"id": value}]),
    }
    given = as_written(fields, {"note_id": "n", "tags": ["VIP"], "values": "v"})

    assert on_the_wire(fields, given) == {"tags": ["vip"], "values": [{"id": "v"}]}


def test_taxes_go_back_as_they_came() -> None:
    item = {"_id": "1", "unitPrice": 2, "taxes": [{"_id": "t", "taxId": "AT1"}]}

    ours = to_ours(item)

    assert ours == {"id": "1", "unit_price": 2, "taxes": [{"_id": "t", "taxId": "AT1"}]}
    assert to_theirs(ours)["taxes"] == item["taxes"]


def test_an_address_is_the_same_whatever_its_case_and_another_text_is_not() -> None:
    assert same("ada@example.com", "Ada@Example.com ")
    assert not same("vip", "VIP")

"""Signing in, the call budget, planned faults and batches on the Act! twin."""

from __future__ import annotations

import re

import pytest
from act_twin_calls import Twin

from orderbridge.core.jsonio import decode
from orderbridge.emulators.act.answers import Answer
from orderbridge.emulators.act.faults import ActFaults, names


@pytest.fixture
def twin() -> Twin:
    return Twin()


def post_deal(name: str = "B") -> tuple[str, str, str]:
    return ("POST", "/act.web.api/api/opportunities", f'{{"name":"{name}","sourceId":"{name}"}}')


def batch(twin: Twin, *requests: tuple[str, str, str], host: str = "Host: localhost\r\n") -> Answer:
    parts = [
        "--batch_1\r\nContent-Type: application/http; msgtype=request\r\n\r\n"
        f"{method} {path} HTTP/1.1\r\n{host}Content-Type: application/json\r\n\r\n{body}\r\n"
        for method, path, body in requests
    ]
    headers = twin.headers | {"content-type": 'multipart/mixed; boundary="batch_1"'}
    return twin.send(
        "POST", "/api/$batch", headers=headers, raw=("".join(parts) + "--batch_1--\r\n").encode()
    )


def statuses(answer: Answer) -> list[int]:
    return [int(status) for status in re.findall(rb"^HTTP/1\.1 (\d+)", answer.body, re.MULTILINE)]


def test_the_token_is_bare_text_that_looks_like_a_jwt(twin: Twin) -> None:
    headers = {"authorization": twin.basic(), "act-database-name": twin.world.database}
    answer = twin.send("GET", "/authorize", headers=headers)
    assert (answer.status, answer.content_type, answer.body.count(b".")) == (200, "text/html", 2)
    twin.world.faults.token_format = "quoted"
    assert twin.send("GET", "/authorize", headers=headers).body.startswith(b'"')


@pytest.mark.parametrize("wrong", ["user", "password", "database"])
def test_wrong_user_password_and_database_look_the_same(twin: Twin, wrong: str) -> None:
    basic = twin.basic(**{wrong: "x"}) if wrong != "database" else twin.basic()
    database = "x" if wrong == "database" else twin.world.database
    answer = twin.send("GET", "/authorize", headers={"authorization": basic, "act-database-name": database})
    assert (answer.status, answer.body, answer.content_type) == (401, b"", None)


def test_a_token_buys_a_fresh_token_and_ends_after_its_hour(twin: Twin) -> None:
    twin.clock.advance(3599)
    assert twin.send("GET", "/authorize").status == 200
    twin.clock.advance(1)
    assert twin.refused("GET", "/api/contacts") == 401
    twin.sign_in()
    assert twin.get("/api/contacts")


def test_expire_tokens_makes_every_token_invalid_once(twin: Twin) -> None:
    twin.world.faults.set("expire_tokens", True)
    assert twin.refused("GET", "/api/contacts") == 401
    twin.sign_in()
    assert twin.get("/api/contacts")


def test_the_database_is_checked_on_every_call_or_only_at_sign_in(twin: Twin) -> None:
    token_only = {"authorization": twin.headers["authorization"]}
    assert twin.send("GET", "/api/contacts", headers=token_only).status == 401
    twin.world.faults.database_check = "optional_after_token"
    assert twin.send("GET", "/api/contacts", headers=token_only).status == 200
    other = token_only | {"act-database-name": "other"}
    assert twin.send("GET", "/api/contacts", headers=other).status == 401


def test_missing_credentials_are_a_401_or_a_500_with_a_stack_trace(twin: Twin) -> None:
    assert twin.send("GET", "/api/contacts", headers={}).status == 401
    twin.world.faults.missing_credentials = 500
    answer = twin.send("GET", "/api/contacts", headers={})
    assert answer.status == 500
    assert decode(answer.body)["exceptionType"] == "System.NullReferenceException"


def test_without_web_api_access_signing_in_is_a_403_with_the_vendors_code(twin: Twin) -> None:
    twin.world.faults.permissions_removed = ["Web API Access"]
    headers = {"authorization": twin.basic(), "act-database-name": twin.world.database}
    answer = twin.send("GET", "/authorize", headers=headers)
    assert (answer.status, b"4032" in answer.body) == (403, True)


def test_paths_match_in_any_case_and_system_is_open_to_all(twin: Twin) -> None:
    assert twin.get("/API/hIsToRy-types")
    answer = twin.send("GET", "/api/system", headers={})
    assert answer.status == 200
    assert "X-RateLimit-Limit" not in answer.headers


def test_paths_outside_the_api_meet_the_gateway(twin: Twin) -> None:
    answer = twin.send("GET", "/swagger/docs/v1")
    assert answer.status == 403
    assert b"Invalid key=value pair" in answer.body
    assert twin.refused("GET", "/api/nothing/here") == 404
    assert twin.refused("PATCH", "/api/contacts") == 405
    assert twin.refused("GET", "/api/calendar/preferences") == 501  # the real API has it, the twin has not


def test_webhooks_do_not_exist_on_cloud(twin: Twin) -> None:
    assert twin.refused("GET", "/api/webhooks") == 404
    assert twin.refused("POST", "/api/webhooks", {}) == 404


def test_the_budget_is_told_in_headers_and_ends_in_429(twin: Twin) -> None:
    twin.world.faults.rate_limit_per_minute = 3
    answers = [twin.send("GET", "/api/users") for _ in range(4)]
    assert [a.status for a in answers] == [200, 200, 200, 429]
    assert [a.headers["X-RateLimit-Remaining"] for a in answers] == ["2", "1", "0", "0"]
    assert answers[3].headers["Retry-After"] == "60"
    twin.clock.advance(61)
    assert twin.send("GET", "/api/users").status == 200


@pytest.mark.parametrize("status", [403, 503])
def test_the_throttle_may_answer_otherwise(twin: Twin, status: int) -> None:
    twin.world.faults.rate_limit_per_minute = 0
    twin.world.faults.throttle_answer = status
    answer = twin.send("GET", "/api/users")
    assert (answer.status, answer.headers["X-RateLimit-Remaining"]) == (status, "0")
    assert "Retry-After" not in answer.headers


def test_self_hosted_has_no_headers_and_no_limit(twin: Twin) -> None:
    twin.world.faults.rate_limit_per_minute = 0
    twin.world.faults.rate_limit_headers = False
    answer = twin.send("GET", "/api/users")
    assert (answer.status, answer.headers) == (200, {})


def test_a_batch_runs_its_parts_in_order(twin: Twin) -> None:
    answer = batch(twin, post_deal("one"), ("GET", "/act.web.api/api/nope", ""), post_deal("two"))
    assert (answer.status, statuses(answer)) == (200, [201, 404, 201])
    assert answer.content_type is not None
    assert answer.content_type.startswith("multipart/mixed; boundary=")
    assert answer.body.index(b'"name":"one"') < answer.body.index(b'"name":"two"')
    assert (twin.world.counters.batches, twin.world.counters.batch_parts) == (1, 3)


def test_a_part_without_host_or_outside_the_base_path_fails(twin: Twin) -> None:
    assert batch(twin, post_deal(), host="").status == 400
    assert statuses(batch(twin, ("GET", "/api/contacts", ""))) == [404]


@pytest.mark.parametrize("raw", [b"", b"--batch_1\r\n", b"no parts at all", b"--batch_1\r\nX: y\r\n\r\n\r\n"])
def test_a_malformed_batch_is_a_400(twin: Twin, raw: bytes) -> None:
    headers = twin.headers | {"content-type": "multipart/mixed; boundary=batch_1"}
    assert twin.send("POST", "/api/$batch", headers=headers, raw=raw).status == 400


def test_a_batch_can_be_missing(twin: Twin) -> None:
    twin.world.faults.batch = "404"
    assert batch(twin, post_deal()).status == 404
    twin.world.faults.batch = "500"
    assert batch(twin, post_deal()).status == 500


@pytest.mark.parametrize(("counts", "calls"), [(True, 4), (False, 1)])
def test_parts_count_against_the_budget_or_not(twin: Twin, counts: bool, calls: int) -> None:
    twin.world.faults.batch_counts_parts = counts
    before = twin.world.window_calls
    batch(twin, post_deal(), post_deal(), post_deal())
    assert twin.world.window_calls - before == calls


def test_a_fault_strikes_parts_of_a_batch_one_by_one(twin: Twin) -> None:
    twin.world.faults.set(
        "error_500_after_write", {"count": 1, "match": "POST /api/opportunities", "skip": 1}
    )
    assert statuses(batch(twin, post_deal("a"), post_deal("b"), post_deal("c"))) == [201, 500, 201]
    assert len(twin.where("/api/opportunities", "sourceId eq 'b'")) == 1


def test_a_dropped_part_drops_the_whole_batch(twin: Twin) -> None:
    twin.world.faults.set("drop_after_write", {"count": 1, "match": "POST /api/opportunities"})
    assert batch(twin, post_deal("a"), post_deal("b")).drop is True
    assert len(twin.where("/api/opportunities", "sourceId eq 'a'")) == 1
    assert twin.where("/api/opportunities", "sourceId eq 'b'") == []


def test_error_500_before_does_nothing_and_counts_down(twin: Twin) -> None:
    twin.world.faults.set("error_500_before", {"count": 1, "match": "POST /api/opportunities"})
    body = {"name": "x", "sourceId": "s"}
    assert twin.refused("POST", "/api/opportunities", body) == 500
    assert twin.where("/api/opportunities", "sourceId eq 's'") == []
    assert twin.post("/api/opportunities", body)


def test_error_500_after_write_does_the_write(twin: Twin) -> None:
    twin.world.faults.set("error_500_after_write", 1)
    twin.get("/api/users")  # reading is no write
    assert twin.refused("POST", "/api/opportunities", {"name": "x", "sourceId": "s"}) == 500
    assert len(twin.where("/api/opportunities", "sourceId eq 's'")) == 1


def test_drop_after_write_does_the_write(twin: Twin) -> None:
    deal = twin.deal()
    match = "POST /api/opportunities/{opportunityId}/products"
    twin.world.faults.set("drop_after_write", {"count": 1, "match": match, "hang_s": 2})
    answer = twin.send("POST", f"/api/opportunities/{deal['id']}/products", {"name": "P", "price": 1})
    assert (answer.drop, answer.hang_s) == (True, 2.0)
    assert len(twin.get(f"/api/opportunities/{deal['id']}/products")) == 1


def test_throttle_429_strikes_the_next_requests(twin: Twin) -> None:
    twin.world.faults.set("throttle_429", {"count": 2, "retry_after_s": 7})
    answers = [twin.send("GET", "/api/users") for _ in range(3)]
    assert [a.status for a in answers] == [429, 429, 200]
    assert answers[0].headers["Retry-After"] == "7"


def test_html_errors_and_a_locked_database(twin: Twin) -> None:
    twin.world.faults.set("html_error", 1)
    answer = twin.send("GET", "/api/users")
    assert (answer.status, answer.body[:9]) == (500, b"<!DOCTYPE")
    twin.world.faults.set("database_locked", True)
    assert [twin.send("GET", "/api/users").status for _ in range(3)] == [503] * 3
    twin.world.faults.set("database_locked", False)
    assert twin.send("GET", "/api/users").status == 200


def test_fields_are_dropped_or_altered_with_success(twin: Twin) -> None:
    twin.world.faults.ignore_fields = ["sourceId", "user1"]
    twin.world.faults.rewrite_fields = {"name": "upper"}
    deal = twin.deal(name="quiet", sourceId="s")
    assert (deal["name"], deal["sourceId"]) == ("QUIET", None)
    contact = twin.post("/api/contacts", {"firstName": "x", "customFields": {"user1": "a", "user2": "b"}})
    assert (contact["customFields"]["user1"], contact["customFields"]["user2"]) == (None, "b")


def test_an_amount_can_be_altered_by_a_cent(twin: Twin) -> None:
    twin.world.faults.rewrite_fields = {"price": "plus_cent"}
    assert str(twin.line(twin.deal(), price=10)["price"]) == "10.01"


def test_every_switch_of_the_notes_has_its_default() -> None:
    faults = ActFaults()
    expected = {
        "envelope": "array",
        "opportunity_status": "integer",
        "token_format": "bare",
        "token_lifetime_s": 3600,
        "database_check": "strict",
        "rate_limit_headers": True,
        "rate_limit_per_minute": 100,
        "throttle_answer": 429,
        "webhooks": False,
        "unlisted_odata": 400,
        "default_page_rows": 100,
        "unstable_skip": False,
        "patch_without_id": "empty_400",
        "history_attribution": "ignored",
        "task_id": "guid_and_date",
        "open_close_date": "sentinel",
        "line_item_put": "full_discount",
        "bad_item_number": "poison",
        "metadata_without_fields": "empty",
        "hidden_rows": 404,
        "missing_credentials": 401,
        "unknown_custom_field": "ignored",
        "read_only_field": "ignored",
        "delete_by_non_manager": 403,
    }
    assert {name: getattr(faults, name) for name in expected} == expected
    assert set(expected) < set(names())


@pytest.mark.parametrize(
    ("switch", "value", "seen"),
    [("open_close_date", "null", None), ("open_close_date", "sentinel", "9999-12-31T00:00:00+00:00")],
)
def test_the_close_date_of_an_open_deal_is_a_sentinel_or_null(
    twin: Twin, switch: str, value: str, seen: str | None
) -> None:
    twin.world.faults.set(switch, value)
    assert twin.deal()["actualCloseDate"] == seen


def test_task_ids_can_be_plain(twin: Twin) -> None:
    twin.world.faults.task_id = "guid"
    task = twin.get("/api/tasks")[0]
    assert task["id"] == task["seriesID"]
    assert twin.get(f"/api/tasks/{task['id']}") == task


def test_other_managers_rows_can_be_deleted_where_the_switch_says_so(twin: Twin) -> None:
    twin.world.faults.delete_by_non_manager = 204
    twin.delete(f"/api/contacts/{twin.contact()['id']}")


def test_hidden_rows_can_be_a_403_and_bad_item_numbers_a_400(twin: Twin) -> None:
    twin.world.faults.hidden_rows = 403
    twin.world.faults.bad_item_number = "400"
    deal, record = twin.deal(), next(iter(twin.world.opportunities))
    record.values["isPrivate"] = True
    assert twin.refused("GET", f"/api/opportunities/{record.id}") == 403
    assert twin.refused("POST", f"/api/opportunities/{deal['id']}/products", {"itemNumber": 5}) == 400


@pytest.mark.parametrize("value", ["x", {"times": 3}, [1]])
def test_a_fault_refuses_a_value_that_does_not_fit(value: object) -> None:
    with pytest.raises(ValueError, match="error_500_before takes"):
        ActFaults().set("error_500_before", value)

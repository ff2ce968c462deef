"""The address of a database as people write it and as programs want it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import make_url

from orderbridge.store.address import Address

WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)


@given(user=WORDS, password=WORDS, database=WORDS)
def test_whatever_a_password_holds_it_arrives_and_is_not_shown(
    user: str, password: str, database: str
) -> None:
    address = Address.of(user=user, password=password, host="127.0.0.1", port=5433, database=database)
    read = make_url(address.with_driver("asyncpg"))
    assert (read.username, read.password, read.database, read.port) == (user, password, database, 5433)
    assert address.password == password
    open_one = make_url(address.without_password)
    assert (open_one.username, open_one.password, open_one.database) == (user, None, database)
    shown = make_url(str(address))
    assert (shown.username, shown.password) == (user, "***")
    assert address.url not in repr(address)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("postgresql+asyncpg://a:b@db.example.com/shop", "postgresql://a:***@db.example.com/shop"),
        ("postgres://a@db.example.com:6432/shop?sslmode=require", "postgresql://a@db.example.com:6432/shop?sslmode=require"),
        ("postgresql://db.example.com/shop", "postgresql://db.example.com/shop"),
        ("postgresql://a:p%40:x@[::1]:5432/shop", "postgresql://a:***@[::1]:5432/shop"),
        ("postgresql:///shop?host=/run/postgresql", "postgresql:///shop?host=/run/postgresql"),
    ],
)  # fmt: skip
def test_an_address_is_shown_as_it_was_written_without_driver_and_password(written: str, shown: str) -> None:
    assert str(Address.parse(written)) == shown

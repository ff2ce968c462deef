"""What is older than our listening is known and not new, to the precision that each side keeps."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from orderbridge.catalogue.reading import is_known, is_touched

SINCE = datetime(2026, 5, 4, 12, 0, 0, 123_456, tzinfo=UTC)


@pytest.mark.parametrize(
    ("system", "made", "known"),
    [
        ("ghl", "2026-05-04T12:00:00.122Z", True),
        ("ghl", "2026-05-04T12:00:00.123Z", False),
        # A full second by chance: it is no less exact for that.
        ("ghl", "2026-05-04T12:00:00.000Z", True),
        ("ghl", "2026-05-04T12:00:01.000Z", False),
        ("act", "2026-05-04T11:59:59Z", True),
        ("act", "2026-05-04T12:00:00Z", False),
    ],
)
def test_what_was_made_before_we_listened_is_known(system: str, made: str, known: bool) -> None:
    assert is_known(system, {"created_at": made}, SINCE) is known
    assert is_touched(system, {"updated_at": made}, SINCE) is not known

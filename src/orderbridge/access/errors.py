"""What somebody who wants in can be told.

```
AccessError              it cannot be done as asked
  NotSignedInError       sign in first
  NotAllowedError        signed in, but not for this
RateLimitedError
  TooManyTriesError      wait before the next try
```
"""

from __future__ import annotations

from orderbridge.core.errors import OrderBridgeError, RateLimitedError


class AccessError(OrderBridgeError):
    """Something about users or passwords cannot be done as asked; the message says what would do."""


class NotSignedInError(AccessError):
    """Nobody has signed in, or not well.

    Attributes:
        first_run: Whether nobody can, because there is no owner yet; None where that was not looked at.
    """

    first_run: bool | None

    def __init__(self, message: str, *, cause: str, first_run: bool | None = None) -> None:
        super().__init__(message, cause=cause)
        self.first_run = first_run


class NotAllowedError(AccessError):
    """Whoever asks may not do this, or does not come from where he should."""


class TooManyTriesError(RateLimitedError):
    """Somebody tried too often; ``retry_after_s`` says when the next try is looked at."""

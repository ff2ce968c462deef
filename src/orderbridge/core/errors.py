"""Errors by who can act on them.

```
OrderBridgeError
  TransientError       the engine retries by itself
    RateLimitedError     the provider said when to come back
    InDoubtError         a write was sent and its answer was lost: look it up before sending again
  ReconnectError       a person reconnects the account
  RejectedError        the provider refused this record: a person decides
    NotFoundError        the record is missing, deleted, or hidden from this user
    BadRecordError       a record from a provider is not what it must be
  HeldError            we refuse to guess: a person decides
  FlowError            the flow's author fixes it
  SetupError           the person who runs this machine fixes it
```

A message says what happened, to which record, what was tried, and what to do next. It never
carries a secret or a payload.
"""

from __future__ import annotations


class OrderBridgeError(Exception):
    """Anything this product raises on purpose.

    Attributes:
        cause: A short stable code of what went wrong (``act.picklist_value_missing``). Equal causes
            are repaired together, so it names no record.
    """

    cause: str

    def __init__(self, message: str, *, cause: str = "unspecified") -> None:
        super().__init__(message)
        self.cause = cause


class TransientError(OrderBridgeError):
    """Nothing is wrong with the record: trying again later is expected to work."""


class RateLimitedError(TransientError):
    """The provider's budget is used up.

    Attributes:
        retry_after_s: Seconds until the provider is expected to accept calls again.
    """

    retry_after_s: float

    def __init__(self, message: str, *, retry_after_s: float, cause: str = "rate_limited") -> None:
        super().__init__(message, cause=cause)
        self.retry_after_s = retry_after_s


class InDoubtError(TransientError):
    """A write was sent and nobody knows whether it was done."""


class ReconnectError(OrderBridgeError):
    """The account does not let us in; work waits until a person reconnects it."""


class RejectedError(OrderBridgeError):
    """The provider refused this record and will refuse it again.

    Attributes:
        status: The HTTP status of the refusal, where there was one.
    """

    status: int | None

    def __init__(self, message: str, *, cause: str = "rejected", status: int | None = None) -> None:
        super().__init__(message, cause=cause)
        self.status = status


class NotFoundError(RejectedError):
    """The record is missing, deleted, or hidden from this user; those look the same."""


class BadRecordError(RejectedError):
    """A record that a provider sent is not what its own documentation says."""


class HeldError(OrderBridgeError):
    """Going on would be a guess, so the record waits for a person's decision."""


class FlowError(OrderBridgeError):
    """The flow asks for something that cannot be done; its author fixes it."""


class SetupError(OrderBridgeError):
    """This machine or its settings prevent the start; the message says what to change."""

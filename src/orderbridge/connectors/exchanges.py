"""What was said between us and a provider: heard call by call while somebody listens, try by try."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from orderbridge.core.clock import Clock

READING = frozenset({"GET", "HEAD"})
# A step that pages through a long list makes many calls; what is further is counted.
MOST_CALLS = 200
_SHORTEST_SECRET = 6


@dataclass(slots=True)
class Message:
    """A body, as it went over the wire.

    Attributes:
        content: JSON as it was decoded, else the text or the raw bytes; None for none.
        size: In bytes.
        content_type: As its sender named it.
    """

    content: Any
    size: int
    content_type: str = ""


@dataclass(slots=True)
class Try:
    """One sending of a call.

    Attributes:
        at: When it began, the waiting for the allowance included.
        waited_s: For the allowance and for a free connection.
        took_s: From the first byte sent to the last one read, or to the end of the waiting for it.
        sent: Whether the waiting was over.
        status: None where no answer came.
        problem: Why none came.
    """

    at: datetime
    began_s: float
    waited_s: float = 0.0
    took_s: float = 0.0
    sent: bool = False
    status: int | None = None
    problem: str | None = None

    def sending(self, clock: Clock) -> float:
        """Say that the waiting is over; returns when that was, on the clock that only goes on."""
        sent_s = clock.monotonic_s()
        self.waited_s, self.sent = sent_s - self.began_s, True
        return sent_s

    def ended(self, clock: Clock) -> None:
        """Say that nothing more is waited for."""
        passed_s = clock.monotonic_s() - self.began_s
        if self.sent:
            self.took_s = passed_s - self.waited_s
        else:
            self.waited_s = passed_s


@dataclass(slots=True)
class Exchange:
    """A call with all of its tries.

    Attributes:
        url: Without what stands behind the question mark, which is ``query``.
        request: What was sent.
        answer: The last one.
        secrets: What must not be seen wherever it stands: the credentials that were sent along.
    """

    method: str
    url: str
    query: Mapping[str, Any]
    request: Message
    tries: list[Try] = field(default_factory=list)
    answer: Message | None = None
    secrets: set[str] = field(default_factory=set, repr=False)

    @property
    def reads(self) -> bool:
        """Whether it changes nothing over there."""
        return self.method in READING

    @property
    def failed(self) -> bool:
        """Whether one of its tries was not answered with a success."""
        return any(one.status is None or not 200 <= one.status < 300 for one in self.tries)

    def answered(self, this: Try, status: int, message: Message) -> None:
        """Keep an answer; that of a call which only read, and could, is too much to keep."""
        this.status = status
        keeps = not self.reads or not 200 <= status < 300
        self.answer = message if keeps else Message(None, message.size, message.content_type)

    def signed(self, headers: Mapping[str, str]) -> None:
        """Keep the credentials in mind, so that an answer that repeats them gives nothing away."""
        for value in headers.values():
            words = {value, value.rpartition(" ")[2]}
            self.secrets |= {word for word in words if len(word) >= _SHORTEST_SECRET}


@dataclass(slots=True)
class Conversation:
    """The calls of one piece of work, in order.

    Attributes:
        left_out: How many further calls were made than are kept.
    """

    calls: list[Exchange] = field(default_factory=list)
    left_out: int = 0


listening: ContextVar[Conversation | None] = ContextVar("listening", default=None)


@contextmanager
def hearing(conversation: Conversation) -> Iterator[None]:
    """Hear every call that is made within the block, also by tasks that it starts."""
    before = listening.set(conversation)
    try:
        yield
    finally:
        listening.reset(before)


def begin(
    method: str, url: str, query: Mapping[str, Any] | None, request: Message, *, private: bool = False
) -> Exchange:
    """Begin a call; where nobody listens it is heard by nobody.

    Args:
        method: In upper case.
        url: Without its query.
        query: As it was given.
        request: What is sent.
        private: It signs in: what is said is a secret from end to end, and is heard by nobody.
    """
    exchange = Exchange(method, url, query or {}, request)
    conversation = listening.get()
    if conversation is not None and not private:
        if len(conversation.calls) < MOST_CALLS:
            conversation.calls.append(exchange)
        else:
            conversation.left_out += 1
    return exchange


@contextmanager
def trying(exchange: Exchange, clock: Clock) -> Iterator[Try]:
    """Note one try of a call, however it ends."""
    one = Try(clock.now(), clock.monotonic_s())
    exchange.tries.append(one)
    try:
        yield one
    except BaseException as error:
        one.ended(clock)
        one.problem = str(error) or type(error).__name__
        raise

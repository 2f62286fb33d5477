"""The small ports in memory: clock, hints, evidence, dead letters, policy, a channel that records."""

import datetime as dt
import hashlib
from dataclasses import dataclass, field

from promotion.domain.errors import NotFoundError
from promotion.domain.facts import Fact
from promotion.domain.policy import Policy
from promotion.domain.request import Request
from promotion.ports import Poisoned, Queue


@dataclass
class ManualClock:
    """A clock that stands until it is moved."""

    time: dt.datetime = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)

    def now(self) -> dt.datetime:
        """Return the time it was set to."""
        return self.time

    def move(self, by: dt.timedelta) -> None:
        """Let time pass."""
        self.time += by


@dataclass(frozen=True)
class Hint:
    """One message: which queue, which request, from when on it may be seen."""

    queue: Queue
    request_id: str
    delay: dt.timedelta


@dataclass
class MemoryHints:
    """Hints in the order in which they were sent."""

    sent: list[Hint] = field(default_factory=list)
    given_up: list[Poisoned] = field(default_factory=list)

    def send(
        self,
        queue: Queue,
        request_id: str,
        *,
        delay: dt.timedelta = dt.timedelta(0),
    ) -> None:
        """Keep the hint."""
        self.sent.append(Hint(queue, request_id, delay))

    def poisoned(self) -> tuple[Poisoned, ...]:
        """Return the hints that were given up."""
        return tuple(self.given_up)

    def forget(self, poisoned: Poisoned) -> None:
        """Take one off."""
        self.given_up = [each for each in self.given_up if each != poisoned]

    def take(self) -> list[Hint]:
        """Return every hint sent since the last time, and forget them."""
        taken, self.sent = self.sent, []
        return taken


@dataclass
class MemoryEvidence:
    """Contents by the hash of their bytes."""

    kept: dict[str, bytes] = field(default_factory=dict)

    def put(self, content: bytes) -> str:
        """Keep the content under its hash."""
        reference = f"sha256:{hashlib.sha256(content).hexdigest()}"
        self.kept[reference] = content
        return reference

    def get(self, reference: str) -> bytes:
        """Return the content of a reference."""
        try:
            return self.kept[reference]
        except KeyError as error:
            raise NotFoundError(f"No evidence is kept under {reference}.") from error


@dataclass
class MemoryDeadLetters:
    """Dead letters by their place, each with its reason."""

    kept: dict[str, tuple[bytes, str]] = field(default_factory=dict)

    def keep(self, kind: str, content: bytes, *, reason: str, at: dt.datetime) -> str:
        """Keep the content once."""
        place = f"{kind}/{at:%Y/%m/%d}/{hashlib.sha256(content).hexdigest()}"
        self.kept.setdefault(place, (content, reason))
        return place


@dataclass
class FixedPolicy:
    """One policy, until another is put in its place."""

    policy: Policy

    def current(self) -> Policy:
        """Return it."""
        return self.policy


@dataclass
class RecordingChannel:
    """A channel that remembers what it was told; `failure`, when set, is raised instead."""

    name: str = "recording"
    told: list[Fact] = field(default_factory=list)
    failure: Exception | None = None

    def deliver(self, request: Request, fact: Fact) -> None:  # noqa: ARG002 -- the port's signature
        """Remember the fact."""
        if self.failure is not None:
            raise self.failure
        self.told.append(fact)

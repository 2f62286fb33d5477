"""Requests with their decisions and facts, and what the app keeps beside them."""

import datetime as dt
from typing import Final, Protocol

import msgspec

from promotion.domain.facts import Fact
from promotion.domain.lifecycle import Step
from promotion.domain.links import Link
from promotion.domain.progress import Progress
from promotion.domain.request import Request, State, is_about

#: How long after each transition the sweep looks whether everything that follows from it was done.
LOOK_AFTER: Final = dt.timedelta(seconds=60)


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """A request as it was read, with what a conditional write needs."""

    request: Request
    etag: str


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """A note to look at a request at a time. Never authoritative: the request's row is the truth."""

    request_id: str
    due: dt.datetime
    #: The note's own key in its index.
    key: str = ""
    #: Listing entries of an earlier state, to be removed once the request has left it.
    leftovers: tuple[str, ...] = ()


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """Which requests to list; what is empty does not restrict.

    Versions that travel with a migration are decided on together: a listing by state leaves them out,
    unless it is by name or of that migration (`batch`) as well.
    """

    state: State | None = None
    route: str = ""
    #: In the source or at the target.
    name: str = ""
    version: str = ""
    #: Id of a migration's request: those that travel with it.
    batch: str = ""

    def matches(self, request: Request) -> bool:
        """Whether the request is one of those asked for."""
        return (
            self.state in {None, request.state}
            and self.route in {"", request.route}
            and is_about(request, self.name, self.version)
            and self.batch in {"", request.batch}
            and (self.state is None or bool(self.name) or self.batch == request.batch)
        )


class Damage(msgspec.Struct, frozen=True, kw_only=True):
    """A request whose record cannot be read back, and why."""

    request_id: str
    problem: str


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Requests, newest first, and where the next page begins (empty: there is none)."""

    items: tuple[Request, ...]
    next_cursor: str = ""
    #: Requests of this page that are there but cannot be shown.
    damaged: tuple[Damage, ...] = ()


class Delivered(msgspec.Struct, frozen=True, kw_only=True):
    """The sequence of the last fact that each channel has taken, by the channel's name."""

    upto: dict[str, int] = msgspec.field(default_factory=dict)
    etag: str = ""


class Requests(Protocol):
    """Requests with their decisions and facts; state, decision and fact move in one transaction."""

    def add(self, step: Step) -> tuple[Stored, bool]:
        """Store a new request; return it and True, or the one that was there and False."""
        ...

    def get(self, request_id: str) -> Stored:
        """Return a request.

        Raises:
            NotFoundError: there is none of that id.
            DamagedError: its row cannot be read back.
        """
        ...

    def save(self, stored: Stored, step: Step) -> Stored:
        """Store a transition of what was read, with the link that it spends: all of it or nothing.

        Raises:
            StaleError: the request has changed since it was read, or there is no such link.
        """
        ...

    def facts(self, request_id: str, *, after: int = 0) -> tuple[Fact, ...]:
        """Return the request's facts in order, those with a sequence above `after`.

        Raises:
            DamagedError: a fact cannot be read back, or one is missing.
        """
        ...

    def page(self, query: Query, *, cursor: str = "", limit: int = 50) -> Page:
        """Return requests that match, newest first.

        Raises:
            InvalidError: `cursor` did not come from an earlier page.
        """
        ...

    def due(self, now: dt.datetime, *, limit: int = 500) -> tuple[Watch, ...]:
        """Return notes whose time has come, the oldest first."""
        ...

    def settle(
        self,
        watch: Watch,
        request: Request | None,
        *,
        look_again: dt.datetime | None,
    ) -> None:
        """Take a note off, after writing the next one when the request must be looked at again.

        `request` is what the note led to; none when there is no such request.
        """
        ...

    def add_link(self, link: Link) -> None:
        """Keep a link that was made for one person; `save` spends it (`Step.spends`)."""
        ...

    def link(self, request_id: str, name: str) -> Link:
        """Return a link by the hash of its handle.

        Raises:
            NotFoundError: there is none.
            DamagedError: its row cannot be read back.
        """
        ...

    def progress(self, request_id: str) -> Progress:
        """Return how far the copy is; nothing done when nothing was recorded."""
        ...

    def save_progress(self, request_id: str, progress: Progress) -> None:
        """Record how far the copy is; the last writer wins, as it is for show only."""
        ...

    def delivered(self, request_id: str) -> Delivered:
        """Return what the channels have taken."""
        ...

    def save_delivered(self, request_id: str, delivered: Delivered) -> Delivered:
        """Record what the channels have taken.

        Raises:
            StaleError: another worker recorded in between.
        """
        ...

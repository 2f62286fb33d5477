"""The port `Requests` in memory, with the same promises as the tables: conditional and atomic."""

import datetime as dt
import threading
from dataclasses import dataclass, field

import msgspec

from promotion.domain.errors import NotFoundError, StaleError
from promotion.domain.facts import Fact
from promotion.domain.lifecycle import Step
from promotion.domain.links import Link
from promotion.domain.ordering import check_cursor, place
from promotion.domain.progress import Progress
from promotion.domain.request import Request
from promotion.ports import LOOK_AFTER, Delivered, Page, Query, Stored, Watch


@dataclass
class _Row:
    request: Request
    facts: list[Fact]
    version: int = 1
    progress: Progress = field(default_factory=Progress)
    delivered: Delivered = field(default_factory=Delivered)
    links: dict[str, Link] = field(default_factory=dict)


class MemoryRequests:
    """Requests in a dictionary under one lock."""

    def __init__(self) -> None:
        self._rows: dict[str, _Row] = {}
        self._watches: dict[str, Watch] = {}
        self._lock = threading.Lock()
        self._notes = 0

    def add(self, step: Step) -> tuple[Stored, bool]:
        """Store a new request, or return the one that was there."""
        with self._lock:
            if present := self._rows.get(step.request.id):
                return _stored(present), False
            row = self._rows[step.request.id] = _Row(step.request, [step.fact])
            self._watch(step.request.id, step.fact.at + LOOK_AFTER)
            return _stored(row), True

    def get(self, request_id: str) -> Stored:
        """Return a request."""
        with self._lock:
            return _stored(self._row(request_id))

    def save(self, stored: Stored, step: Step) -> Stored:
        """Store a transition if nobody else did since."""
        with self._lock:
            row = self._row(stored.request.id)
            if stored.etag != str(row.version):
                raise StaleError(
                    f"Request {stored.request.id} has changed since it was read.",
                    "Read it again.",
                )
            if step.spends is not None:
                if step.spends.hash not in row.links:
                    raise StaleError(f"Request {stored.request.id} has no such link.")
                row.links[step.spends.hash] = step.spends
            row.request = step.request
            row.facts.append(step.fact)
            row.version += 1
            self._watch(step.request.id, step.fact.at + LOOK_AFTER)
            return _stored(row)

    def facts(self, request_id: str, *, after: int = 0) -> tuple[Fact, ...]:
        """Return the facts above a sequence."""
        with self._lock:
            return tuple(fact for fact in self._row(request_id).facts if fact.sequence > after)

    def page(self, query: Query, *, cursor: str = "", limit: int = 50) -> Page:
        """Return matching requests, newest first; the cursor is the last one's place."""
        start = check_cursor(cursor)
        with self._lock:
            found = sorted(
                (row.request for row in self._rows.values() if query.matches(row.request)),
                key=place,
            )
        found = [request for request in found if place(request) > start]
        items = tuple(found[:limit])
        more = len(found) > limit
        return Page(items=items, next_cursor=place(items[-1]) if more else "")

    def due(self, now: dt.datetime, *, limit: int = 500) -> tuple[Watch, ...]:
        """Return notes whose time has come, the oldest first."""
        with self._lock:
            watches = sorted(self._watches.values(), key=lambda watch: (watch.due, watch.key))
        return tuple(watch for watch in watches if watch.due <= now)[:limit]

    def settle(
        self,
        watch: Watch,
        request: Request | None,  # noqa: ARG002 -- the port's signature; nothing is left over here
        *,
        look_again: dt.datetime | None,
    ) -> None:
        """Replace a note by the next one, or take it off."""
        with self._lock:
            if look_again is not None:
                self._watch(watch.request_id, look_again)
            self._watches.pop(watch.key, None)

    def add_link(self, link: Link) -> None:
        """Store a link."""
        with self._lock:
            self._row(link.request).links[link.hash] = link

    def link(self, request_id: str, name: str) -> Link:
        """Return a link."""
        with self._lock:
            found = self._row(request_id).links.get(name)
        if found is None:
            raise NotFoundError("There is no such link.")
        return found

    def progress(self, request_id: str) -> Progress:
        """Return how far the copy is."""
        with self._lock:
            return self._row(request_id).progress

    def save_progress(self, request_id: str, progress: Progress) -> None:
        """Record how far the copy is."""
        with self._lock:
            self._row(request_id).progress = progress

    def delivered(self, request_id: str) -> Delivered:
        """Return what the channels have taken."""
        with self._lock:
            return self._row(request_id).delivered

    def save_delivered(self, request_id: str, delivered: Delivered) -> Delivered:
        """Record what the channels have taken, if nobody else did since."""
        with self._lock:
            row = self._row(request_id)
            if delivered.etag != row.delivered.etag:
                raise StaleError(f"Another worker told the facts of {request_id} in between.")
            etag = str(int(row.delivered.etag or "0") + 1)
            row.delivered = msgspec.structs.replace(delivered, etag=etag)
            return row.delivered

    def _row(self, request_id: str) -> _Row:
        try:
            return self._rows[request_id]
        except KeyError as error:
            raise NotFoundError(
                f"There is no request {request_id[:80]!r}.",
                "Look for it in the list of requests.",
            ) from error

    def _watch(self, request_id: str, due: dt.datetime) -> None:
        self._notes += 1
        key = f"{due.isoformat()}_{request_id}_{self._notes:09d}"
        self._watches[key] = Watch(request_id=request_id, due=due, key=key)


def _stored(row: _Row) -> Stored:
    return Stored(request=row.request, etag=str(row.version))

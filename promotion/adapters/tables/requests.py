"""The port `Requests` over Azure Tables. Knows rows and keys, not what a request means."""

import datetime as dt
from typing import Any

import msgspec
from azure.core import MatchConditions
from azure.core.exceptions import ResourceNotFoundError
from azure.data.tables import TableClient, TableServiceClient, UpdateMode

from promotion.adapters.tables import index, links, listing, rebuild, rows
from promotion.adapters.tables.errors import LostRaceError, translated
from promotion.domain.errors import DamagedError, NotFoundError, StaleError
from promotion.domain.facts import Fact
from promotion.domain.lifecycle import Step
from promotion.domain.links import Link
from promotion.domain.progress import Progress
from promotion.domain.request import Request, is_request_id
from promotion.ports import LOOK_AFTER, Damage, Delivered, Evidence, Page, Query, Stored, Watch


class TableRequests:
    """Requests in two tables of one storage account."""

    def __init__(
        self,
        service: TableServiceClient,
        evidence: Evidence,
        *,
        table: str = "promotions",
        index_table: str = "promotionindex",
    ) -> None:
        """Use the tables of those names; `prepare` makes them. Large bodies go to `evidence`."""
        self._service = service
        self._table: TableClient = service.get_table_client(table)
        self._index: TableClient = service.get_table_client(index_table)
        self._evidence = evidence

    def prepare(self) -> None:
        """Create the tables that are missing."""
        with translated():
            for table in (self._table, self._index):
                self._service.create_table_if_not_exists(table.table_name)

    def add(self, step: Step) -> tuple[Stored, bool]:
        """Store a new request, or return the one that was there."""
        request = step.request
        keys = index.keys(request)
        # Should the request be there already, under its own time, these rows are in the way: named as
        # leftovers, they go when the note is settled.
        note = index.watch_row(request.id, step.fact.at + LOOK_AFTER, tuple(keys))
        self._announce(keys, note)
        row, added = rows.step_rows(step, self._evidence)
        try:
            etag = self._commit([("create", row)], added)
        except LostRaceError:
            return self.get(request.id), False
        return Stored(request=request, etag=etag), True

    def get(self, request_id: str) -> Stored:
        """Return a request: one point read."""
        if not is_request_id(request_id):
            # Not even asked for: keys refuse some characters, with errors that say something else.
            raise _unknown(request_id)
        try:
            with translated():
                row = self._table.get_entity(request_id, "req")
        except ResourceNotFoundError as error:
            raise _unknown(request_id) from error
        request = rows.read_request(dict(row), self._evidence)
        return Stored(request=request, etag=str(row.metadata["etag"]))

    def save(self, stored: Stored, step: Step) -> Stored:
        """Store a transition: index rows first, then everything else in one transaction."""
        before, after = stored.request, step.request
        moved = before.state is not after.state
        leftovers = (index.state_key(before),) if moved else ()
        known = index.name_keys(before)
        renamed = [key for key in index.name_keys(after) if key not in known]
        self._announce(
            [*renamed, *([index.state_key(after)] if moved else [])],
            index.watch_row(after.id, step.fact.at + LOOK_AFTER, leftovers),
        )
        row, added = rows.step_rows(step, self._evidence)
        condition = {
            "etag": stored.etag,
            "match_condition": MatchConditions.IfNotModified,
            "mode": UpdateMode.REPLACE,
        }
        changed: list[Any] = [("update", row, condition)]
        if step.spends is not None:
            # It must be there: a link that nobody made spends nothing.
            changed.append(("update", rows.link_row(step.spends), {"mode": UpdateMode.REPLACE}))
        try:
            etag = self._commit(changed, added)
        except LostRaceError as error:
            raise StaleError(
                f"Request {after.id} has changed since it was read.",
                "Read it again.",
            ) from error
        return Stored(request=after, etag=etag)

    def facts(self, request_id: str, *, after: int = 0) -> tuple[Fact, ...]:
        """Return the facts above a sequence: one range query."""
        with translated():
            found = [
                dict(row)
                for row in self._table.query_entities(
                    "PartitionKey eq @id and RowKey gt @low and RowKey lt @high",
                    parameters={"id": request_id, "low": rows.fact_key(after), "high": "evt-~"},
                )
            ]
        for expected, row in enumerate(found, start=after + 1):
            if row["RowKey"] != rows.fact_key(expected):
                raise DamagedError(
                    f"Fact {expected} of request {request_id} is missing.",
                    "Restore it from the exported trail; other requests are not affected.",
                )
        return tuple(rows.read_fact(row, self._evidence) for row in found)

    def page(self, query: Query, *, cursor: str = "", limit: int = 50) -> Page:
        """Return matching requests, newest first."""
        return listing.page(self._index, self.get, query, cursor=cursor, limit=limit)

    def due(self, now: dt.datetime, *, limit: int = 500) -> tuple[Watch, ...]:
        """Return notes whose time has come: one range query a shard."""
        low, high = index.watches_until(now)
        found = listing.ranges(self._index, low, high, limit)
        watches = sorted((index.read_watch(row) for row in found), key=lambda each: each.due)
        return tuple(watches[:limit])

    def settle(
        self,
        watch: Watch,
        request: Request | None,
        *,
        look_again: dt.datetime | None,
    ) -> None:
        """Write the next note and the right listing row, then remove what is outdated."""
        right = index.keys(request) if request else []
        outdated = [key for key in watch.leftovers if key not in right]
        if look_again is not None:
            self._announce(
                right if outdated else [],
                index.watch_row(watch.request_id, look_again),
            )
        partition = index.shard(watch.request_id)
        with translated():
            for key in (*outdated, watch.key):
                self._index.delete_entity(partition, key)

    def rebuild_index(self, now: dt.datetime) -> tuple[int, tuple[Damage, ...]]:
        """Write every request's index rows anew, each to be looked at now; return how many, and what is damaged.

        Reads the whole table. Rows that should not be there stay: readers pass over them.
        """
        return rebuild.rebuild(self._table, self._evidence, self._announce, now)

    def add_link(self, link: Link) -> None:
        """Store a link: one write."""
        links.add(self._table, link)

    def link(self, request_id: str, name: str) -> Link:
        """Return a link: one point read."""
        if not is_request_id(request_id):
            raise _unknown(request_id)
        return links.get(self._table, request_id, name)

    def progress(self, request_id: str) -> Progress:
        """Return how far the copy is."""
        row = self._side_row(request_id, "prog")
        return rows.read_side(row, Progress) if row else Progress()

    def save_progress(self, request_id: str, progress: Progress) -> None:
        """Record how far the copy is."""
        with translated():
            self._table.upsert_entity(_side(request_id, "prog", progress), UpdateMode.REPLACE)

    def delivered(self, request_id: str) -> Delivered:
        """Return what the channels have taken."""
        row = self._side_row(request_id, "out")
        if row is None:
            return Delivered()
        return Delivered(upto=rows.read_side(row, dict[str, int]), etag=row["etag"])

    def save_delivered(self, request_id: str, delivered: Delivered) -> Delivered:
        """Record what the channels have taken, if nobody else did since."""
        row = _side(request_id, "out", delivered.upto)
        try:
            with translated():
                if delivered.etag:
                    done = self._table.update_entity(
                        row,
                        UpdateMode.REPLACE,
                        etag=delivered.etag,
                        match_condition=MatchConditions.IfNotModified,
                    )
                else:
                    done = self._table.create_entity(row)
        except (LostRaceError, ResourceNotFoundError) as error:
            raise StaleError(
                f"Another worker told the facts of {request_id} in between.",
            ) from error
        return msgspec.structs.replace(delivered, etag=str(done["etag"]))

    def _announce(self, keys: list[str], watch: dict[str, Any]) -> None:
        partition = watch["PartitionKey"]
        listed: list[rows.Row] = [{"PartitionKey": partition, "RowKey": key} for key in keys]
        with translated():
            self._index.submit_transaction([("upsert", row) for row in (*listed, watch)])

    def _commit(self, first: list[Any], added: list[rows.Row]) -> str:
        rows.check_limits([*(each[1] for each in first), *added])
        with translated():
            done = self._table.submit_transaction([*first, *(("create", row) for row in added)])
        return str(done[0]["etag"])

    def _side_row(self, request_id: str, key: str) -> rows.Row | None:
        try:
            with translated():
                row = self._table.get_entity(request_id, key)
        except ResourceNotFoundError:
            return None
        return {**row, "etag": row.metadata["etag"]}


def _side(request_id: str, key: str, value: object) -> rows.Row:
    body = msgspec.json.encode(value).decode()
    return {"PartitionKey": request_id, "RowKey": key, "body": body}


def _unknown(request_id: str) -> NotFoundError:
    return NotFoundError(
        f"There is no request {request_id[:80]!r}.",
        "Look for it in the list of requests.",
    )

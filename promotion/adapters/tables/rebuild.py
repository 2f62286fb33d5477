"""The index written anew from the requests themselves: it is never authoritative, so it can always be."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from azure.data.tables import TableClient

from promotion.adapters.tables import index, rows
from promotion.adapters.tables.errors import translated
from promotion.domain.errors import DamagedError
from promotion.ports import Damage, Evidence

type Announce = Callable[[list[str], dict[str, Any]], None]


def rebuild(
    table: TableClient,
    evidence: Evidence,
    announce: Announce,
    now: dt.datetime,
) -> tuple[int, tuple[Damage, ...]]:
    """Announce every request of the table, to be looked at now; return how many, and what is damaged."""
    written = 0
    damaged: list[Damage] = []
    with translated():
        found = table.query_entities("RowKey eq @key", parameters={"key": "req"})
        for row in found:
            try:
                request = rows.read_request(dict(row), evidence)
            except DamagedError as error:
                damaged.append(Damage(request_id=row["PartitionKey"], problem=str(error)))
                continue
            announce(index.keys(request), index.watch_row(request.id, now))
            written += 1
    return written, tuple(damaged)

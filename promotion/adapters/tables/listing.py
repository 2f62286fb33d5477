"""Pages over the index: merge the shards, then read each request and keep what really matches."""

import heapq
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any, Final

from azure.data.tables import TableClient

from promotion.adapters.tables import index
from promotion.adapters.tables.errors import translated
from promotion.domain.errors import DamagedError, NotFoundError
from promotion.domain.ordering import check_cursor
from promotion.domain.ordering import place as place_of
from promotion.domain.request import Request
from promotion.ports import Damage, Page, Query, Stored

#: Rows looked at for one page before it is handed out as it is, with a cursor to go on.
_MOST_ROWS: Final = 2_000
_READERS: Final = 8


def page(
    table: TableClient,
    get: Callable[[str], Stored],
    query: Query,
    *,
    cursor: str,
    limit: int,
) -> Page:
    """Return up to `limit` requests that match, newest first.

    An index row says only where to look: the request itself decides whether it is listed.
    """
    prefix = index.prefix(query)
    start = check_cursor(cursor)
    items: list[Request] = []
    damaged: list[Damage] = []
    seen = 0
    while len(items) < limit and seen < _MOST_ROWS:
        # One more than is asked for tells whether there is anything behind this page.
        places = _places(table, prefix, start, limit + 1)
        for place, found in zip(places, _read(get, places), strict=True):
            if len(items) == limit:
                return Page(items=tuple(items), next_cursor=start, damaged=tuple(damaged))
            start = place
            if isinstance(found, Damage):
                damaged.append(found)
            elif found is not None and place == place_of(found) and query.matches(found):
                items.append(found)
        seen += len(places)
        if len(places) <= limit:
            start = ""
            break
    return Page(items=tuple(items), next_cursor=start, damaged=tuple(damaged))


def ranges(table: TableClient, low: str, high: str, limit: int) -> list[dict[str, Any]]:
    """Return up to `limit` rows of every shard with low <= row key < high."""
    with ThreadPoolExecutor(index.SHARDS) as pool:
        parts = pool.map(
            lambda number: _range(table, f"{number:02d}", low, high, limit),
            range(index.SHARDS),
        )
        return [row for part in parts for row in part]


def _places(table: TableClient, prefix: str, after: str, limit: int) -> list[str]:
    # "0" sorts just above nothing and below every place but the cursor's own.
    low = f"{prefix}{after}0" if after else prefix
    found = ranges(table, low, f"{prefix}~", limit)
    keys = (row["RowKey"].removeprefix(prefix) for row in found)
    return heapq.nsmallest(limit, keys)


def _range(table: TableClient, shard: str, low: str, high: str, limit: int) -> list[dict[str, Any]]:
    with translated():
        rows: Iterator[Any] = table.query_entities(
            "PartitionKey eq @shard and RowKey ge @low and RowKey lt @high",
            parameters={"shard": shard, "low": low, "high": high},
            results_per_page=min(limit, 1000),
        )
        return [dict(row) for row in islice(rows, limit)]


def _read(get: Callable[[str], Stored], places: list[str]) -> list[Request | Damage | None]:
    with ThreadPoolExecutor(_READERS) as pool:
        return list(pool.map(lambda place: _request(get, place.partition("_")[2]), places))


def _request(get: Callable[[str], Stored], request_id: str) -> Request | Damage | None:
    try:
        return get(request_id).request
    except NotFoundError:
        # Announced, but its writer died before it was stored.
        return None
    except DamagedError as error:
        return Damage(request_id=request_id, problem=str(error))

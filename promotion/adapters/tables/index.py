"""Keys of the index rows: how they sort, and how they are read back. Pure; knows no client."""

import datetime as dt
import hashlib
from typing import Any, Final

import msgspec

from promotion.domain.ordering import EPOCH, micros, place
from promotion.domain.ready import ready
from promotion.domain.request import Request
from promotion.ports import Query, Watch

#: Shards of the index. A partition takes some 2,000 writes a second; requests are far from that.
SHARDS: Final = 4

_MICROSECOND: Final = dt.timedelta(microseconds=1)


def shard(request_id: str) -> str:
    """Return the partition of a request's index rows."""
    return f"{int(hashlib.sha256(request_id.encode()).hexdigest()[:8], 16) % SHARDS:02d}"


def state_key(request: Request) -> str:
    """Return the key of the listing row for the state that the request is in.

    A version that travels with a migration is listed under that, whatever its state.
    """
    if request.batch:
        return f"b_{request.batch}_{place(request)}"
    return f"s_{request.state.value}_{place(request)}"


def all_key(request: Request) -> str:
    """Return the key in the listing of everything."""
    return f"a_{place(request)}"


def name_keys(request: Request) -> list[str]:
    """Return the keys in the listing by name: the asset's, and the one at the target where it is another."""
    names = dict.fromkeys((request.asset.name, request.target.name))
    return [f"n_{_hashed(name)}_{place(request)}" for name in names]


def keys(request: Request) -> list[str]:
    """Return the keys of all listing rows of a request."""
    return [all_key(request), *name_keys(request), state_key(request)]


def prefix(query: Query) -> str:
    """Return the prefix of the narrowest listing that holds everything a query asks for."""
    if query.name:
        return f"n_{_hashed(query.name)}_"
    if query.batch:
        return f"b_{query.batch}_"
    if query.state is not None:
        return f"s_{query.state.value}_"
    return "a_"


def watch_row(request_id: str, due: dt.datetime, leftovers: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the row of a note to look at a request at a time."""
    return {
        "PartitionKey": shard(request_id),
        "RowKey": f"w_{micros(due):017d}_{request_id}",
        "leftovers": msgspec.json.encode(leftovers).decode(),
    }


def read_watch(row: dict[str, Any]) -> Watch:
    """Return the note of a row. What is wrong with a leftover list is nothing to stop for."""
    _, due, request_id = row["RowKey"].split("_", 2)
    try:
        leftovers = msgspec.json.decode(row.get("leftovers", "[]"), type=ready(tuple[str, ...]))
    except msgspec.DecodeError:
        leftovers = ()
    return Watch(
        request_id=request_id,
        due=EPOCH + int(due) * _MICROSECOND,
        key=row["RowKey"],
        leftovers=leftovers,
    )


def watches_until(now: dt.datetime) -> tuple[str, str]:
    """Return the range of row keys (from, below) of notes that are due at `now`."""
    return "w_", f"w_{micros(now) + 1:017d}"


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:32]

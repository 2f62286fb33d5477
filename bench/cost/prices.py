"""The user's own numbers: what a unit of each thing costs, and what their executions weigh.

They are read from a file because they differ by region, agreement and month; `prices.sample.toml` is one to copy.
"""

from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

type Amount = Annotated[float, Meta(ge=0)]


class Prices(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Prices in one currency, and the free grants of a month."""

    currency: str
    #: For 10,000 requests each.
    table_requests: Amount
    queue_requests: Amount
    blob_writes: Amount
    blob_reads: Amount
    #: For 1,000,000 each.
    event_grid_operations: Amount
    executions: Amount
    #: For one second of one GiB.
    gb_second: Amount
    #: Of a month, before anything is charged.
    free_executions: Amount = 0
    free_gb_seconds: Amount = 0
    free_event_grid_operations: Amount = 0
    #: Memory of an instance in GiB: it is charged whole while it executes.
    instance_gb: Amount
    #: The least that one execution is charged for, in seconds.
    least_seconds: Amount
    #: How much longer an execution takes in Azure than here: no request there is a loopback one.
    slower: Amount


def read(path: Path) -> Prices:
    """Return the prices in a TOML file.

    Raises:
        OSError: it cannot be read.
        msgspec.DecodeError: it is not TOML.
        msgspec.ValidationError: a price is missing, unknown or not a number.
    """
    return msgspec.toml.decode(path.read_bytes(), type=Prices)

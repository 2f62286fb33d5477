"""What the real services allow, as documented, and how much of it one promotion takes. Knows no simulation."""

from collections.abc import Mapping
from typing import Final

import msgspec

from promotion.adapters.tables import index

_STORAGE = "https://learn.microsoft.com/azure/storage"
_ARM = "https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling"
_MAIL = "https://learn.microsoft.com/azure/communication-services/concepts/service-limits"
_INDEX_SHARDS: Final = index.SHARDS
#: Rows in one transaction on the index: three listings and the note.
_INDEX_ROWS: Final = 4
#: So many notes one sweep visits, once a minute: `Requests.due`. What waits longer is late, not lost.
_VISITS: Final = 500
_HOUR: Final = 3600


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """A token bucket: so many at once, so many a second again."""

    name: str
    #: What of a promotion's counts it limits.
    kind: str
    per_second: float
    #: How many may come at once when nothing came before.
    burst: float
    #: How many tokens one of the kind takes.
    weight: float = 1
    source: str


LIMITS: Final = (
    Limit(
        name="storage account, requests",
        kind="storage_requests",
        per_second=20_000,
        burst=20_000,
        source=f"{_STORAGE}/common/scalability-targets-standard-account",
    ),
    Limit(
        name="index partitions, entities",
        kind="index_writes",
        per_second=2_000 * _INDEX_SHARDS,
        burst=2_000 * _INDEX_SHARDS,
        weight=_INDEX_ROWS,
        source=f"{_STORAGE}/tables/scalability-targets",
    ),
    Limit(
        name="a queue, messages",
        kind="busiest_queue",
        per_second=2_000,
        burst=2_000,
        source=f"{_STORAGE}/queues/scalability-targets",
    ),
    Limit(
        name="Event Grid topic, events",
        kind="event_grid_operations",
        per_second=5_000,
        burst=5_000,
        source="https://learn.microsoft.com/azure/event-grid/quotas-limits",
    ),
    Limit(
        name="Resource Manager, reads of one identity",
        kind="management_reads",
        per_second=25,
        burst=250,
        source=_ARM,
    ),
    Limit(
        name="Resource Manager, writes of one identity",
        kind="management_writes",
        per_second=10,
        burst=200,
        source=_ARM,
    ),
    Limit(
        name="Teams webhook, cards",
        kind="notices",
        per_second=4,
        burst=4,
        source="https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using",
    ),
    Limit(
        name="Communication Services mail, own domain",
        kind="notices",
        per_second=100 / _HOUR,
        burst=30,
        source=_MAIL,
    ),
    Limit(
        name="the app's sweep, visits",
        kind="sweep_visits",
        per_second=_VISITS / 60,
        burst=_VISITS,
        source="`promotion/usecases/sweep.py`",
    ),
)


def needs(counts: Mapping[str, float]) -> dict[str, float]:
    """Return how much of each limited kind one promotion takes.

    The busiest queue is `deliveries`; taken as all of the queues' requests, which is the most it can be.
    """
    storage = ("table_requests", "queue_requests", "blob_writes", "blob_reads")
    return {
        **counts,
        "storage_requests": sum(counts.get(kind, 0) for kind in storage),
        "busiest_queue": counts.get("queue_requests", 0),
    }

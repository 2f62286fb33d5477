"""Probes of the storage account: queues and how much waits in them, what was given up, what is kept."""

from collections.abc import Iterator
from typing import Any, Final

from promotion.bootstrap import storage
from promotion.bootstrap.storage import Identity
from promotion.domain.findings import Finding, bad, ok, warn
from promotion.ports import Queue
from promotion.settings import StorageSettings

#: More messages than this are work that piles up.
_MANY: Final = 1000
#: Container -> what it means when something is in it; empty: nothing in particular.
_CONTAINERS: Final = {
    "evidence": "",
    "receipts": "",
    "deadletters": "events that can never become requests",
    "undelivered": "events that Event Grid gave up delivering",
}
_ROLES: Final = {
    "queue": "Give the app's identity the role Storage Queue Data Contributor, and check the firewall.",
    "container": "Give the app's identity the role Storage Blob Data Contributor, and check the firewall.",
}


def queues(settings: StorageSettings, identity: Identity) -> Iterator[Finding]:
    """Yield how much waits in each queue, and what was given up."""
    from azure.core.exceptions import AzureError, ResourceNotFoundError

    service = storage.queues(settings, identity)
    for name in (each for queue in Queue for each in (queue.value, f"{queue.value}-poison")):
        try:
            count = service.get_queue_client(name).get_queue_properties().approximate_message_count
        except ResourceNotFoundError:
            # Made by the first message.
            count = 0
        except AzureError as error:
            yield _unreachable("queue", name, error)
            continue
        yield _waiting(name, int(count or 0))


def kept(settings: StorageSettings, identity: Identity) -> Iterator[Finding]:
    """Yield whether containers can be read, and whether dead letters are in them."""
    from azure.core.exceptions import AzureError, ResourceNotFoundError

    service = storage.blobs(settings, identity)
    for name, meaning in _CONTAINERS.items():
        try:
            first = next(iter(service.get_container_client(name).list_blobs()), None)
        except ResourceNotFoundError:
            first = None
        except AzureError as error:
            yield _unreachable("container", name, error)
            continue
        yield _held(name, meaning, first)


def _waiting(name: str, count: int) -> Finding:
    if name.endswith("-poison") and count:
        return warn(
            "queue",
            f"{count} messages were given up; the sweep shows them on their requests.",
            "Look at the requests with a problem, and at the function's failures (docs/operations.md).",
            name,
        )
    if count > _MANY:
        return warn(
            "queue",
            f"{count} messages wait.",
            "Look whether its function runs, and at the app's scale limit.",
            name,
        )
    return ok("queue", f"{count} messages wait.", name)


def _held(name: str, meaning: str, first: Any) -> Finding:  # noqa: ANN401 -- the SDK's properties
    if meaning and first is not None:
        return warn(
            "dead letters",
            f"It holds {meaning}, such as {first.name}.",
            "Each blob's metadata says why; docs/operations.md says how to send them again.",
            name,
        )
    return ok("container", "It can be read.", name)


def _unreachable(what: str, name: str, error: Exception) -> Finding:
    status = getattr(error, "status_code", None) or type(error).__name__
    return bad(what, f"It cannot be read ({status}).", _ROLES[what], name)

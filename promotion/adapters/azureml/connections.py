"""What every part of the adapter works with: the way to the service, connections, bounds.

Opens stores from grants, each with its own way to renew. Knows who gives grants; nothing of files.
"""

import threading
import time
from collections.abc import Callable

import msgspec
from azure.core.pipeline.transport import RequestsTransport

from promotion.adapters.azureml import sas
from promotion.adapters.azureml.datastores import Datastores
from promotion.adapters.azureml.grants import Grant
from promotion.adapters.azureml.plane import Plane
from promotion.adapters.azureml.settings import CopySettings
from promotion.adapters.azureml.store import Store
from promotion.domain.assets import AssetRef, Workspace
from promotion.domain.errors import RetryableError


class Detours:
    """Which ways of copying storage refuses between two accounts, for a while.

    Only for a while: a refusal may be a signature's or a rule's that changes, and the ways further
    down cost more.
    """

    def __init__(self, lifetime: float = 600.0) -> None:
        """Forget a refusal after `lifetime` seconds."""
        self._lifetime = lifetime
        self._refused: dict[tuple[str, str], tuple[int, float]] = {}
        self._lock = threading.Lock()

    def first(self, accounts: tuple[str, str]) -> int:
        """Return how many ways to pass over."""
        with self._lock:
            count, until = self._refused.get(accounts, (0, 0.0))
            return count if time.monotonic() < until else 0

    def refuse(self, accounts: tuple[str, str], number: int) -> bool:
        """Note that way `number` is refused; return whether that was not known."""
        news = number >= self.first(accounts)
        if news:
            with self._lock:
                self._refused[accounts] = (number + 1, time.monotonic() + self._lifetime)
        return news


class Connections(msgspec.Struct, frozen=True, kw_only=True):
    """The service, the connections to storage, and the bounds of work."""

    plane: Plane
    datastores: Datastores
    transport: RequestsTransport
    settings: CopySettings
    detours: Detours

    def to_read(self, asset: AssetRef, *, store: str = "") -> Store:
        """Return the container of a version's files.

        Args:
            asset: the version.
            store: the replica that is wanted; any other one when it does not come up.

        Raises:
            NotFoundError, InvalidError, RefusedError: as `sas.to_read` and `Datastores.to_read`.
        """
        grant = self._replica(asset, store)

        def again() -> Grant:
            return _same(asset, self._replica(asset, grant.store), grant.store)

        return self._open(grant, again)

    def to_write(self, asset: AssetRef) -> Store:
        """Return the container where the files of a version to come belong.

        Raises:
            TakenError: the version exists, or was deleted.
        """
        grant = sas.to_write(self.plane, asset)

        def again() -> Grant:
            return _same(asset, sas.to_write(self.plane, asset), grant.store)

        return self._open(grant, again)

    def _replica(self, asset: AssetRef, store: str) -> Grant:
        grant = self._grant(asset)
        for attempt in range(self.settings.replica_tries):
            if not store or grant.store == store:
                break
            # Replicas answer in turn or at random: soon again, then less often.
            time.sleep(min(0.05 * attempt, 0.5))
            grant = self._grant(asset)
        return grant

    def _grant(self, asset: AssetRef) -> Grant:
        if isinstance(asset.home, Workspace):
            return self.datastores.to_read(asset, asset.home)
        return sas.to_read(self.plane, asset)

    def _open(self, grant: Grant, renew: Callable[[], Grant]) -> Store:
        return Store(grant, renew, self.transport, retry_seconds=self.settings.retry_seconds)


def _same(asset: AssetRef, grant: Grant, store: str) -> Grant:
    if grant.store != store:
        raise RetryableError(
            f"The access to the files of {asset.id} ended and was renewed for another replica.",
            "It is tried again with that one.",
        )
    return grant

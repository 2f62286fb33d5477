"""The app's ports over Azure, each made when it is first asked for. Knows every adapter, no rule."""

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any

from promotion.adapters.policy_file import PolicyFile
from promotion.adapters.system_clock import SystemClock
from promotion.bootstrap import storage
from promotion.bootstrap.telemetry import watched
from promotion.settings import Settings

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential

    from promotion.adapters.blobs import BlobDeadLetters, BlobEvidence
    from promotion.adapters.outside import OutsideProcess
    from promotion.adapters.queues import QueueHints
    from promotion.adapters.tables import TableRequests, TableReservations
    from promotion.adapters.watermarks import BlobWatermarks
    from promotion.ports import Anchors, Channel, Probe, Registries, Signer

#: The app's folder: a relative policy file is looked for here.
_ROOT = Path(__file__).parent.parent.parent


class LazyWorld:
    """Every port of the app, made on first use: receiving an event needs no Azure ML, a page no mail."""

    def __init__(self, settings: Settings) -> None:
        """Remember the settings; nothing is opened yet."""
        self.settings = settings

    @functools.cached_property
    def clock(self) -> SystemClock:
        """The machine's clock."""
        return SystemClock()

    @functools.cached_property
    def policy(self) -> PolicyFile:
        """The policy deployed with the app."""
        return PolicyFile(_ROOT / self.settings.policy_file)

    @functools.cached_property
    def outside(self) -> "OutsideProcess":
        """Checks that are not this product's own, each in a process of its own."""
        from promotion.adapters.outside import OutsideProcess

        return OutsideProcess()

    @functools.cached_property
    def requests(self) -> "TableRequests":
        """Requests in Azure Tables."""
        from promotion.adapters.tables import TableRequests

        late = storage.LateEvidence(lambda: self.evidence)
        requests = TableRequests(self._storage(storage.tables), late)
        requests.prepare()
        return requests

    @functools.cached_property
    def hints(self) -> "QueueHints":
        """Hints in Azure Storage queues."""
        from promotion.adapters.queues import QueueHints

        if not self.settings.telemetry:
            return QueueHints(self._storage(storage.queues))
        from promotion.adapters.telemetry import carried

        return QueueHints(self._storage(storage.queues), trace=carried)

    @functools.cached_property
    def evidence(self) -> "BlobEvidence":
        """Evidence in blobs."""
        from promotion.adapters.blobs import BlobEvidence

        return BlobEvidence(self._blobs)

    @functools.cached_property
    def dead_letters(self) -> "BlobDeadLetters":
        """Dead letters in blobs."""
        from promotion.adapters.blobs import BlobDeadLetters

        return BlobDeadLetters(self._blobs)

    @functools.cached_property
    def watermarks(self) -> "BlobWatermarks":
        """Watermarks in blobs."""
        from promotion.adapters.watermarks import BlobWatermarks

        return BlobWatermarks(self._blobs)

    @functools.cached_property
    def reservations(self) -> "TableReservations":
        """Reservations in Azure Tables."""
        from promotion.adapters.tables import TableReservations

        reservations = TableReservations(self._storage(storage.tables))
        reservations.prepare()
        return reservations

    @functools.cached_property
    def registries(self) -> "Registries":
        """Azure ML."""
        from promotion.bootstrap.azureml import registries

        made = registries(self.settings, self.credential, self._blobs)
        return watched(self.settings, made)

    @functools.cached_property
    def channels(self) -> "tuple[Channel, ...]":
        """The channels that the settings name."""
        from promotion.bootstrap.channels import channels

        return channels(self.settings, self, lambda: self.credential)

    @functools.cached_property
    def credential(self) -> "TokenCredential":
        """The app's own identity."""
        from promotion.bootstrap.identity import credential

        return credential(self.settings)

    @functools.cached_property
    def signer(self) -> "Signer | None":
        """The key that the settings name."""
        from promotion.bootstrap.proving import signer

        return signer(self.settings, lambda: self.credential)

    @functools.cached_property
    def anchors(self) -> "Anchors":
        """The append blob of anchors, under its own identity when it has one."""
        from promotion.bootstrap.proving import anchors

        return anchors(self.settings, lambda: self.credential)

    @functools.cached_property
    def probes(self) -> "tuple[Probe, ...]":
        """What looks after settings, identity, storage, channels."""
        from promotion.bootstrap.doctor import probes

        return probes(self.settings, lambda: self.credential)

    @functools.cached_property
    def _blobs(self) -> Any:  # noqa: ANN401 -- the SDK's client, imported when it is made
        return self._storage(storage.blobs)

    def _storage(self, make: storage.Make) -> Any:  # noqa: ANN401 -- as above
        return make(self.settings.storage, lambda: self.credential)

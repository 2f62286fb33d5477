"""What the service's parts share while it runs: configuration, storage, knobs, the clock.

Must not know routes or what any kind of asset contains.
"""

import datetime as dt
from collections import Counter
from typing import Final

from sandbox.azureml.assets import Ref
from sandbox.azureml.blobs import Blobs
from sandbox.azureml.events import Outbox
from sandbox.azureml.knobs import Knobs
from sandbox.azureml.operations import Operations
from sandbox.azureml.sas import LIFETIME
from sandbox.azureml.store import Store
from sandbox.config import Config

_HOLD: Final = 10.0


class Service:
    """One running Azure ML service."""

    def __init__(self, config: Config, store: Store, blobs: Blobs) -> None:
        self.config = config
        self.store = store
        self.blobs = blobs
        self.knobs = Knobs()
        self.outbox = Outbox(config, store)
        self.operations = Operations(config, store, blobs, self.knobs)
        self._reads: Counter[str] = Counter()

    def now(self) -> dt.datetime:
        """Return the present moment in UTC."""
        return dt.datetime.now(dt.UTC)

    def account_for(self, ref: Ref) -> str:
        """Return the storage account the next answer names: replicas take turns."""
        accounts = ref.place.accounts
        turn = self._reads[ref.id]
        self._reads[ref.id] += 1
        return accounts[turn % len(accounts)]

    @property
    def sas_lifetime(self) -> dt.timedelta:
        """How long a signature lives."""
        seconds = self.knobs.settings.sas_lifetime
        return LIFETIME if seconds is None else dt.timedelta(seconds=seconds)

    @property
    def hold(self) -> float:
        """Seconds a poll waits for its operation to end."""
        if self.knobs.settings.operation_hold is not None:
            return self.knobs.settings.operation_hold
        return _HOLD if self.config.time_scale < 1 else 0

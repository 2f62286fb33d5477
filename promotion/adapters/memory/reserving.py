"""Reservations in memory."""

import threading
from dataclasses import dataclass, field

import msgspec

from promotion.domain.assets import AssetRef
from promotion.domain.errors import StaleError
from promotion.ports import Reservation


@dataclass
class MemoryReservations:
    """Reservations by name and version, under one lock."""

    _names: dict[str, dict[str, Reservation]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def under(self, target: AssetRef) -> tuple[Reservation, ...]:
        """Return every reservation under a name."""
        with self._lock:
            return tuple(self._names.get(_name(target), {}).values())

    def reserve(
        self, target: AssetRef, request_id: str, *, instead_of: Reservation | None = None
    ) -> None:
        """Give a version to a request."""
        with self._lock:
            versions = self._names.setdefault(_name(target), {})
            present = versions.get(target.version)
            if present != instead_of:
                raise StaleError(f"{target.id} was given to a request since.", "Read again.")
            made = Reservation(version=target.version, request_id=request_id)
            etag = str(int(present.etag) + 1) if present else "1"
            versions[target.version] = msgspec.structs.replace(made, etag=etag)


def _name(target: AssetRef) -> str:
    return f"{target.home.path.lower()}/{target.kind}/{target.name}"

"""Versions of a target that requests were given, before anything is there under them."""

from typing import Protocol

import msgspec

from promotion.domain.assets import AssetRef


class Reservation(msgspec.Struct, frozen=True, kw_only=True):
    """A version under a target's name, and the request it was given to. It stays for good: the way back."""

    version: str
    request_id: str
    #: What handing it to another request needs.
    etag: str = ""


class Reservations(Protocol):
    """Who was given which version. A version is one request's at a time, whoever asks at once."""

    def under(self, target: AssetRef) -> tuple[Reservation, ...]:
        """Return every reservation under the target's name in its home, in any order; its version is left aside.

        Raises:
            DamagedError: one of them cannot be read back.
        """
        ...

    def reserve(
        self, target: AssetRef, request_id: str, *, instead_of: Reservation | None = None
    ) -> None:
        """Give a version to a request: one that nobody has, or the one that another request gave up.

        Raises:
            StaleError: somebody was given it since; read again.
        """
        ...

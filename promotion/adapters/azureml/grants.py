"""Permission to use one storage container for a while, and how it is renewed before it ends.

A grant is the address of an asset's files with the signature that opens them. Must not know who
gives grants; nothing here is ever written to a log.
"""

import datetime as dt
import threading
import time
from collections.abc import Callable
from typing import Final, Self
from urllib.parse import parse_qs, urlsplit

import msgspec
from azure.core.credentials import AzureSasCredential

from promotion.domain.errors import BrokenError

#: Renewed when this part of its remaining life has passed since it was given.
_USED: Final = 0.75


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """A container, the asset's root inside it, and a signature (SAS) for the container."""

    #: Scheme, host and port: `https://account.blob.core.windows.net`.
    endpoint: str
    container: str
    #: The asset's root inside the container as its address writes it, no slash at either end.
    root: str
    signature: str = msgspec.field(name="signature")
    expires: dt.datetime | None = None

    @property
    def store(self) -> str:
        """Which container of which account: the place where ETags hold."""
        return f"{self.endpoint.partition('://')[2]}/{self.container}"

    def rooted(self, root: str) -> Self:
        """Return the same grant for another root."""
        return msgspec.structs.replace(self, root=root.strip("/"))

    def __repr__(self) -> str:
        return f"Grant({self.store}/{self.root})"

    @classmethod
    def of(cls, sas_uri: str, root: str = "") -> Self:
        """Return the grant that a signed container address (`sasUri`) stands for.

        Raises:
            BrokenError: it is not the signed address of a container.
        """
        parts = urlsplit(sas_uri)
        container, _, rest = parts.path.strip("/").partition("/")
        if not (parts.scheme == "https" and container and not rest and parts.query):
            raise BrokenError("The service gave an address that is not a signed container.")
        return cls(
            endpoint=f"https://{_host(parts.netloc)}",
            container=container,
            root=root.strip("/"),
            signature=parts.query,
            expires=_expiry(parts.query),
        )


class RenewingSignature(AzureSasCredential):
    """A signature that asks for its successor when most of its life is over.

    Storage clients read it for every request, so long work survives signatures that end.
    """

    def __init__(self, grant: Grant, renew: Callable[[], Grant]) -> None:
        super().__init__(grant.signature)
        self._renew = renew
        self._lock = threading.Lock()
        self._use(grant)

    @property
    def signature(self) -> str:
        """The signature to use now.

        Raises:
            PromotionError: what renewing it raises.
        """
        with self._lock:
            if time.monotonic() >= self._until:
                self._use(self._renew())
            return self._signature

    def _use(self, grant: Grant) -> None:
        self._signature = grant.signature
        self._until = time.monotonic() + _USED * _left(grant.expires)


def _left(expires: dt.datetime | None) -> float:
    if expires is None:
        return float("inf")
    return max((expires - dt.datetime.now(dt.UTC)).total_seconds(), 0.0)


def _expiry(query: str) -> dt.datetime | None:
    text = parse_qs(query).get("se", [""])[0]
    try:
        time_of = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return time_of if time_of.tzinfo else time_of.replace(tzinfo=dt.UTC)


def _host(netloc: str) -> str:
    # Registries write the default port, blob clients do not: one spelling, so that stores compare.
    return netloc.lower().removesuffix(":443")

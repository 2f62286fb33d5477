"""Translates between the front's addresses and Azurite's own, byte for byte. Pure.

Two styles reach an account through the front: `https://{account}.blob.localhost:{port}/{container}`
(workspace datastores: the SDK builds that name itself) and `https://localhost:{port}/{container}`
with a port for each account (registry assets: the SDK takes the first path segment for the
container). Azurite wants `http://127.0.0.1:{port}/{account}/{container}`. SAS signatures cover
neither host nor port, so they stay valid; Shared Key signatures cover the path and do not.
"""

import re
from typing import Final, Self

import msgspec

from sandbox.config import Config

_SUFFIX: Final = ".blob.localhost"
_PORT: Final = re.compile("[0-9]{1,5}")
_LOOPBACK: Final = ("localhost", "127.0.0.1")


class UnknownAccountError(Exception):
    """The address names no storage account of the sandbox."""


class Addresses(msgspec.Struct, frozen=True, kw_only=True):
    """The sandbox's blob addresses, seen from both sides."""

    front: int
    azurite: int
    accounts: frozenset[str]
    #: Port -> the one account served there.
    by_port: dict[int, str]

    @classmethod
    def of(cls, config: Config) -> Self:
        """Return the addresses of one sandbox."""
        return cls(
            front=config.ports.blob_front,
            azurite=config.ports.azurite_blob,
            accounts=frozenset(config.account_keys),
            by_port={port: name for name, port in config.ports.accounts.items()},
        )

    @property
    def ports(self) -> tuple[int, ...]:
        """Every port the front listens on."""
        return (self.front, *self.by_port)

    @property
    def upstream_host(self) -> str:
        """Azurite's host and port, as its `Host` header must say for copies to be accepted."""
        return f"127.0.0.1:{self.azurite}"

    def account(self, host: str, port: int) -> str:
        """Return the storage account that a request is for.

        Args:
            host: the request's `Host` header.
            port: the local port it came in by.

        Raises:
            UnknownAccountError: neither names one of the sandbox's accounts.
        """
        if port in self.by_port:
            return self.by_port[port]
        name = host.rpartition(":")[0] or host
        account = name.lower().removesuffix(_SUFFIX)
        if account not in self.accounts:
            known = ", ".join(sorted(self.accounts))
            raise UnknownAccountError(
                f"the host {host!r} is no storage account of this sandbox: "
                f"use ACCOUNT{_SUFFIX}:{self.front} with one of {known}",
            )
        return account

    def upstream(self, account: str, target: str) -> str:
        """Return Azurite's address for a request target (path and query as received)."""
        return f"http://{self.upstream_host}/{account}{target}"

    def to_azurite(self, address: str) -> str:
        """Return Azurite's own address for an absolute one that points at the front.

        Any other address comes back unchanged: judging it is Azurite's business.
        """
        host, slash, rest = address.removeprefix("https://").partition("/")
        account = self._named_by(host.lower()) if address.startswith("https://") else None
        return address if account is None else self.upstream(account, slash + rest)

    def to_front(self, address: str) -> str:
        """Return the front's host-style address for one of Azurite's own, others unchanged."""
        prefix = f"http://{self.upstream_host}/"
        account, slash, rest = address.removeprefix(prefix).partition("/")
        if not address.startswith(prefix) or account not in self.accounts:
            return address
        return f"https://{account}{_SUFFIX}:{self.front}{slash}{rest}"

    def _named_by(self, host: str) -> str | None:
        name, _, number = host.rpartition(":")
        port = int(number) if _PORT.fullmatch(number) else 0
        if name in _LOOPBACK:
            return self.by_port.get(port)
        account = name.removesuffix(_SUFFIX)
        here = port == self.front or self.by_port.get(port) == account
        return account if here and name.endswith(_SUFFIX) and account in self.accounts else None

"""Addresses of blobs: as the SDK sees them over HTTPS, and as this process reaches Azurite.

Pure. `https://localhost:{port of the account}/{container}/{path}` is what assets carry, because
azure-ai-ml takes the first path segment for the container; knows nothing of what is stored.
"""

import re
from typing import Final, Self

import msgspec

from sandbox.azureml.places import DATASTORE, GROUP_ID, Place
from sandbox.config import RESOURCE_GROUP, SUBSCRIPTION_ID, Config

_HTTPS: Final = re.compile(r"https://([^/:?]+):(\d+)/([^/?]+)/?([^?]*)")
_SHORT: Final = re.compile(r"azureml://datastores/([^/]+)/paths/(.+)")
_LONG: Final = re.compile(
    r"azureml://subscriptions/([^/]+)/resourcegroups/([^/]+)/workspaces/([^/]+)"
    r"/datastores/([^/]+)/paths/(.+)",
    re.IGNORECASE,
)


class BlobAddress(msgspec.Struct, frozen=True):
    """A blob, a folder of blobs (`path` is its prefix) or a whole container (`path` is empty)."""

    account: str
    container: str
    path: str = ""

    def at(self, account: str) -> Self:
        """Return the same address on another account."""
        return type(self)(account, self.container, self.path)

    def https(self, config: Config) -> str:
        """Return the address clients use, without a trailing slash of its own."""
        base = f"{account_url(config, self.account)}/{self.container}"
        return f"{base}/{self.path}" if self.path else base

    def internal(self, config: Config) -> str:
        """Return Azurite's own address of the container."""
        port = config.ports.azurite_blob
        return f"http://127.0.0.1:{port}/{self.account}/{self.container}"

    @classmethod
    def parse(cls, config: Config, uri: str) -> Self | None:
        """Return what an HTTPS address names, or None: not one of this sandbox's accounts."""
        match = _HTTPS.match(uri)
        if match is None:
            return None
        account = _account_at(config, match[1].lower(), int(match[2]))
        return None if account is None else cls(account, match[3], match[4])


def account_url(config: Config, account: str) -> str:
    """Return the HTTPS address of a storage account, one port each."""
    return f"https://localhost:{config.ports.accounts[account]}"


def datastore_uri(place: Place, uri: str) -> str | None:
    """Return the long form of a datastore address of this workspace, or None: another address.

    `azureml://datastores/...` comes back long and `resourcegroups` as `resourceGroups`, as
    recorded of the real service.
    """
    short, long = _SHORT.fullmatch(uri), _LONG.fullmatch(uri)
    if short is not None:
        return _long_uri(place, short[1], short[2])
    if long is None or not _same_workspace(place, long):
        return None
    return _long_uri(place, long[4], long[5])


def datastore_address(place: Place, uri: str) -> BlobAddress | None:
    """Return where a long datastore address of the workspace points, or None: not to its blobs."""
    match = _LONG.fullmatch(uri)
    if match is None or not _same_workspace(place, match) or match[4] != DATASTORE:
        return None
    return BlobAddress(place.accounts[0], place.blob_container, match[5])


def _same_workspace(place: Place, match: re.Match[str]) -> bool:
    wanted = (SUBSCRIPTION_ID, RESOURCE_GROUP.lower(), place.name.lower())
    return (match[1].lower(), match[2].lower(), match[3].lower()) == wanted


def _long_uri(place: Place, datastore: str, path: str) -> str:
    return f"azureml:/{GROUP_ID}/workspaces/{place.name}/datastores/{datastore}/paths/{path}"


def _account_at(config: Config, host: str, port: int) -> str | None:
    if host in {"localhost", "127.0.0.1"}:
        found = [name for name, taken in config.ports.accounts.items() if taken == port]
        return found[0] if found else None
    account, _, rest = host.partition(".")
    known = account in config.ports.accounts and rest == "blob.localhost"
    return account if known and port == config.ports.blob_front else None

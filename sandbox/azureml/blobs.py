"""The service's own hand on the blobs: makes containers, copies trees on the storage's side.

No blob's content ever passes through this process. Knows accounts and paths, nothing of assets.
"""

import asyncio
import contextlib
import datetime as dt
from collections.abc import AsyncIterator
from typing import Final, Self

from azure.core.exceptions import ResourceExistsError, ResourceNotFoundError
from azure.storage.blob import BlobProperties, ContentSettings
from azure.storage.blob.aio import BlobClient, BlobServiceClient, ContainerClient

from sandbox.azureml.addresses import BlobAddress
from sandbox.azureml.sas import READ, container_sas
from sandbox.config import Config

_POLL: Final = 0.05


class CopyError(Exception):
    """The storage did not finish a copy; the text names the blob and the storage's reason."""


class Blobs:
    """Blob clients of all the sandbox's accounts; an async context manager."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._clients: dict[str, BlobServiceClient] = {}

    async def __aenter__(self) -> Self:
        for account in self._config.account_keys:
            self._clients[account] = BlobServiceClient.from_connection_string(
                self._config.connection_string(account),
            )
        return self

    async def __aexit__(self, *_: object) -> None:
        for client in self._clients.values():
            await client.close()

    async def ensure_container(self, address: BlobAddress) -> None:
        """Make the container unless it exists."""
        with contextlib.suppress(ResourceExistsError):
            await self._container(address).create_container()

    async def copy_tree(self, source: BlobAddress, target: BlobAddress) -> int:
        """Copy all blobs at or below `source.path` to `target`, keeping their full names.

        Metadata and content type travel along; ETag, times and (as recorded of replicas) a missing
        Content-MD5 are the copy's own. Copying again overwrites.

        Returns:
            How many blobs were copied.

        Raises:
            CopyError: the storage gave up on one.
        """
        await self.ensure_container(target)
        query = self._read_query(source)
        count = 0
        async for blob in self._tree(source):
            url = f"{self._blob(source, blob.name).url}?{query}"
            await _copy(self._blob(target, blob.name), url, blob)
            count += 1
        return count

    async def _tree(self, address: BlobAddress) -> AsyncIterator[BlobProperties]:
        prefix = address.path.rstrip("/")
        listing = self._container(address).list_blobs(name_starts_with=prefix or None)
        try:
            async for blob in listing:
                if not prefix or blob.name == prefix or blob.name.startswith(f"{prefix}/"):
                    yield blob
        except ResourceNotFoundError:
            return  # no container: an asset without uploaded files

    def _read_query(self, address: BlobAddress) -> str:
        now = dt.datetime.now(dt.UTC)
        return container_sas(self._config, address, READ, now=now).partition("?")[2]

    def _container(self, address: BlobAddress) -> ContainerClient:
        return self._clients[address.account].get_container_client(address.container)

    def _blob(self, address: BlobAddress, name: str) -> BlobClient:
        return self._container(address).get_blob_client(name)


async def _copy(target: BlobClient, source_url: str, source: BlobProperties) -> None:
    await target.start_copy_from_url(source_url)
    while (copy := (await target.get_blob_properties()).copy).status == "pending":  # noqa: ASYNC110 - the storage offers nothing but to ask again
        await asyncio.sleep(_POLL)
    if copy.status != "success":
        reason = f"{copy.status}, {copy.status_description}"
        raise CopyError(f"{target.container_name}/{target.blob_name}: {reason}")
    content_type = source.content_settings.content_type
    await target.set_http_headers(ContentSettings(content_type=content_type))

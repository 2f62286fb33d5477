"""Event Grid's own storage: blobs in the account that Azurite always has.

Knows containers and names; must not know what the bytes mean. Every write is done when the call
returns.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from typing import Final, Self

from azure.core.exceptions import AzureError, ResourceExistsError, ResourceNotFoundError
from azure.storage.blob.aio import BlobServiceClient, ContainerClient, LinearRetry

from sandbox.config import Config

#: State: subscriptions, deliveries, facts.
STATE_CONTAINER: Final = "eventgrid"
#: What could not be delivered, where the cloud's users look for it.
DEAD_LETTER_CONTAINER: Final = "eventgrid-deadletter"

_START_ATTEMPTS: Final = 60

log = logging.getLogger(__name__)


class Storage:
    """Reads and writes whole blobs of the state container, and adds dead letters.

    Every method raises `azure.core.exceptions.AzureError` when the storage does not answer.
    """

    def __init__(self, state: ContainerClient, dead_letters: ContainerClient) -> None:
        self.state = state
        self._dead_letters = dead_letters

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, config: Config) -> AsyncIterator[Self]:
        """Connect, and create the containers; wait a minute for a storage that still starts.

        Raises:
            AzureError: it does not answer after a minute.
        """
        # A short patience: the publisher waits, and tries again by itself.
        retry = LinearRetry(backoff=1, retry_total=1, random_jitter_range=0)
        connection = config.connection_string()
        async with BlobServiceClient.from_connection_string(
            connection,
            retry_policy=retry,
        ) as service:
            state = service.get_container_client(STATE_CONTAINER)
            dead_letters = service.get_container_client(DEAD_LETTER_CONTAINER)
            for container in (state, dead_letters):
                await _create(container)
            yield cls(state, dead_letters)

    async def write(self, name: str, data: bytes) -> None:
        """Write a blob, replacing what was there."""
        await self.state.upload_blob(name, data, overwrite=True)

    async def read(self, name: str) -> bytes:
        """Return a blob's bytes.

        Raises:
            ResourceNotFoundError: there is none of that name.
        """
        return await (await self.state.download_blob(name)).readall()

    async def delete(self, name: str) -> None:
        """Delete a blob; nothing happens when there is none."""
        with contextlib.suppress(ResourceNotFoundError):
            await self.state.delete_blob(name)

    async def names(self, prefix: str) -> list[str]:
        """Return the names that start with `prefix`, in order."""
        return [name async for name in self.state.list_blob_names(name_starts_with=prefix)]

    async def add_dead_letter(self, name: str, data: bytes) -> None:
        """Write a dead letter."""
        await self._dead_letters.upload_blob(name, data, overwrite=True)


async def _create(container: ContainerClient) -> None:
    for attempt in range(1, _START_ATTEMPTS + 1):
        try:
            await container.create_container()
        except ResourceExistsError:
            return
        except AzureError as error:
            if attempt == _START_ATTEMPTS:
                raise
            log.warning("storage does not answer yet", extra={"error": str(error)[:200]})
            await asyncio.sleep(1)
        else:
            return

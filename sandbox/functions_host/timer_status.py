"""When a timer ran and is to run next, kept in a blob, so that a missed run is noticed.

The blob's place and shape are the real host's: `azure-webjobs-hosts`,
`timers/{host}/Host.Functions.{name}/status`, `{"Last", "Next", "LastUpdated"}`. Must not know
schedules.
"""

import contextlib
import datetime as dt
import logging
from typing import Annotated, Final

import msgspec
from azure.core.exceptions import AzureError, ResourceExistsError, ResourceNotFoundError
from azure.storage.blob.aio import BlobServiceClient

from sandbox.functions_host.app_settings import HOST_STORAGE
from sandbox.functions_host.errors import HostError
from sandbox.functions_host.storage import CLIENT_OPTIONS

_log: Final = logging.getLogger(__name__)

CONTAINER: Final = "azure-webjobs-hosts"
#: What stands for never, in .NET.
NEVER: Final = dt.datetime(1, 1, 1, tzinfo=dt.UTC)

Moment = Annotated[dt.datetime, msgspec.Meta(tz=True)]


class Status(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    """A timer's last and next run."""

    last: Moment
    next: Moment
    last_updated: Moment


class TimerStatuses:
    """The statuses of one host's timers."""

    def __init__(self, connection: str, host: str) -> None:
        """Keep them in the storage of `connection`, below the name `host`.

        Raises:
            HostError: it is no connection string.
        """
        try:
            self._service = BlobServiceClient.from_connection_string(connection, **CLIENT_OPTIONS)
        except ValueError as error:
            raise HostError(
                f"the app setting {HOST_STORAGE} is no storage connection string",
            ) from error
        self._container = self._service.get_container_client(CONTAINER)
        self._host = host

    async def read(self, function: str) -> Status | None:
        """Return the status of a function's timer; None when there is none that can be read.

        Raises:
            AzureError: the storage does not answer.
        """
        try:
            blob = await self._container.download_blob(self._path(function))
            return msgspec.json.decode(await blob.readall(), type=Status)
        except ResourceNotFoundError:
            return None
        except msgspec.DecodeError as error:
            _log.warning("unreadable timer status: %s", error, extra={"function": function})
            return None

    async def write(self, function: str, status: Status) -> None:
        """Keep the status; storage that does not answer is logged, the timer runs on."""
        try:
            await self._write(function, msgspec.json.encode(status))
        except AzureError as error:
            _log.warning("cannot keep a timer status: %s", error, extra={"function": function})

    async def close(self) -> None:
        """Close the connections."""
        await self._service.close()

    async def _write(self, function: str, body: bytes) -> None:
        try:
            await self._container.upload_blob(self._path(function), body, overwrite=True)
        except ResourceNotFoundError:
            # Another timer of the host may be making it too.
            with contextlib.suppress(ResourceExistsError):
                await self._container.create_container()
            await self._container.upload_blob(self._path(function), body, overwrite=True)

    def _path(self, function: str) -> str:
        return f"timers/{self._host}/Host.Functions.{function}/status"

"""Anchors in one append blob. Knows blocks and conditions, not what a line means.

The container carries a time-based immutability policy with protected append writes: blocks can be added
and nothing else, not even by the account's owner until the policy's time is over. Each append is one
block, all or nothing, and conditional on the blob's length (`appendpos`): two writers cannot both be next.
An append blob takes 50,000 blocks: more than a century of days.
"""

import contextlib
from collections.abc import Iterator
from typing import Any, Final

from azure.core import MatchConditions
from azure.core.exceptions import (
    AzureError,
    HttpResponseError,
    ResourceExistsError,
    ResourceNotFoundError,
)
from azure.storage.blob import BlobServiceClient

from promotion.domain.errors import RetryableError, StaleError
from promotion.ports import Tip

#: What an append blob takes in one block.
_BLOCK: Final = 4 * 1024 * 1024
_POSITION: Final = 412


class BlobAnchors:
    """The append blob of a container."""

    def __init__(
        self,
        service: BlobServiceClient,
        *,
        container: str = "anchors",
        name: str = "heads.jsonl",
    ) -> None:
        """Use the blob of that name. In Azure, infra makes the container, with its policy."""
        self._container = service.get_container_client(container)
        self._blob: Any = self._container.get_blob_client(name)

    def tip(self) -> Tip:
        """Return the last line and the blob's length; one read of at most a block and its neighbour."""
        with _translated():
            try:
                length = self._blob.get_blob_properties().size
            except ResourceNotFoundError:
                return Tip()
            if not length:
                return Tip()
            start = max(0, length - 2 * _BLOCK)
            content: bytes = self._blob.download_blob(offset=start, length=length - start).readall()
        line = content.rstrip(b"\n").rpartition(b"\n")[2] + b"\n"
        return Tip(line=line, position=length)

    def append(self, line: bytes, *, position: int) -> None:
        """Add a line as one block, if the blob still ends where the tip was."""
        with _translated():
            if position == 0:
                self._create()
            self._blob.append_block(line, appendpos_condition=position)

    def lines(self) -> Iterator[bytes]:
        """Return every line, read in chunks."""
        rest = b""
        with _translated():
            try:
                chunks = self._blob.download_blob().chunks()
            except ResourceNotFoundError:
                return
            for chunk in chunks:
                *whole, rest = (rest + chunk).split(b"\n")
                yield from (line + b"\n" for line in whole)
        if rest:
            yield rest

    def _create(self) -> None:
        # Conditional: an existing blob, and everything in it, stays.
        with contextlib.suppress(ResourceExistsError):
            try:
                self._blob.create_append_blob(match_condition=MatchConditions.IfMissing)
            except ResourceNotFoundError:
                with contextlib.suppress(ResourceExistsError):
                    self._container.create_container()
                self._blob.create_append_blob(match_condition=MatchConditions.IfMissing)


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except HttpResponseError as error:
        if error.status_code == _POSITION:
            raise StaleError("Somebody else anchored in between.", "Read the tip again.") from error
        raise RetryableError(
            f"Blob storage answered {error.status_code} {error.reason} to an anchor.",
            "If it goes on: give the app's identity the role Storage Blob Data Contributor on the "
            "container of the anchors.",
        ) from error
    except AzureError as error:
        raise RetryableError(f"Blob storage did not answer: {type(error).__name__}.") from error

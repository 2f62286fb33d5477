"""Watermarks as small blobs, one a key. Knows names and JSON, not what is looked through."""

import contextlib
import hashlib
from collections.abc import Iterator

import msgspec
from azure.core.exceptions import (
    AzureError,
    HttpResponseError,
    ResourceExistsError,
    ResourceNotFoundError,
)
from azure.storage.blob import BlobServiceClient

from promotion.domain.errors import DamagedError, RetryableError
from promotion.domain.ready import ready
from promotion.ports import Watermark


class BlobWatermarks:
    """The blobs of a container."""

    def __init__(self, service: BlobServiceClient, *, container: str = "watermarks") -> None:
        """Use a container of that name; the first write makes it."""
        self._container = service.get_container_client(container)

    def get(self, key: str) -> Watermark | None:
        """Return what was kept under a key."""
        name = _name(key)
        try:
            with _translated():
                content: bytes = self._container.download_blob(name).readall()
        except ResourceNotFoundError:
            return None
        try:
            return msgspec.json.decode(content, type=ready(Watermark))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise DamagedError(
                f"The watermark {self._container.container_name}/{name} cannot be read: {error}.",
                "Delete the blob: the next look starts afresh, and reports nothing older than itself.",
            ) from error

    def put(self, key: str, watermark: Watermark) -> None:
        """Keep it in the place of what was there."""
        name, content = _name(key), msgspec.json.encode(watermark)
        with _translated():
            try:
                self._container.upload_blob(name, content, overwrite=True)
            except ResourceNotFoundError:
                with contextlib.suppress(ResourceExistsError):
                    self._container.create_container()
                self._container.upload_blob(name, content, overwrite=True)


def _name(key: str) -> str:
    # Names of registries come from the policy: hashed, any of them makes a good blob name.
    return f"{hashlib.sha256(key.encode('utf-8', 'surrogateescape')).hexdigest()[:32]}.json"


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except ResourceNotFoundError:
        raise
    except HttpResponseError as error:
        raise RetryableError(
            f"Blob storage answered {error.status_code} {error.reason} about a watermark.",
            "If it goes on: give the app's identity the role Storage Blob Data Contributor.",
        ) from error
    except AzureError as error:
        raise RetryableError(f"Blob storage did not answer: {type(error).__name__}.") from error

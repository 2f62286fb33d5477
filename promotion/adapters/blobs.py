"""Evidence and dead letters in Azure Blob Storage. Knows containers and names, not what the bytes mean."""

import contextlib
import datetime as dt
import hashlib
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

from azure.core.exceptions import (
    AzureError,
    HttpResponseError,
    ResourceExistsError,
    ResourceNotFoundError,
)
from azure.storage.blob import BlobServiceClient, ContainerClient

from promotion.domain.errors import DamagedError, NotFoundError, RetryableError

_REASON_LENGTH: Final = 1_000


class BlobEvidence:
    """Contents under the hash of their bytes: writing the same twice changes nothing."""

    def __init__(self, service: BlobServiceClient, *, container: str = "evidence") -> None:
        """Use a container of that name; the first upload makes it."""
        self._container = service.get_container_client(container)

    def put(self, content: bytes) -> str:
        """Keep the content under its hash; return `sha256:` and the digest."""
        digest = hashlib.sha256(content).hexdigest()
        _upload(self._container, _name(digest), content)
        return f"sha256:{digest}"

    def get(self, reference: str) -> bytes:
        """Return the content of a reference, after checking that it is that content."""
        digest = reference.removeprefix("sha256:")
        try:
            with _translated():
                content: bytes = self._container.download_blob(_name(digest)).readall()
        except ResourceNotFoundError as error:
            raise NotFoundError(f"No evidence is kept under {reference[:80]!r}.") from error
        if hashlib.sha256(content).hexdigest() != digest:
            raise DamagedError(
                f"The evidence {reference} is not what its name says.",
                "Somebody changed the blob: look at the storage account's access log.",
            )
        return content


class BlobDeadLetters:
    """What can never be worked on, by kind and day, each with its reason as metadata."""

    def __init__(self, service: BlobServiceClient, *, container: str = "deadletters") -> None:
        """Use a container of that name; the first upload makes it."""
        self._container = service.get_container_client(container)

    def keep(self, kind: str, content: bytes, *, reason: str, at: dt.datetime) -> str:
        """Keep the content; the same content on the same day is kept once."""
        name = f"{kind}/{at:%Y/%m/%d}/{hashlib.sha256(content).hexdigest()}.json"
        # Header values are ASCII: percent-encoded, so that nothing from outside can break out.
        metadata = {"reason": quote(reason[:_REASON_LENGTH], safe=" .,:;=()'"), "kind": kind}
        _upload(self._container, name, content, metadata)
        return f"{self._container.container_name}/{name}"


def _name(digest: str) -> str:
    # Spread over prefixes: the storage partitions by name.
    return f"{digest[:2]}/{digest}"


def _upload(
    container: ContainerClient,
    name: str,
    content: bytes,
    metadata: dict[str, str] | None = None,
) -> None:
    # Names follow from contents, so a blob that exists already is the same one.
    with _translated(), contextlib.suppress(ResourceExistsError):
        try:
            container.upload_blob(name, content, overwrite=False, metadata=metadata)
        except ResourceNotFoundError:
            with contextlib.suppress(ResourceExistsError):
                container.create_container()
            container.upload_blob(name, content, overwrite=False, metadata=metadata)


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (ResourceNotFoundError, ResourceExistsError):
        raise
    except HttpResponseError as error:
        raise RetryableError(
            f"Blob storage answered {error.status_code} {error.reason}.",
            "If it goes on: give the app's identity the role Storage Blob Data Contributor.",
        ) from error
    except AzureError as error:
        raise RetryableError(f"Blob storage did not answer: {type(error).__name__}.") from error

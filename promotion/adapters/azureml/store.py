"""One blob container through one signature: list, look, read, and the addresses to copy from.

Knows blob storage; nothing of assets, registries or what the blobs are for. Errors are Azure's own.
"""

import base64
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

import msgspec
from azure.core import MatchConditions, PipelineClient
from azure.core.exceptions import (
    HttpResponseError,
    ResourceNotFoundError,
    ServiceResponseError,
)
from azure.core.pipeline.policies import RequestIdPolicy, UserAgentPolicy
from azure.core.pipeline.transport import RequestsTransport
from azure.core.rest import HttpRequest, HttpResponse
from azure.storage.blob import BlobClient, BlobProperties, ContainerClient, LinearRetry

from promotion.adapters.azureml.grants import Grant, RenewingSignature
from promotion.adapters.azureml.http import retries

#: Of all versions with the calls used here, one that every deployed storage account speaks.
API_VERSION: Final = "2023-11-03"
_TRIES: Final = 3
#: Blobs in one page of a list: the SDK holds two pages' XML and objects at once, 15 kB a blob.
_PAGE: Final = 500


class Blob(msgspec.Struct, frozen=True, kw_only=True):
    """What storage says of one blob."""

    name: str
    #: Bytes; of a blob that is being copied to: the bytes it will have.
    size: int
    #: Quoted, as HTTP writes it.
    etag: str
    #: Base64; empty where storage keeps none.
    md5: str = ""
    content_type: str = ""
    #: A folder's stand-in, not a file: hierarchical accounts list those too.
    folder: bool = False
    copy_id: str = ""
    #: `pending`, `success`, `failed`, `aborted`; empty: it did not come by a copy.
    copy_status: str = ""
    copy_problem: str = ""
    #: Bytes that a pending copy has written.
    copied: int = 0


class Store:
    """A container; safe to use from several threads."""

    def __init__(
        self,
        grant: Grant,
        renew: Callable[[], Grant],
        transport: RequestsTransport,
        *,
        retry_seconds: float = 1.0,
    ) -> None:
        self.grant = grant
        self._signature = RenewingSignature(grant, renew)
        self._container = ContainerClient(
            grant.endpoint,
            grant.container,
            credential=self._signature,
            transport=transport,
            api_version=API_VERSION,
            retry_policy=storage_retries(retry_seconds),
        )
        policies = [
            UserAgentPolicy("azureml-registry-promotion"),
            RequestIdPolicy(),
            retries(retry_seconds),
        ]
        self._reader: PipelineClient[HttpRequest, HttpResponse] = PipelineClient(
            grant.endpoint,
            transport=transport,
            policies=policies,
        )

    def list(self, prefix: str) -> Iterator[Blob]:
        """Yield every blob whose name begins with `prefix`, all pages."""
        found = self._container.list_blobs(
            name_starts_with=prefix or None,
            include=["metadata", "copy"],
            results_per_page=_PAGE,
        )
        return (_blob(each) for each in found)

    def look(self, name: str) -> Blob | None:
        """Return one blob, or None: there is none of that name."""
        try:
            return _blob(self.client(name).get_blob_properties())
        except ResourceNotFoundError:
            return None

    def client(self, name: str) -> BlobClient:
        """Return the storage SDK's client for one blob, which renews its signature like this."""
        return self._container.get_blob_client(name)

    def signed_url(self, name: str) -> str:
        """Return an address that another account can copy the blob from. Never log it."""
        return f"{self._url(name)}?{self._signature.signature}"

    def read_into(self, buffer: memoryview, name: str, *, offset: int, etag: str) -> None:
        """Fill `buffer` with the blob's bytes from `offset` on, if its ETag is still `etag`.

        Pieces go straight into the buffer: nothing is held twice. A connection that breaks off is
        taken up where it was.

        Raises:
            ResourceModifiedError: the blob has another ETag now.
            HttpResponseError: any other answer but the bytes.
            ServiceResponseError: it broke off too often.
        """
        filled = 0
        for piece in self.stream(name, offset=offset, length=len(buffer), etag=etag):
            buffer[filled : filled + len(piece)] = piece
            filled += len(piece)

    def stream(self, name: str, *, offset: int, length: int, etag: str) -> Iterator[bytes]:
        """Yield a range of the blob piece by piece, if its ETag is still `etag`.

        A connection that breaks off is taken up where it was; errors as `read_into`.
        """
        done, tries = 0, 0
        while tries < _TRIES:
            tries += 1
            try:
                for piece in self._pieces(name, offset + done, length - done, etag):
                    done += len(piece)
                    if done > length:
                        raise HttpResponseError("storage answered with more than was asked for")
                    # A long stream may break off often, as long as it moves on in between.
                    tries = 1
                    yield piece
            except ServiceResponseError:
                continue
            if done == length:
                return
        raise ServiceResponseError(f"the connection broke off after {done} bytes")

    def _pieces(self, name: str, offset: int, length: int, etag: str) -> Iterator[bytes]:
        headers = {
            "x-ms-version": API_VERSION,
            "Range": f"bytes={offset}-{offset + length - 1}",
            "If-Match": etag,
        }
        request = HttpRequest("GET", self.signed_url(name), headers=headers)
        with self._reader.send_request(request, stream=True) as response:
            if response.status_code != HTTPStatus.PARTIAL_CONTENT:
                raise _unreadable(response)
            yield from response.iter_raw()

    def _url(self, name: str) -> str:
        return f"{self.grant.endpoint}/{self.grant.container}/{quote(name, safe='/~')}"


def storage_retries(seconds: float) -> LinearRetry:
    """Return the policy of all clients of the storage SDK: three more tries, `seconds` apart."""
    return LinearRetry(
        backoff=seconds,  # type: ignore[arg-type]  # the SDK says int, and sleeps any
        random_jitter_range=seconds / 2,  # type: ignore[arg-type]  # as above
        retry_total=3,
    )


def unchanged(etag: str) -> dict[str, Any]:
    """Return the storage SDK's options for "only if it still has this ETag"."""
    return {"etag": etag, "match_condition": MatchConditions.IfNotModified}


def source_unchanged(etag: str) -> dict[str, Any]:
    """Return the options for "only if the source still has this ETag"."""
    return {"source_etag": etag, "source_match_condition": MatchConditions.IfNotModified}


def replaces(etag: str) -> dict[str, Any]:
    """Return the options for "only over the blob that was seen"; empty: only where none is."""
    return unchanged(etag) if etag else {"match_condition": MatchConditions.IfMissing}


def quoted(etag: str) -> str:
    """Return an ETag as HTTP writes it; lists of blobs leave the quotes out."""
    bare = etag.strip('"')
    return f'"{bare}"' if bare else ""


def _unreadable(response: HttpResponse) -> HttpResponseError:
    response.read()
    try:
        response.raise_for_status()
    except HttpResponseError as error:
        return error
    return HttpResponseError("storage answered without the range asked for", response=response)


def _blob(properties: BlobProperties) -> Blob:
    metadata = {key.lower(): value for key, value in (properties.metadata or {}).items()}
    settings, copy = properties.content_settings, properties.copy
    size = properties.size or 0
    # Anybody may write metadata: what has content is a file, whatever it says of itself.
    says_folder = str(metadata.get("hdi_isfolder", "")).lower() == "true"
    return Blob(
        name=properties.name,
        size=size,
        etag=quoted(properties.etag or ""),
        md5=base64.b64encode(bytes(settings.content_md5 or b"")).decode(),
        content_type=settings.content_type or "",
        folder=size == 0 and (says_folder or properties.name.endswith("/")),
        copy_id=copy.id or "",
        copy_status=copy.status or "",
        copy_problem=copy.status_description or "",
        copied=_copied(copy.progress),
    )


def _copied(progress: str | None) -> int:
    done = (progress or "").partition("/")[0]
    return int(done) if done.isdecimal() else 0

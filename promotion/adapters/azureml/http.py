"""Plain requests to Azure Resource Manager and the registries' data plane, over azure-core.

For what azure-ai-ml does not offer publicly, or offers with a defect; and for reading, so that
looking at an asset does not load 1,700 modules. Knows HTTP and JSON; nothing of assets.
"""

from typing import Any, Final

import requests
from azure.core import PipelineClient
from azure.core.credentials import TokenCredential
from azure.core.exceptions import DecodeError, HttpResponseError
from azure.core.pipeline import PipelineResponse
from azure.core.pipeline.policies import (
    BearerTokenCredentialPolicy,
    ContentDecodePolicy,
    HeadersPolicy,
    RequestIdPolicy,
    RetryPolicy,
    UserAgentPolicy,
)
from azure.core.pipeline.transport import RequestsTransport
from azure.core.rest import HttpRequest, HttpResponse
from requests.adapters import HTTPAdapter

from promotion.adapters.azureml.hosts import KnownHosts

#: Seconds; longer waits than this are not slept through: the queue waits instead.
LONGEST_WAIT: Final = 5.0
_AGENT: Final = "azureml-registry-promotion"
_CONNECT: Final = 10
_READ: Final = 120
#: How many bytes a body is taken from the connection at a time.
_PIECE: Final = 1024 * 1024


class PromptRetryPolicy(RetryPolicy[Any, Any]):
    """azure-core's retries, but an answer that asks for a long wait is handed on at once."""

    def is_retry(
        self,
        settings: dict[str, Any],
        response: PipelineResponse[Any, Any],
    ) -> bool:
        """Whether to try again within this call."""
        wait = self.get_retry_after(response) or 0
        return wait <= LONGEST_WAIT and super().is_retry(settings, response)


def retries(seconds: float) -> PromptRetryPolicy:
    """Return the policy all plain requests share: three more tries, `seconds` apart and up."""
    return PromptRetryPolicy(retry_total=3, retry_backoff_factor=seconds / 2, retry_backoff_max=8)


def pooled_transport(connections: int) -> RequestsTransport:
    """Return a transport that keeps `connections` connections to each host for all threads.

    Certificates are checked against REQUESTS_CA_BUNDLE where it is set.
    """
    session = requests.Session()
    for scheme in ("https://", "http://"):
        adapter = HTTPAdapter(pool_connections=8, pool_maxsize=connections, pool_block=False)
        session.mount(scheme, adapter)
    return RequestsTransport(
        session=session,
        session_owner=False,
        connection_timeout=_CONNECT,
        read_timeout=_READ,
        connection_data_block_size=_PIECE,
    )


class AzureHttp:
    """Requests with the app's token, answered with JSON. Safe to use from several threads."""

    def __init__(
        self,
        credential: TokenCredential,
        scope: str,
        transport: RequestsTransport,
        *,
        hosts: KnownHosts,
        retry_seconds: float,
    ) -> None:
        self.hosts = hosts
        policies = [
            hosts,
            HeadersPolicy({"Accept": "application/json"}),
            UserAgentPolicy(_AGENT),
            RequestIdPolicy(),
            retries(retry_seconds),
            BearerTokenCredentialPolicy(credential, scope),
            ContentDecodePolicy(),
        ]
        self._client: PipelineClient[HttpRequest, HttpResponse] = PipelineClient(
            "",
            transport=transport,
            policies=policies,
        )

    def get(self, url: str, **query: str) -> dict[str, Any]:
        """Return the JSON object at `url`.

        Raises:
            AzureError: any answer but success, or none.
        """
        return body_of(self.send(HttpRequest("GET", url, params=query)))

    def put(self, url: str, body: dict[str, Any], **query: str) -> dict[str, Any]:
        """Send `body` and return the JSON object of the answer; errors as `get`."""
        return body_of(self.send(HttpRequest("PUT", url, params=query, json=body)))

    def post(self, url: str, body: dict[str, Any], **query: str) -> dict[str, Any]:
        """Send `body` and return the JSON object of the answer; errors as `get`."""
        return body_of(self.send(HttpRequest("POST", url, params=query, json=body)))

    def send(self, request: HttpRequest) -> HttpResponse:
        """Return the answer to one request.

        Raises:
            AzureError: an answer of 400 or above, or none.
            BrokenError: the host is none that gets the app's token.
        """
        response = self._client.send_request(request)
        response.raise_for_status()
        return response


def body_of(response: HttpResponse) -> dict[str, Any]:
    """Return the JSON object of an answer; an empty one for an empty body or `null`.

    Raises:
        HttpResponseError: the body is something else.
    """
    text = response.text()
    if not text.strip():
        return {}
    try:
        body = response.json()
    except (ValueError, DecodeError) as error:
        raise HttpResponseError("the answer is not JSON", response=response) from error
    if body is None:
        return {}
    if not isinstance(body, dict):
        raise HttpResponseError("the answer is not a JSON object", response=response)
    return body

"""Plain requests to Azure ML, past the product: what the service says, without anybody's interpretation.

Knows addresses and waiting; must not know what an answer means.
"""

import time
from http import HTTPStatus
from typing import Any

import requests

from promotion.domain.assets import AssetRef, Home, Registry
from tests.live.surroundings import Surroundings

REGISTRY_API = "2021-10-01-dataplanepreview"
WORKSPACE_API = "2023-08-01-preview"
DATASTORE_API = "2024-10-01-preview"
_PROVIDER = "providers/Microsoft.MachineLearningServices"
_PATIENCE = 1800.0
_PAUSE = 2.0


class Wire:
    """A session with whoever is signed in."""

    def __init__(self, place: Surroundings) -> None:
        self._place = place
        self._session = requests.Session()
        self._bases: dict[str, str] = {}

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def ask(self, method: str, url: str, body: dict[str, Any] | None = None) -> requests.Response:
        """Return the answer, whatever its status."""
        token = self._place.credential.get_token(self._place.cloud.scope).token
        headers = {"Authorization": f"Bearer {token}"}
        return self._session.request(method, url, json=body, headers=headers, timeout=120)

    def discovery(self, registry: str) -> requests.Response:
        """Return where a registry is."""
        host = self._place.cloud.registry_discovery_endpoint.rstrip("/")
        return self.ask(
            "GET",
            f"{host}/registrymanagement/v1.0/registries/{registry}/discovery?api-version=v1.0",
        )

    def base(self, home: Home) -> str:
        """Return the address that a registry's or workspace's documents are below."""
        if not isinstance(home, Registry):
            manager = self._place.cloud.resource_manager.rstrip("/")
            group = f"/subscriptions/{home.subscription}/resourceGroups/{home.resource_group}"
            return f"{manager}{group}/{_PROVIDER}/workspaces/{home.name}"
        if home.name not in self._bases:
            found = self.discovery(home.name).json()
            region = found["primaryRegionResourceProviderUri"].rstrip("/")
            group = (
                f"/subscriptions/{found['subscriptionId']}/resourceGroups/{found['resourceGroup']}"
            )
            self._bases[home.name] = (
                f"{region}/mferp/managementfrontend{group}/{_PROVIDER}/registries/{home.name}"
            )
        return self._bases[home.name]

    def below(
        self,
        home: Home,
        path: str,
        method: str = "GET",
        body: dict[str, Any] | None = None,
        query: str = "",
    ) -> requests.Response:
        """Return the answer to a request below a home's address."""
        api = REGISTRY_API if isinstance(home, Registry) else WORKSPACE_API
        return self.ask(method, f"{self.base(home)}{path}?api-version={api}{query}", body)

    def version(
        self, asset: AssetRef, method: str = "GET", body: dict[str, Any] | None = None
    ) -> requests.Response:
        """Return the answer to a request about one version."""
        path = f"/{asset.kind}/{asset.name}/versions/{asset.version}"
        return self.below(asset.home, path, method, body)

    def write_reference(self, asset: AssetRef) -> requests.Response:
        """Ask where the files of a version to come belong."""
        body = {"assetId": asset.id, "temporaryDataReferenceType": "TemporaryBlobReference"}
        return self.below(
            asset.home, f"/tempdatarefs/{asset.name}/versions/{asset.version}", "PUT", body
        )

    def import_(self, source: str, target: AssetRef) -> requests.Response:
        """Ask a registry to take over an asset by its id."""
        asked = {
            "referenceType": "Id",
            "destinationName": target.name,
            "destinationVersion": target.version,
            "sourceAssetId": source,
        }
        return self.below(target.home, "/import", "POST", {"properties": asked})

    def ended(self, answer: requests.Response) -> requests.Response:
        """Return the last answer of the operation that an answer began; the answer itself if none.

        Raises:
            TimeoutError: it did not end in half an hour.
        """
        where, until = answer.headers.get("Location"), time.monotonic() + _PATIENCE
        while answer.status_code == HTTPStatus.ACCEPTED and where:
            answer = self.ask("GET", where)
            if time.monotonic() > until:
                raise TimeoutError(f"an operation did not end in {_PATIENCE:.0f} s")
            time.sleep(_PAUSE if answer.status_code == HTTPStatus.ACCEPTED else 0)
        return answer


def told(answer: requests.Response) -> str:
    """Return an answer in a few words: its status, and the service's message when it refuses."""
    if answer.ok:
        return f"{answer.status_code}"
    try:
        problem = answer.json()["error"]["message"]
    except (ValueError, KeyError, TypeError):
        problem = answer.text
    return f"{answer.status_code}: {problem[:200]}"

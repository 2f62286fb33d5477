"""Where assets are on the wire: registries through their discovery, workspaces through ARM.

Knows addresses and API versions, and reads documents; must not know what the documents mean.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import quote

from azure.core.rest import HttpRequest, HttpResponse

from promotion.adapters.azureml.codes import CODES
from promotion.adapters.azureml.errors import names_accepted, translated
from promotion.adapters.azureml.http import AzureHttp
from promotion.domain.assets import AssetKind, AssetRef, Home, Registry, Workspace
from promotion.domain.errors import BrokenError, InvalidError

#: The one version the registries' data plane answers to (azure-ai-ml 1.35.2).
REGISTRY_API: Final = "2021-10-01-dataplanepreview"
#: Workspaces: the versions azure-ai-ml 1.35.2 itself reads these kinds with.
WORKSPACE_API: Final = {
    AssetKind.MODELS: "2023-08-01-preview",
    AssetKind.ENVIRONMENTS: "2023-04-01-preview",
    AssetKind.COMPONENTS: "2024-01-01-preview",
    AssetKind.DATA: "2023-04-01-preview",
    CODES: "2023-04-01-preview",
}
WORKSPACE_ITSELF_API: Final = "2023-08-01-preview"
DATASTORE_API: Final = "2024-10-01-preview"

_PROVIDER: Final = "providers/Microsoft.MachineLearningServices"
_MOST_PAGES: Final = 10_000

type Document = dict[str, Any]


class Plane:
    """Reads and writes documents of registries and workspaces with the app's token."""

    def __init__(
        self, http: AzureHttp, resource_manager: str, discovery: str, *, identity: str
    ) -> None:
        self._http = http
        self._resource_manager = resource_manager.rstrip("/")
        self._discovery = discovery.rstrip("/")
        self._bases: dict[str, str] = {}
        self._lock = threading.Lock()
        self.identity = identity

    def version(self, asset: AssetRef) -> Document:
        """Return the document of an asset version.

        Raises:
            NotFoundError: there is no such version.
            InvalidError: no version can have that name or number.
            ForbiddenError: the app's identity may not read there.
            RetryableError: the service is not ready.
        """
        with self._about(f"reading {asset.id}", asset):
            url = f"{self._versions_url(asset)}/{_part(asset.version)}"
            return self._http.get(url, **_query(asset))

    def put_version(self, asset: AssetRef, body: Document) -> str:
        """Change what may change of a version; return where its operation is asked for (`Location`)."""
        with self._about(f"changing {asset.id}", asset):
            url = f"{self._versions_url(asset)}/{_part(asset.version)}"
            request = HttpRequest("PUT", url, params=_query(asset), json=body)
            return str(self._http.send(request).headers.get("Location", ""))

    def versions(self, asset: AssetRef) -> Iterator[Document]:
        """Yield the documents of all versions of an asset, archived ones too, page by page.

        Raises:
            NotFoundError: a workspace without such a name (a registry yields nothing then).
        """
        with self._about(f"listing the versions of {asset.id}", asset):
            yield from self._pages(
                self._versions_url(asset), {**_query(asset), "listViewType": "All"}
            )

    def newest(self, asset: AssetRef) -> Iterator[Document]:
        """Yield the documents of a name's versions, archived ones too, the last created first.

        The order is the one azure-ai-ml 1.35.2 asks for when it resolves the label `latest`.
        """
        with self._about(f"listing the versions of {asset.id}", asset):
            wanted = {"listViewType": "All", "$orderBy": "createdtime desc"}
            yield from self._pages(self._versions_url(asset), {**_query(asset), **wanted})

    def containers(self, registry: Registry, kind: AssetKind) -> Iterator[Document]:
        """Yield what a registry says of each asset name of a kind, archived ones too."""
        with translated(f"listing the {kind} of {registry.name}", registry, self.identity):
            url = f"{self.base(registry)}/{kind}"
            yield from self._pages(url, {"api-version": REGISTRY_API, "listViewType": "All"})

    def _pages(self, url: str, query: dict[str, str]) -> Iterator[Document]:
        page = self._http.get(url, **query)
        for _ in range(_MOST_PAGES):
            yield from page.get("value") or []
            if not page.get("nextLink"):
                return
            page = self._http.get(page["nextLink"])
        raise BrokenError(f"The list at {url} does not end.")

    def require(self, home: Home, api: str) -> None:
        """Make sure that a registry or workspace is there.

        Raises:
            NotFoundError: it is not.
        """
        with translated(f"looking up {home.name}", home, self.identity):
            self.get(home, "", api)

    def put_reference(self, asset: AssetRef, body: Document) -> Document:
        """Ask a registry where the files of a version to come are uploaded (`tempdatarefs`)."""
        url = f"{self.base(asset.home)}/tempdatarefs/{_name_and_version(asset)}"
        return self._http.put(url, body, **{"api-version": REGISTRY_API})

    def post_reference(self, asset: AssetRef, body: Document) -> Document:
        """Ask a registry for access to the files of a version (`datarefs`)."""
        url = f"{self.base(asset.home)}/datarefs/{_name_and_version(asset)}"
        return self._http.post(url, body, **{"api-version": REGISTRY_API})

    def get(self, home: Home, path: str, api: str) -> Document:
        """Return a document below a home's address; `path` begins with a slash or is empty."""
        return self._http.get(f"{self.base(home)}{path}", **{"api-version": api})

    def post(self, home: Home, path: str, body: Document, api: str) -> Document:
        """Post a document below a home's address and return the answer."""
        return self._http.post(f"{self.base(home)}{path}", body, **{"api-version": api})

    def send(self, request: HttpRequest) -> HttpResponse:
        """Return the answer to a request that is not about documents (operations)."""
        return self._http.send(request)

    def base(self, home: Home) -> str:
        """Return the address that a home's documents are below, without a slash at its end."""
        if isinstance(home, Registry):
            with self._lock:
                if home.name not in self._bases:
                    self._bases[home.name] = self._discover(home)
                return self._bases[home.name]
        return f"{self._resource_manager}{_arm_path(home)}"

    def _discover(self, registry: Registry) -> str:
        url = (
            f"{self._discovery}/registrymanagement/v1.0/registries/{_part(registry.name)}/discovery"
        )
        doing = f"looking up registry {registry.name}"
        with translated(doing, registry, self.identity), names_accepted(registry.path, registry):
            found = self._http.get(url, **{"api-version": "v1.0"})
        try:
            region = str(found["primaryRegionResourceProviderUri"]).rstrip("/")
            group = (
                f"/subscriptions/{found['subscriptionId']}/resourceGroups/{found['resourceGroup']}"
            )
        except KeyError as error:
            raise BrokenError(f"The discovery of {registry.name} has no {error}.") from error
        self._http.hosts.trust(region)
        path = f"{group}/{_PROVIDER}/registries/{_part(registry.name)}"
        return f"{region}/mferp/managementfrontend{path}"

    @contextmanager
    def _about(self, doing: str, asset: AssetRef) -> Iterator[None]:
        home = asset.home
        with translated(doing, home, self.identity), names_accepted(asset.id, home):
            yield

    def _versions_url(self, asset: AssetRef) -> str:
        return f"{self.base(asset.home)}/{asset.kind}/{_part(asset.name)}/versions"


def require_registry(asset: AssetRef) -> Registry:
    """Return the registry an asset is in.

    Raises:
        InvalidError: it is in a workspace.
    """
    if not isinstance(asset.home, Registry):
        raise InvalidError(
            f"{asset.id} is in a workspace; files are promoted into registries.",
            "Name a registry as the route's target.",
        )
    return asset.home


def _arm_path(workspace: Workspace) -> str:
    return (
        f"/subscriptions/{_part(workspace.subscription)}"
        f"/resourceGroups/{_part(workspace.resource_group)}"
        f"/{_PROVIDER}/workspaces/{_part(workspace.name)}"
    )


def _query(asset: AssetRef) -> dict[str, str]:
    in_registry = isinstance(asset.home, Registry)
    return {"api-version": REGISTRY_API if in_registry else WORKSPACE_API[asset.kind]}


def _name_and_version(asset: AssetRef) -> str:
    return f"{_part(asset.name)}/versions/{_part(asset.version)}"


def _part(text: str) -> str:
    return quote(text, safe="")

"""Raw HTTP to the local Azure ML service, as one identity: what the SDK would send, and more.

Builds requests, never judges answers.
"""

import datetime as dt
from typing import Any

import requests

from sandbox.config import RESOURCE_GROUP, SUBSCRIPTION_ID, Config
from sandbox.people import AZURE_AUDIENCES, Identity, issue_token

#: Whatever `requests` takes.
type Option = Any
type Json = Any

_SCOPE = (
    f"/subscriptions/{SUBSCRIPTION_ID}/resourceGroups/{RESOURCE_GROUP}"
    "/providers/Microsoft.MachineLearningServices"
)


class Calls:
    """Requests with an identity's bearer token."""

    def __init__(self, config: Config, identity: Identity | None) -> None:
        self.config = config
        self._session = requests.Session()
        self._session.trust_env = False  # another CA bundle of the environment would win
        self._session.verify = str(config.ca_bundle)
        if identity is not None:
            now = dt.datetime.now(dt.UTC)
            token = issue_token(identity, AZURE_AUDIENCES[0], config.signing_key, now=now)
            self._session.headers["Authorization"] = f"Bearer {token}"

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def registry(self, name: str, rest: str = "") -> str:
        """Return the address of something in a registry's data plane."""
        return f"{self.config.azureml_url}mferp/managementfrontend{_SCOPE}/registries/{name}{rest}"

    def arm(self, rest: str) -> str:
        """Return the address of a resource below the provider in Azure Resource Manager."""
        return f"{self.config.azureml_url.rstrip('/')}{_SCOPE}/{rest}"

    def workspace(self, rest: str = "", name: str = "dev-mlops-workspace") -> str:
        """Return the address of something in a workspace."""
        return self.arm(f"workspaces/{name}{rest}")

    def operations(self, rest: str) -> str:
        """Return an address on the host of operations."""
        return f"https://localhost:{self.config.ports.azureml_operations}{rest}"

    def get(self, url: str, **options: Option) -> requests.Response:
        """GET."""
        return self.send("GET", url, **options)

    def put(self, url: str, **options: Option) -> requests.Response:
        """PUT."""
        return self.send("PUT", url, **options)

    def post(self, url: str, **options: Option) -> requests.Response:
        """POST."""
        return self.send("POST", url, **options)

    def send(self, method: str, url: str, **options: Option) -> requests.Response:
        """Send a request and return its answer, whatever its status."""
        return self._session.request(method, url, timeout=60, **options)

    def wait(self, accepted: requests.Response) -> requests.Response:
        """Return the answer of an operation's last poll."""
        assert accepted.status_code == 202, accepted.text
        answer = self.get(accepted.headers["Location"])
        assert answer.status_code != 202, "the poll was not held until the operation ended"
        return answer

    def put_version(
        self,
        registry: str,
        path: str,
        properties: dict[str, Any],
    ) -> requests.Response:
        """Put a version into a registry, `path` is `/models/{name}/versions/{version}`."""
        return self.put(self.registry(registry, path), json={"properties": properties})

    def write_reference(
        self, registry: str, kind: str, name: str, version: str
    ) -> requests.Response:
        """Ask where the files of a version to come are uploaded."""
        body = {
            "assetId": f"azureml://registries/{registry}/{kind}/{name}/versions/{version}",
            "temporaryDataReferenceType": "TemporaryBlobReference",
        }
        url = self.registry(registry, f"/tempdatarefs/{name}/versions/{version}")
        return self.put(url, json=body)

    def read_reference(
        self,
        registry: str,
        path: str,
        blob_uri: str,
    ) -> requests.Response:
        """Ask for a signature to read the files of `/models/{name}/versions/{version}`."""
        _, _, name_and_version = path[1:].partition("/")
        body = {"assetId": f"azureml://registries/{registry}{path}", "blobUri": blob_uri}
        return self.post(self.registry(registry, f"/datarefs/{name_and_version}"), json=body)

    def admin(self, method: str, path: str, body: Json = None) -> requests.Response:
        """Turn a knob of the sandbox with its master key."""
        headers = {"x-sandbox-key": self.config.master_key}
        return self.send(method, f"{self.config.azureml_url}{path}", json=body, headers=headers)

"""Versions put into a registry by the hundred: the same calls as the ML SDK's, without its waiting.

Knows the registry's data plane and its storage; must not look into the app.
"""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import requests
from azure.storage.blob import BlobServiceClient

from sandbox import resolver
from sandbox.config import RESOURCE_GROUP, SUBSCRIPTION_ID, Config
from sandbox.people import AZURE_AUDIENCES, PEOPLE, issue_token

_TIMEOUT: Final = 60
_SIDE_BY_SIDE: Final = 4


class Registry:
    """One registry of the sandbox, as the models' author reaches it."""

    def __init__(self, config: Config, name: str) -> None:
        resolver.install()
        now = dt.datetime.now(dt.UTC)
        token = issue_token(PEOPLE["author"], AZURE_AUDIENCES[0], config.signing_key, now=now)
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = str(config.ca_bundle)
        self._session.headers["Authorization"] = f"Bearer {token}"
        self._config = config
        self._base = (
            f"{config.azureml_url}mferp/managementfrontend/subscriptions/{SUBSCRIPTION_ID}"
            f"/resourceGroups/{RESOURCE_GROUP}/providers/Microsoft.MachineLearningServices"
            f"/registries/{name}"
        )
        self.name = name

    def fill(self, name: str, count: int) -> None:
        """Register `count` versions of a model, each with files of its own."""
        with ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
            list(pool.map(lambda number: self._register(name, str(number + 1)), range(count)))

    def versions(self, name: str) -> list[str]:
        """Return every version under a name, as the registry lists them."""
        found: list[str] = []
        url = f"{self._base}/models/{name}/versions"
        while url:
            page = self._sent("GET", url).json()
            found += [each["id"].rpartition("/")[2] for each in page["value"]]
            url = page.get("nextLink") or ""
        return found

    def _register(self, name: str, version: str) -> None:
        uri = self._uploaded(name, version)
        path = f"{self._base}/models/{name}/versions/{version}"
        properties = {
            "tags": {"owner": "team-fares"},
            "properties": {},
            "isAnonymous": False,
            "isArchived": False,
            "modelType": "custom_model",
            "modelUri": uri,
            "flavors": {},
        }
        accepted = self._sent("PUT", path, json={"properties": properties})
        self._sent("GET", accepted.headers["Location"])

    def _uploaded(self, name: str, version: str) -> str:
        body = {
            "assetId": f"azureml://registries/{self.name}/models/{name}/versions/{version}",
            "temporaryDataReferenceType": "TemporaryBlobReference",
        }
        url = f"{self._base}/tempdatarefs/{name}/versions/{version}"
        answer = self._sent("PUT", url, json=body).json()
        uri: str = answer["blobReferenceForConsumption"]["blobUri"]
        host, _, container = uri.partition("://")[2].partition("/")
        port = int(host.rpartition(":")[2])
        account = next(a for a, p in self._config.ports.accounts.items() if p == port)
        with BlobServiceClient.from_connection_string(
            self._config.connection_string(account)
        ) as service:
            blob = service.get_blob_client(container, "upload/weights.txt")
            blob.upload_blob(f"{name} {version}\n".encode() * 500)
        return f"{uri}/upload"

    def _sent(self, method: str, url: str, **options: Any) -> requests.Response:  # noqa: ANN401 -- passed on
        answer = self._session.request(method, url, timeout=_TIMEOUT, **options)
        answer.raise_for_status()
        return answer

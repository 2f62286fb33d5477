"""Which Azure this is: the endpoints of a cloud, in the six keys azure-ai-ml knows them by.

Knows addresses only; nothing of registries, tokens or clients. Source of the three public clouds:
the table in azure-ai-ml 1.35.2 (`azure.ai.ml._azure_environments`).
"""

import hashlib
from typing import Final, Self

import msgspec

from promotion.domain.errors import InvalidError
from promotion.domain.ready import ready


class CloudSettings(msgspec.Struct, frozen=True, kw_only=True):
    """A cloud by name and endpoints; the public Azure when nothing is given.

    Addresses end with a slash, as azure-ai-ml expects them.
    """

    name: str = "AzureCloud"
    azure_portal: str = "https://portal.azure.com/"
    resource_manager: str = "https://management.azure.com/"
    active_directory: str = "https://login.microsoftonline.com/"
    aml_resource_id: str = "https://ml.azure.com/"
    #: Suffix of storage addresses, without scheme: `core.windows.net`.
    storage_endpoint: str = "core.windows.net"
    registry_discovery_endpoint: str = "https://eastus.api.azureml.ms/"

    @property
    def metadata(self) -> dict[str, str]:
        """The endpoints as `MLClient(cloud_metadata=...)` takes them."""
        fields: dict[str, str] = msgspec.structs.asdict(self)
        return {key: value for key, value in fields.items() if key != "name"}

    @property
    def scope(self) -> str:
        """The scope of tokens for Azure Resource Manager and the registries' data plane."""
        return f"{self.resource_manager.rstrip('/')}/.default"

    @property
    def sdk_arguments(self) -> dict[str, object]:
        """What makes an `MLClient` talk to this cloud.

        azure-ai-ml keeps the first endpoints it hears under a name for the life of the process, so
        a cloud of one's own gets a name that changes with its endpoints.
        """
        if CLOUDS.get(self.name) == self:
            return {"cloud": self.name}
        mark = hashlib.sha256(msgspec.json.encode(self)).hexdigest()[:8]
        return {"cloud": f"{self.name}-{mark}", "cloud_metadata": self.metadata}

    @classmethod
    def of(cls, name: str, metadata: dict[str, str] | None = None) -> Self:
        """Return a public cloud by its name, or one of one's own with all six endpoints.

        Raises:
            InvalidError: an unknown name without endpoints, or endpoints that are missing or unknown.
        """
        if not metadata:
            return _public(cls, name)
        try:
            return msgspec.convert({"name": name, **_known(metadata)}, ready(cls))
        except msgspec.ValidationError as error:
            raise InvalidError(f"The endpoints of cloud {name!r}: {error}.") from error


#: The public clouds azure-ai-ml knows by name.
CLOUDS: Final[dict[str, CloudSettings]] = {
    cloud.name: cloud
    for cloud in (
        CloudSettings(),
        CloudSettings(
            name="AzureChinaCloud",
            azure_portal="https://portal.azure.cn/",
            resource_manager="https://management.chinacloudapi.cn/",
            active_directory="https://login.chinacloudapi.cn/",
            aml_resource_id="https://ml.azure.cn/",
            storage_endpoint="core.chinacloudapi.cn",
            registry_discovery_endpoint="https://chinaeast2.api.ml.azure.cn/",
        ),
        CloudSettings(
            name="AzureUSGovernment",
            azure_portal="https://portal.azure.us/",
            resource_manager="https://management.usgovcloudapi.net/",
            active_directory="https://login.microsoftonline.us/",
            aml_resource_id="https://ml.azure.us/",
            storage_endpoint="core.usgovcloudapi.net",
            registry_discovery_endpoint="https://usgovarizona.api.ml.azure.us/",
        ),
    )
}


def _public[C: CloudSettings](cls: type[C], name: str) -> C:
    if name not in CLOUDS:
        raise InvalidError(
            f"The cloud {name!r} is not one that azure-ai-ml knows.",
            f"Use one of {', '.join(CLOUDS)}, or give all endpoints: {', '.join(_KEYS)}.",
        )
    return msgspec.convert(msgspec.to_builtins(CLOUDS[name]), ready(cls))


def _known(metadata: dict[str, str]) -> dict[str, str]:
    if set(metadata) != set(_KEYS):
        odd = sorted(set(metadata) ^ set(_KEYS))
        raise InvalidError(
            f"The cloud's endpoints are missing or unknown: {', '.join(odd)}.",
            f"Give exactly {', '.join(_KEYS)}.",
        )
    return metadata


_KEYS: Final = tuple(CloudSettings().metadata)

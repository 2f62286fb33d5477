"""What the sandbox's processes agree on: names, addresses, keys. Written once by `up`.

Every key but Azurite's published one is made at random when the sandbox's state is first created
and lives in the state folder alone.
"""

import base64
import secrets
from pathlib import Path
from typing import Final, Self

import msgspec

from sandbox.ports import take_ports

#: The account and key that Azurite publishes in its documentation; protects nothing.
AZURITE_ACCOUNT: Final = "devstoreaccount1"
AZURITE_WELL_KNOWN_KEY: Final = (
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
)

SUBSCRIPTION_ID: Final = "00000000-0000-0000-0000-000000000001"
RESOURCE_GROUP: Final = "mlops-sandbox"
LOCATION: Final = "westeurope"

#: Workspace -> its storage account in Azurite.
WORKSPACES: Final = {"dev-mlops-workspace": "stdevws", "prod-mlops-workspace": "stprodws"}
#: Registry -> its storage accounts in Azurite; more than one are replicas of each other.
REGISTRIES: Final = {
    "dev-mlops-registry": ("stdevreg1", "stdevreg2"),
    "prod-mlops-registry": ("stprodreg1", "stprodreg2"),
    "central-mlops-registry": ("stcentralreg1",),
}

_FILE = "sandbox.json"


class Ports(msgspec.Struct, frozen=True, kw_only=True):
    """Loopback ports, one server each."""

    azurite_blob: int
    azurite_queue: int
    azurite_table: int
    #: Azure ML over HTTPS: ARM, registry discovery, registry data plane.
    azureml: int
    #: Azure ML's operations (asset store, environment service): another host than the data plane.
    azureml_operations: int
    #: Blobs over HTTPS, host style: https://{account}.blob.localhost:{port}/{container}/{blob}
    blob_front: int
    functions: int
    event_grid: int
    inbox: int
    smtp: int
    identity: int
    #: Blobs over HTTPS, one port an account: https://localhost:{port}/{container}/{blob}
    accounts: dict[str, int]

    def by_purpose(self) -> dict[str, int]:
        """Every port, by what it is for."""
        single = {
            name: port for name, port in msgspec.structs.asdict(self).items() if name != "accounts"
        }
        return {**single, **self.accounts}


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the sandbox's processes share."""

    state: str
    ports: Ports
    #: Storage account -> base64 key.
    account_keys: dict[str, str]
    #: Signs the sandbox's bearer tokens (HS256) and session cookies.
    signing_key: str
    #: System key of the Functions host's Event Grid webhook.
    event_grid_system_key: str
    #: Default function key and master key of the Functions host.
    function_key: str
    master_key: str
    #: Access key of the custom topic (header `aeg-sas-key`).
    topic_key: str
    #: The secret in the Teams webhook's address.
    teams_secret: str
    #: Multiplies every waiting time of the real services (retry schedules, polling).
    time_scale: float = 0.02
    topology: str = "two-registries"

    @property
    def folder(self) -> Path:
        """The state folder."""
        return Path(self.state)

    @property
    def certificate_folder(self) -> Path:
        """Where `sandbox.tls` keeps the authority and the servers' certificate."""
        return self.folder / "tls"

    @property
    def ca_bundle(self) -> Path:
        """The certificates a client must trust: the sandbox's own authority."""
        return self.certificate_folder / "ca.pem"

    @property
    def functions_url(self) -> str:
        """Base address of the Functions app."""
        return f"http://127.0.0.1:{self.ports.functions}"

    @property
    def event_grid_webhook(self) -> str:
        """Where Event Grid delivers model registrations, with the system key."""
        return (
            f"{self.functions_url}/runtime/webhooks/EventGrid"
            f"?functionName=on_model_registered&code={self.event_grid_system_key}"
        )

    @property
    def system_topic_endpoint(self) -> str:
        """Where the local Azure ML service hands over its events."""
        return f"http://127.0.0.1:{self.ports.event_grid}/system/api/events"

    @property
    def custom_topic_endpoint(self) -> str:
        """Where the app publishes its facts (Event Grid custom topic, CloudEvents schema)."""
        return f"http://127.0.0.1:{self.ports.event_grid}/facts/api/events"

    @property
    def inbox_url(self) -> str:
        """The page that shows cards and mails."""
        return f"http://127.0.0.1:{self.ports.inbox}"

    @property
    def teams_webhook(self) -> str:
        """The Workflows webhook's stand-in, with its secret."""
        return (
            f"{self.inbox_url}/workflows/manual/paths/invoke?api-version=1&sig={self.teams_secret}"
        )

    @property
    def azureml_url(self) -> str:
        """Base address of the local Azure ML service, with a slash at its end."""
        return f"https://localhost:{self.ports.azureml}/"

    @property
    def cloud_metadata(self) -> dict[str, str]:
        """What `MLClient(cloud_metadata=...)` needs to find the local Azure ML service."""
        return {
            "azure_portal": self.azureml_url,
            "resource_manager": self.azureml_url,
            "active_directory": self.azureml_url,
            "aml_resource_id": "https://ml.azure.com/",
            "storage_endpoint": f"localhost:{self.ports.blob_front}",
            "registry_discovery_endpoint": self.azureml_url,
        }

    def connection_string(self, account: str = AZURITE_ACCOUNT) -> str:
        """The connection string of one storage account, Azurite's three services by address."""
        host = "http://127.0.0.1"
        return ";".join(
            (
                "DefaultEndpointsProtocol=http",
                f"AccountName={account}",
                f"AccountKey={self.account_keys[account]}",
                f"BlobEndpoint={host}:{self.ports.azurite_blob}/{account}",
                f"QueueEndpoint={host}:{self.ports.azurite_queue}/{account}",
                f"TableEndpoint={host}:{self.ports.azurite_table}/{account}",
            ),
        )

    @classmethod
    def load(cls, state: Path) -> Self:
        """Read the configuration that `up` wrote into the state folder, wherever that was moved since."""
        config = msgspec.json.decode((state / _FILE).read_bytes(), type=cls)
        return msgspec.structs.replace(config, state=str(state.resolve()))

    def save(self) -> None:
        """Write the configuration into its state folder, for this user's eyes only."""
        path = self.folder / _FILE
        path.touch(mode=0o600)
        path.write_bytes(msgspec.json.format(msgspec.json.encode(self)))


def create(state: Path, *, time_scale: float = 0.02, topology: str = "two-registries") -> Config:
    """Return a new configuration with free ports and new keys; `state` is its folder."""
    accounts = [*WORKSPACES.values(), *(name for names in REGISTRIES.values() for name in names)]
    names = [name for name in Ports.__struct_fields__ if name != "accounts"]
    free = iter(take_ports(len(names) + len(accounts)))
    ports = Ports(
        **{name: next(free) for name in names},
        accounts={name: next(free) for name in accounts},
    )
    keys = {name: _storage_key() for name in accounts}
    return Config(
        state=str(state),
        ports=ports,
        account_keys={AZURITE_ACCOUNT: AZURITE_WELL_KNOWN_KEY, **keys},
        signing_key=secrets.token_urlsafe(48),
        event_grid_system_key=secrets.token_urlsafe(32),
        function_key=secrets.token_urlsafe(32),
        master_key=secrets.token_urlsafe(32),
        topic_key=secrets.token_urlsafe(32),
        teams_secret=secrets.token_urlsafe(32),
        time_scale=time_scale,
        topology=topology,
    )


def _storage_key() -> str:
    return base64.b64encode(secrets.token_bytes(64)).decode()

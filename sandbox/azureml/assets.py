"""Asset references: which version of which asset, and the ids the service writes for it.

Pure; the id formats are those azure-ai-ml builds and reads (`REGISTRY_ASSET_ID`,
`ASSET_ID_FORMAT`). Knows nothing of what an asset contains.
"""

import re
from typing import Final, Literal, cast, get_args

import msgspec

from sandbox.azureml.errors import bad_request
from sandbox.azureml.places import PROVIDER, Place, registry, workspace_by_guid

Kind = Literal["models", "environments", "components", "data", "codes"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

# Azure ML's rule for names; versions follow it too.
_NAME: Final = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9_.\-]{0,254}")
_REGISTRY_ID: Final = re.compile(
    r"azureml://registries/([^/]+)/([^/]+)/([^/]+)/versions/([^/]+)",
    re.IGNORECASE,
)
_WORKSPACE_ID: Final = re.compile(
    r"azureml://locations/([^/]+)/workspaces/([^/]+)/([^/]+)/([^/]+)/versions/([^/]+)",
    re.IGNORECASE,
)


class Family(msgspec.Struct, frozen=True):
    """All versions of one asset: what the API calls a container."""

    place: Place
    kind: Kind
    name: str

    @property
    def partition(self) -> str:
        """The partition in which container, versions, operations and events are kept."""
        return f"{self.place.key}|{self.kind}|{self.name}"

    @property
    def id(self) -> str:
        """The id answers carry."""
        if self.place.registry:
            return f"azureml://registries/{self.place.name}/{self.kind}/{self.name}"
        return f"{self.place.arm_id}/{self.kind}/{self.name}"

    @property
    def type(self) -> str:
        """The `type` of a container in answers."""
        if self.place.registry:
            return self.kind
        return f"{PROVIDER}/workspaces/{self.kind}"

    def version(self, version: str) -> "Ref":
        """Return the reference of one version."""
        return Ref(self, version)


class Ref(msgspec.Struct, frozen=True):
    """One version of one asset."""

    family: Family
    version: str

    @property
    def place(self) -> Place:
        """The registry or workspace."""
        return self.family.place

    @property
    def kind(self) -> Kind:
        """Which kind of asset."""
        return self.family.kind

    @property
    def name(self) -> str:
        """The asset's name."""
        return self.family.name

    @property
    def id(self) -> str:
        """The id answers carry."""
        return f"{self.family.id}/versions/{self.version}"

    @property
    def origin_id(self) -> str:
        """A workspace asset's id as registries remember where a shared asset came from."""
        place = self.place
        return (
            f"azureml://locations/{place.location}/workspaces/{place.guid}"
            f"/{self.kind}/{self.name}/versions/{self.version}"
        )

    @property
    def type(self) -> str:
        """The `type` of a version in answers: short for three kinds, as recorded."""
        if not self.place.registry:
            return f"{PROVIDER}/workspaces/{self.kind}/versions"
        if self.kind in {"codes", "components"}:
            return f"{PROVIDER}/registries/{self.kind}/versions"
        return self.kind

    @property
    def shown_name(self) -> str:
        """The `name` in answers: a registry's model shows its own, all others the version."""
        return self.name if self.place.registry and self.kind == "models" else self.version


def kind_of(text: str) -> Kind:
    """Return the asset kind named by a path segment.

    Raises:
        ServiceError: 400, no such kind.
    """
    if text.lower() not in KINDS:
        raise bad_request(f"Unknown asset type: {text}. Known are {', '.join(KINDS)}.")
    return cast("Kind", text.lower())


def family(place: Place, kind: str, name: str) -> Family:
    """Return the reference of an asset whose name came from outside.

    Raises:
        ServiceError: 400, not a name Azure ML accepts.
    """
    return Family(place, kind_of(kind), _checked(name, "name"))


def ref(place: Place, kind: str, name: str, version: str) -> Ref:
    """Return the reference of a version whose parts came from outside.

    Raises:
        ServiceError: 400, not a name or version Azure ML accepts.
    """
    return family(place, kind, name).version(_checked(version, "version"))


def parse_registry_id(text: str) -> Ref:
    """Return what an `azureml://registries/...` id names.

    Raises:
        ServiceError: 400, malformed or of an unknown registry.
    """
    match = _REGISTRY_ID.fullmatch(text)
    place = registry(match[1]) if match else None
    if match is None or place is None:
        raise bad_request(f"Not the id of a registry asset known here: {text}")
    return ref(place, match[2], match[3], match[4])


def parse_workspace_id(text: str) -> Ref:
    """Return what an `azureml://locations/.../workspaces/{guid}/...` id names.

    Raises:
        ServiceError: 400, malformed or of an unknown workspace. Importing from a registry is
            refused so: nobody has seen the real service accept it [UNK].
    """
    match = _WORKSPACE_ID.fullmatch(text)
    place = workspace_by_guid(match[2]) if match else None
    if match is None or place is None:
        raise bad_request(
            f"Cannot import {text}: give the id of an asset in a workspace of this tenant, "
            "azureml://locations/{location}/workspaces/{id}/{type}/{name}/versions/{version}",
        )
    return ref(place, match[3], match[4], match[5])


def _checked(text: str, what: str) -> str:
    if not _NAME.fullmatch(text):
        raise bad_request(
            f"The asset {what} {text!r} is not valid: 1 to 255 letters, digits, '_', '-' or '.', "
            "not starting with '-' or '.'",
        )
    return text

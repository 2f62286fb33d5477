"""Azure ML assets by name: where they live, how they are written down. Knows no service.

The written form is Azure ML's asset id: `azureml://registries/{registry}/{kind}/{name}/versions/{version}`,
and for a workspace `azureml://subscriptions/{s}/resourceGroups/{g}/workspaces/{w}/{kind}/{name}/versions/{v}`.
"""

import datetime as dt
import hashlib
import json
import re
import unicodedata
from enum import StrEnum
from typing import Final, Self

import msgspec

from promotion.domain.errors import InvalidError

#: Azure ML's own limit for names of assets.
MAX_NAME_LENGTH: Final = 255

#: What Azure ML takes for the name or version of an asset.
_LEGAL: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", re.ASCII)

#: What a client takes out of an address (RFC 3986, 5.2.4): it would ask about something else.
_STEPS: Final = frozenset({".", ".."})

_SHOWN_LENGTH: Final = 120

_IN_WORKSPACE: Final = (
    r"subscriptions/(?P<subscription>[^/]+)/resourceGroups/(?P<group>[^/]+)"
    r"(?:/providers/Microsoft\.MachineLearningServices)?/workspaces/(?P<workspace>[^/]+)"
)
_VERSION: Final = r"/(?P<kind>[a-z]+)/(?P<name>[^/]+)/versions/(?P<version>[^/]+)"
_REGISTRY_ID: Final = re.compile(rf"(?i)azureml://registries/(?P<registry>[^/]+){_VERSION}")
_WORKSPACE_ID: Final = re.compile(rf"(?i)azureml://{_IN_WORKSPACE}{_VERSION}")
_WORKSPACE: Final = re.compile(rf"(?i)/?{_IN_WORKSPACE}")


class AssetKind(StrEnum):
    """The kinds of assets that travel, in Azure ML's own plural words."""

    MODELS = "models"
    ENVIRONMENTS = "environments"
    COMPONENTS = "components"
    DATA = "data"
    #: No asset of Azure ML: many of them that travel together (`promotion.domain.migration`).
    MIGRATIONS = "migrations"

    @property
    def singular(self) -> str:
        """The word for one of them, as in `model.promoted`."""
        return self.value.removesuffix("s")


class Registry(msgspec.Struct, frozen=True, tag_field="type", tag="registry"):
    """An Azure ML registry, by its name (unique in a tenant)."""

    name: str

    @property
    def path(self) -> str:
        """Its part of an asset id."""
        return f"registries/{self.name}"


class Workspace(msgspec.Struct, frozen=True, tag_field="type", tag="workspace"):
    """An Azure ML workspace, by its Azure resource."""

    subscription: str
    resource_group: str
    name: str

    @property
    def path(self) -> str:
        """Its part of an asset id."""
        return (
            f"subscriptions/{self.subscription}/resourceGroups/{self.resource_group}"
            f"/workspaces/{self.name}"
        )


type Home = Registry | Workspace


class AssetRef(msgspec.Struct, frozen=True, kw_only=True):
    """One version of one asset, somewhere; a target whose version is not settled yet has an empty one."""

    home: Registry | Workspace
    kind: AssetKind
    name: str
    version: str

    @property
    def id(self) -> str:
        """The asset id, as Azure ML writes it; without a version, the id of what holds its versions."""
        holder = f"azureml://{self.home.path}/{self.kind}/{self.name}"
        return f"{holder}/versions/{self.version}" if self.version else holder

    @property
    def label(self) -> str:
        """`name:version`, as people say it."""
        return f"{self.name}:{self.version}" if self.version else self.name

    def moved(self, home: Home, *, name: str | None = None, version: str | None = None) -> Self:
        """Return the same asset in another home, under another name or version when given."""
        return msgspec.structs.replace(
            self,
            home=home,
            name=self.name if name is None else name,
            version=self.version if version is None else version,
        )


def asset_ref(*, home: Home, kind: str, name: str, version: str) -> AssetRef:
    """Return a checked reference.

    Names are checked for what would make them ambiguous, not for taste: naming is a check of the
    policy, so that a badly named asset is refused where people see it.

    Raises:
        InvalidError: an unknown kind, or a name or version that is empty, too long, a step to another
            place, or holds a slash or control characters.
    """
    _check_part("name", name)
    _check_part("version", version)
    return AssetRef(home=home, kind=_kind(kind), name=name, version=version)


def legal_name(text: str) -> bool:
    """Whether Azure ML takes the text for the name or version of a new asset."""
    return len(text) <= MAX_NAME_LENGTH and _LEGAL.fullmatch(text) is not None


def parse_asset_id(text: str) -> AssetRef:
    """Return the reference that an asset id stands for.

    Raises:
        InvalidError: `text` is not an asset id, with the form that is expected.
    """
    if found := _REGISTRY_ID.fullmatch(text):
        home: Home = Registry(found["registry"])
    elif found := _WORKSPACE_ID.fullmatch(text):
        home = Workspace(found["subscription"], found["group"], found["workspace"])
    else:
        raise InvalidError(
            f"{_shown(text)} is not the id of an Azure ML asset.",
            "Write azureml://registries/{registry}/{models|environments|components|data}/{name}"
            "/versions/{version}, or the same of a workspace: azureml://subscriptions/{id}"
            "/resourceGroups/{group}/workspaces/{workspace}/...",
        )
    return asset_ref(home=home, kind=found["kind"], name=found["name"], version=found["version"])


def workspace_of(text: str) -> Workspace | None:
    """Return the workspace whose resource id a text is; none for any other text."""
    found = _WORKSPACE.fullmatch(text)
    return Workspace(*found.groups()) if found else None


class Reference(msgspec.Struct, frozen=True, kw_only=True):
    """A place in an asset's definition that names another asset."""

    #: `environment`, `jobs.train.componentId`.
    where: str
    #: The asset id, as it stands there; not everything that can stand there is one.
    id: str


class AssetDescription(msgspec.Struct, frozen=True, kw_only=True):
    """What a registry or workspace says of one asset version, without its files."""

    ref: AssetRef
    #: The type within its kind: custom_model, mlflow_model, uri_folder, command ...
    type: str = ""
    description: str = ""
    tags: dict[str, str] = msgspec.field(default_factory=dict)
    properties: dict[str, str] = msgspec.field(default_factory=dict)
    #: MLflow flavors, name -> its settings; models alone have them.
    flavors: dict[str, dict[str, str]] = msgspec.field(default_factory=dict)
    created_at: dt.datetime | None = None
    #: Display name (people) or id (service principals) of the creator, as the service tells it.
    created_by: str = ""
    #: The workspace asset this one was shared from, when it was.
    origin: str = ""
    job_name: str = ""
    archived: bool = False
    #: What its definition refers to; components alone have them.
    references: tuple[Reference, ...] = ()

    @property
    def digest(self) -> str:
        """`sha256:` over what is said of it and travels with its files; who said it and when is not part of it."""
        said = (self.type, self.description, self.tags, self.properties, self.flavors)
        # Escaped: tags may hold what is no text in UTF-8.
        written = json.dumps(said, sort_keys=True, separators=(",", ":")).encode("ascii")
        return f"sha256:{hashlib.sha256(written).hexdigest()}"


def _kind(text: str) -> AssetKind:
    try:
        return AssetKind(text.lower())
    except ValueError as error:
        raise InvalidError(
            f"{_shown(text)} is not a kind of asset.",
            f"Use one of {', '.join(AssetKind)}.",
        ) from error


def _check_part(what: str, text: str) -> None:
    if not text:
        raise InvalidError(
            f"The asset's {what} is empty.", f"Give the {what} as Azure ML shows it."
        )
    if len(text) > MAX_NAME_LENGTH:
        raise InvalidError(
            f"The asset's {what} has {len(text)} characters.",
            f"Azure ML allows {MAX_NAME_LENGTH}.",
        )
    if text in _STEPS:
        raise InvalidError(
            f"The asset's {what} {text!r} means another place in an address.",
            f"Give the {what} alone, as Azure ML shows it.",
        )
    if "/" in text or any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in text):
        raise InvalidError(
            f"The asset's {what} {_shown(text)} holds a slash, a control character or half of one.",
            f"Give the {what} alone, as Azure ML shows it.",
        )


def _shown(text: str) -> str:
    # Cut, and with control characters made visible: the text comes from outside and ends up in logs.
    return ascii(text if len(text) <= _SHOWN_LENGTH else f"{text[:_SHOWN_LENGTH]}...")

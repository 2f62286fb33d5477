"""What led to a version, as its home tells it: the run that registered it, or the asset it was shared from.

Registries name a workspace by its place and its GUID (`originAssetId`:
`azureml://locations/{location}/workspaces/{guid}/{kind}/{name}/versions/{version}`), which no other address
has: such an origin is shown as it is and followed no further. Told by the service, judged by nobody.
"""

import re
from typing import Final, Literal

import msgspec

from promotion.domain.assets import AssetDescription, AssetRef, Workspace, parse_asset_id
from promotion.domain.errors import InvalidError

_PLACED: Final = re.compile(
    r"azureml://locations/(?P<location>[^/]+)/workspaces/[^/]+"
    r"/[a-z]+/(?P<name>[^/]+)/versions/(?P<version>[^/]+)",
    re.IGNORECASE,
)
_RUN: Final = re.compile(r"azureml://.+/workspaces/[^/]+/jobs/(?P<job>[^/]+)", re.IGNORECASE)


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """A run, or an asset that another was shared from."""

    id: str
    #: What led from it to the version.
    led: Literal["trained", "shared"]
    where: str
    what: str
    #: The asset, where its id says which workspace it is in.
    asset: AssetRef | None = None


def run_of(described: AssetDescription) -> Origin | None:
    """Return the run that registered a version; jobs are a workspace's own, elsewhere their name leads nowhere."""
    if not described.job_name or not isinstance(described.ref.home, Workspace):
        return None
    return read_origin(f"azureml://{described.ref.home.path}/jobs/{described.job_name}")


def origin_of(described: AssetDescription) -> Origin | None:
    """Return what is known to have led to a version: its run, or what it was shared from."""
    return run_of(described) or read_origin(described.origin)


def read_origin(text: str) -> Origin | None:
    """Return the origin of an id; none when it is no such id."""
    if run := _RUN.fullmatch(text):
        return Origin(id=text, led="trained", where="Training run", what=run["job"])
    if placed := _PLACED.fullmatch(text):
        label = f"{placed['name']}:{placed['version']}"
        where = f"Workspace in {placed['location']}"
        return Origin(id=text, led="shared", where=where, what=label)
    try:
        asset = parse_asset_id(text)
    except InvalidError:
        return None
    return Origin(id=asset.id, led="shared", where=asset.home.name, what=asset.label, asset=asset)

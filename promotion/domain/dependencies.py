r"""What is approved along with an asset, and the one digest that stands for all of it. Pure.

An asset that another one needs keeps its name and version in the target, so that references can be written
for the target without looking anything up.

The digest is the SHA-256 of a list with a line for each asset, the one that was asked for among them,
`{sha256}  {id}` (64 zeros where nothing was read), sorted by its bytes:

    printf '%s  %s\n' 01ab... azureml://registries/dev/models/m/versions/1 ... | LC_ALL=C sort | sha256sum
"""

import hashlib
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import msgspec

from promotion.domain.assets import AssetKind, AssetRef

_NOTHING_READ: Final = "0" * 64


class Way(StrEnum):
    """What becomes of an asset that another one needs."""

    #: It is copied along.
    TRAVELS = "travels"
    #: It has to be in the target already.
    PRESENT = "present"
    #: It is referred to where it is.
    STAYS = "stays"


class Naming(msgspec.Struct, frozen=True, kw_only=True):
    """Where one asset names another."""

    #: Id of the asset that does.
    by: str
    #: `jobs.train.componentId` in a component, `tags.environment` in what is said of an asset.
    where: str


class Along(msgspec.Struct, frozen=True, kw_only=True):
    """What the trail says of an asset that is approved along with another one."""

    id: str
    #: Id in the target.
    target: str
    way: Way
    digest: str
    #: Evidence reference of its manifest, where it travels.
    manifest: str = ""


class Dependency(msgspec.Struct, frozen=True, kw_only=True):
    """An asset that is approved along with the one that needs it."""

    asset: AssetRef
    #: What the target refers to: the same name and version there, or the asset itself where it stays.
    target: AssetRef
    way: Way
    #: Digest of its manifest; empty where it stays.
    digest: str = ""
    files: int = 0
    size: int = 0
    #: Where the manifest is kept (its evidence reference).
    manifest: str = ""
    #: Digest of what was said of it, where it travels.
    described: str = ""
    named: tuple[Naming, ...] = ()

    @property
    def travels(self) -> bool:
        """Whether it is copied along."""
        return self.way is Way.TRAVELS

    @property
    def along(self) -> Along:
        """What the trail says of it."""
        return Along(
            id=self.asset.id,
            target=self.target.id,
            way=self.way,
            digest=self.digest,
            manifest=self.manifest,
        )

    @property
    def rebuilt(self) -> bool:
        """Whether the target makes its own image of it: the definition arrives exactly, the image may not."""
        return self.travels and self.asset.kind is AssetKind.ENVIRONMENTS


def closure_digest(root: AssetRef, digest: str, dependencies: tuple[Dependency, ...]) -> str:
    """Return the digest of an asset with everything that it needs, as the module's text defines it."""
    needed = ((each.asset.id, each.digest) for each in dependencies)
    return digest_of({root.id: digest, **dict(needed)})


def digest_of(digests: Mapping[str, str]) -> str:
    """Return the digest of the list that the module's text defines: id -> digest, empty where nothing was read."""
    lines = sorted(
        f"{digest.removeprefix('sha256:') or _NOTHING_READ}  {name}\n".encode()
        for name, digest in digests.items()
    )
    return f"sha256:{hashlib.sha256(b''.join(lines)).hexdigest()}"

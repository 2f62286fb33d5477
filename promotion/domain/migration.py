"""A migration: many versions that travel one route on one approval. Pure; knows no service.

A migration is a request like any other, whose files are the versions: the digest that people decide on
is that of a manifest with a line for each version, which holds the version's own digest and where it
goes. Nothing that is not in that manifest travels by the migration's approval.
"""

import hashlib
import re
from collections.abc import Iterable
from typing import Final

import msgspec
import rfc8785

from promotion.domain.assets import AssetKind, AssetRef, parse_asset_id
from promotion.domain.errors import InvalidError
from promotion.domain.manifest import Manifest, ManifestFile, make_manifest
from promotion.domain.request import Request

#: Version of the written form of a plan.
SPEC: Final = "mlpromotion.plan/1"
#: The most versions of one migration; more of them are several.
MOST: Final = 10_000

#: What others may depend on goes first.
_KINDS: Final = (
    AssetKind.ENVIRONMENTS,
    AssetKind.DATA,
    AssetKind.COMPONENTS,
    AssetKind.MODELS,
)
_NUMBERS: Final = re.compile(r"(\d{1,18})", re.ASCII)
#: Of a plan's hash, what tells one plan of a route from another.
_SHORT: Final = 12


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """The versions that somebody asks to move, in the order in which they go."""

    spec: str
    route: str
    #: Asset ids.
    assets: tuple[str, ...]

    @property
    def content(self) -> bytes:
        """The plan's canonical JSON, as it is kept."""
        content: bytes = rfc8785.dumps(msgspec.to_builtins(self))
        return content

    @property
    def refs(self) -> tuple[AssetRef, ...]:
        """The versions as references."""
        return tuple(parse_asset_id(each) for each in self.assets)


def make_plan(route: str, assets: Iterable[AssetRef]) -> Plan:
    """Return a plan: what others depend on first, then by name and version.

    Raises:
        InvalidError: no version at all, too many, one twice, or from different places.
    """
    ordered = sorted(assets, key=_order)
    if not ordered:
        raise InvalidError("The plan names no version.", "Name at least one.")
    if len(ordered) > MOST:
        raise InvalidError(
            f"The plan names {len(ordered)} versions.", f"Split it: {MOST} at most move together."
        )
    ids = tuple(asset.id for asset in ordered)
    if len(set(ids)) < len(ids):
        twice = next(each for each in ids if ids.count(each) > 1)
        raise InvalidError(f"The plan names {twice} twice.", "Name each version once.")
    homes = sorted({asset.home.path.lower() for asset in ordered})
    if len(homes) > 1:
        raise InvalidError(
            f"The plan takes versions from several places: {', '.join(homes[:5])}.",
            "Plan a migration for each.",
        )
    return Plan(spec=SPEC, route=route, assets=ids)


def migration_of(plan: Plan) -> AssetRef:
    """Return what stands for the whole plan where a request names its asset: `{route}:{plan's hash}`."""
    return AssetRef(
        home=plan.refs[0].home,
        kind=AssetKind.MIGRATIONS,
        name=plan.route,
        version=hashlib.sha256(plan.content).hexdigest()[:_SHORT],
    )


def manifest_of(versions: Iterable[Request]) -> Manifest:
    """Return the manifest that a migration's approval is about: a line for each version's request.

    Raises:
        InvalidError: none, or two of them would become one version of the target.
    """
    return make_manifest([line_of(each) for each in versions])


def line_of(version: Request) -> ManifestFile:
    """Return the line of one version: where it goes, its size and digest, with all that travels along."""
    target = version.target
    return ManifestFile(
        path=f"{target.kind}/{target.name}/versions/{target.version}",
        size=version.all_bytes,
        sha256=version.closure.removeprefix("sha256:"),
    )


def _order(asset: AssetRef) -> tuple[int, str, list[tuple[int, str]]]:
    parts = _NUMBERS.split(asset.version)
    natural = [(int(part), part) if part.isdecimal() else (0, part) for part in parts]
    kind = _KINDS.index(asset.kind) if asset.kind in _KINDS else len(_KINDS)
    return kind, asset.name, natural

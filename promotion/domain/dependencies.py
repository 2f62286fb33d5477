r"""What an asset needs, all the way down: found, ordered, refused with the path that leads there. Pure.

An asset refers to others by their ids: a component to its environment and its steps' components, any asset
in a tag that the policy names. What it needs is in the same home as it is and keeps name and version in
the target, so that references can be written for the target without looking anything up.

One digest stands for an asset with everything that it needs. It is the SHA-256 of a list with a line for
each, `{sha256}  {id}` (64 zeros where nothing was read), sorted by its bytes:

    printf '%s  %s\n' 01ab... azureml://registries/dev/models/m/versions/1 ... | LC_ALL=C sort | sha256sum
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import Final

import msgspec

from promotion.domain.assets import AssetDescription, AssetKind, AssetRef, Home, parse_asset_id
from promotion.domain.errors import ConflictError, InvalidError, NotFoundError
from promotion.domain.policy.dependencies import Dependencies

#: More than this is no model with what it needs, but somebody's mistake.
MOST: Final = 100
_BESIDE: Final = re.compile(r"[a-z]+/[^/]+/versions/[^/]+")
_BETWEEN: Final = re.compile(r"([\s,;]+)")
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


class Needed(msgspec.Struct, frozen=True, kw_only=True):
    """An asset that another one needs, as it was found."""

    #: Of one that stays where it is, its id alone: nothing was looked at.
    description: AssetDescription
    way: Way
    named: tuple[Naming, ...]

    @property
    def asset(self) -> AssetRef:
        """Which one it is."""
        return self.description.ref


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


def closure(
    root: AssetDescription,
    rules: Dependencies,
    look: Callable[[AssetRef], AssetDescription],
) -> tuple[Needed, ...]:
    """Return everything that an asset needs, each once, what is needed before what needs it.

    Args:
        root: the asset.
        rules: what the route allows.
        look: describes an asset of the same home; raises NotFoundError where there is none.

    Raises:
        ConflictError: a circle, something missing, foreign or not allowed, or too much of it; the message
            has the path that leads there.
    """
    walk = _Walk(rules, look)
    walk.into(root, (root.ref,))
    return tuple(walk.found.values())


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


def written_for(
    description: AssetDescription,
    dependencies: tuple[Dependency, ...],
) -> AssetDescription:
    """Return a description whose tags and properties name the target's assets where they named the source's."""
    fields = {"tags": dict(description.tags), "properties": dict(description.properties)}
    for each in dependencies:
        for naming in each.named:
            field, _, name = naming.where.partition(".")
            if naming.by == description.ref.id and name in fields.get(field, {}):
                fields[field][name] = _rewritten(fields[field][name], each)
    return msgspec.structs.replace(description, **fields)


def _rewritten(text: str, dependency: Dependency) -> str:
    parts = _BETWEEN.split(text)
    return "".join(
        dependency.target.id if _means(part, dependency.asset) else part for part in parts
    )


def _means(text: str, asset: AssetRef) -> bool:
    try:
        return _spelt(parse_asset_id(text), asset.home) == asset
    except InvalidError:
        return False


def _spelt(asset: AssetRef, home: Home) -> AssetRef:
    # Azure resource names compare without case: one home, one spelling.
    return asset.moved(home) if asset.home.path.lower() == home.path.lower() else asset


class _Walk:
    """One way through the references, depth first: an asset is noted once everything it needs is."""

    def __init__(self, rules: Dependencies, look: Callable[[AssetRef], AssetDescription]) -> None:
        self._rules = rules
        self._look = look
        self.found: dict[AssetRef, Needed] = {}

    def into(self, description: AssetDescription, path: tuple[AssetRef, ...]) -> None:
        for where, text in _references(description, self._rules.named_by):
            naming = Naming(by=description.ref.id, where=where)
            self._follow(naming, _asset(description.ref.home, text, path, where), path)

    def _follow(self, naming: Naming, asset: AssetRef, path: tuple[AssetRef, ...]) -> None:
        way = (*path, asset)
        if asset in path:
            raise _refusal(way, "they need each other", "Register a version that does not.")
        if known := self.found.get(asset):
            named = (*known.named, naming)
            self.found[asset] = msgspec.structs.replace(known, named=named)
            return
        becomes = self._way(way)
        stays = becomes is Way.STAYS
        description = AssetDescription(ref=asset) if stays else self._described(way)
        if becomes is Way.TRAVELS:
            self.into(description, way)
        if len(self.found) == MOST:
            raise _refusal(way, f"these are more than {MOST}", "Split what is promoted.")
        self.found[asset] = Needed(description=description, way=becomes, named=(naming,))

    def _way(self, path: tuple[AssetRef, ...]) -> Way:
        asset, root = path[-1], path[0]
        if asset.home != root.home:
            if asset.home.name.lower() in {name.lower() for name in self._rules.stay}:
                return Way.STAYS
            raise _refusal(
                path,
                f"it is in {asset.home.name}, not in {root.home.name}",
                "Register a version that refers to one beside it, or have the route name that "
                "registry under `dependencies.stay`.",
            )
        if asset.kind in self._rules.travel:
            return Way.TRAVELS
        if asset.kind in self._rules.present:
            return Way.PRESENT
        raise _refusal(
            path,
            f"the route lets no {asset.kind} travel along",
            f"Have it list {asset.kind} under `dependencies.travel` or `dependencies.present`, or "
            "register a version that needs none.",
        )

    def _described(self, path: tuple[AssetRef, ...]) -> AssetDescription:
        try:
            return self._look(path[-1])
        except NotFoundError as error:
            raise _refusal(
                path,
                f"it is not there: {error.problem}",
                f"Share it to {path[-1].home.name}, then ask again.",
            ) from error


def _references(
    description: AssetDescription, named_by: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    yield from ((each.where, each.id) for each in description.references)
    for field in ("tags", "properties"):
        said: dict[str, str] = getattr(description, field)
        for name in named_by:
            # Every second part is what stands between two names.
            for text in filter(None, _BETWEEN.split(said.get(name, ""))[::2]):
                yield f"{field}.{name}", text


def _asset(home: Home, text: str, path: tuple[AssetRef, ...], where: str) -> AssetRef:
    whole = f"azureml://{home.path}/{text}" if _BESIDE.fullmatch(text) else text
    try:
        return _spelt(parse_asset_id(whole), home)
    except InvalidError as error:
        raise _refusal(
            path,
            f"what it names under {where} cannot travel. {error.problem}",
            "Register a version that names one version of an asset.",
        ) from error


def _refusal(path: tuple[AssetRef, ...], why: str, remedy: str) -> ConflictError:
    way = " -> ".join(f"{each.kind.singular} {each.label}" for each in path)
    return ConflictError(f"{way}: {why.rstrip('.')}.", remedy)

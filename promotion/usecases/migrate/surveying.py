"""Look through a route's source registry: which versions would move, how large they are, what is in the way.

Reads only. Files are read for their digests only where the target has the version and nothing else tells
whether it is the same.
"""

import functools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from typing import Final

import msgspec

from promotion.domain.assets import AssetDescription, AssetKind, AssetRef, Registry
from promotion.domain.errors import (
    ConflictError,
    InvalidError,
    NotFoundError,
    PromotionError,
    RetryableError,
)
from promotion.domain.request import Request, State
from promotion.ports import EVER, World
from promotion.usecases import forecast

#: Versions looked at side by side.
_SIDE_BY_SIDE: Final = 8


class Standing(StrEnum):
    """What a migration would do with a version."""

    #: It would travel.
    NEW = "new"
    #: A request for it is under way already, and would be part of the migration.
    ASKED = "asked"
    #: The target has it, with the same content.
    THERE = "there"
    #: The target has the version with other content; it stays where it is.
    CONFLICT = "conflict"
    #: It is archived; a migration leaves it out unless it is named.
    ARCHIVED = "archived"
    #: It cannot travel, for the reason given.
    UNFIT = "unfit"


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One version of the source."""

    asset: AssetRef
    standing: Standing
    #: Where it would arrive; none when that cannot be told before it is checked.
    target: AssetRef | None = None
    #: Files and bytes; none when nobody could count them.
    files: int | None = None
    bytes: int | None = None
    #: The latest request for it, when there is one.
    request: Request | None = None
    why: str = ""


class Survey(msgspec.Struct, frozen=True, kw_only=True):
    """Some versions of the source, and where the next ones begin (empty: these were the last)."""

    items: tuple[Row, ...]
    next_cursor: str = ""


def survey(world: World, route: str, *, cursor: str = "", limit: int = 50) -> Survey:
    """Return up to `limit` versions of a route's source registry, name by name, the oldest first.

    Raises:
        ConflictError: there is no such route, or its source is no registry.
        InvalidError: the cursor did not come from an earlier page.
        ForbiddenError, NotFoundError: the app may not read a registry, or there is none.
        RetryableError: a service is not ready.
    """
    policy = world.policy.current()
    source = policy.route(route).source.registry
    if not source:
        raise ConflictError(
            f"The route {route!r} takes versions from a workspace.",
            "A migration moves a registry: name a route whose source is one.",
        )
    begin, done = _read_cursor(cursor)
    rows: list[Row] = []
    for place, name in _names(world, route, Registry(source)):
        if place < begin:
            continue
        # The oldest first: what is registered meanwhile comes behind, and moves no page.
        found = list(world.registries.recent(name, EVER))[::-1]
        start = done if place == begin else 0
        some = found[start : start + limit - len(rows)]
        rows += _rows(world, route, some)
        if len(rows) == limit:
            return Survey(items=tuple(rows), next_cursor=f"{place}:{start + len(some)}")
    return Survey(items=tuple(rows))


def _read_cursor(cursor: str) -> tuple[str, int]:
    place, _, done = cursor.rpartition(":")
    if cursor and not (place and done.isascii() and done.isdigit()):
        raise InvalidError(
            "The cursor is not one of this list.",
            "Take `next_cursor` of the page before, as it is.",
        )
    return place, int(done or 0)


def _names(world: World, route: str, source: Registry) -> Iterator[tuple[str, AssetRef]]:
    for kind in sorted(world.policy.current().route(route).kinds):
        for name in sorted(each.name for each in world.registries.names(source, kind)):
            yield (
                f"{kind}/{name}",
                AssetRef(home=source, kind=AssetKind(kind), name=name, version=""),
            )


def _rows(world: World, route: str, found: list[AssetDescription]) -> list[Row]:
    with ThreadPoolExecutor(_SIDE_BY_SIDE, thread_name_prefix="survey") as pool:
        return list(pool.map(functools.partial(_row, world, route), found))


def _row(world: World, route: str, found: AssetDescription) -> Row:
    if found.archived:
        return Row(asset=found.ref, standing=Standing.ARCHIVED)
    try:
        seen = forecast.foresee(world, found.ref, route)
        files, size = _counted(world, found.ref)
        standing, why = _standing(world, found.ref, seen.target, seen.existing)
    except RetryableError:
        raise
    except PromotionError as error:
        return Row(asset=found.ref, standing=Standing.UNFIT, why=str(error))
    return Row(
        asset=found.ref,
        standing=standing,
        target=seen.target if seen.target.version else None,
        files=files,
        bytes=size,
        request=seen.existing,
        why=why,
    )


def _counted(world: World, asset: AssetRef) -> tuple[int | None, int | None]:
    if asset.kind is AssetKind.ENVIRONMENTS:
        # A definition, perhaps with a few files: what it takes is known once it is read.
        return None, None
    files = world.registries.open_files(asset)
    sizes = [files.open(path).size for path in files.paths]
    return len(sizes), sum(sizes)


def _standing(
    world: World, asset: AssetRef, target: AssetRef, request: Request | None
) -> tuple[Standing, str]:
    if request is not None and request.state is State.PROMOTED:
        return Standing.THERE, ""
    present = _described(world, target)
    if present is not None and not _same(world, asset, present):
        return Standing.CONFLICT, f"{target.id} has other content."
    if present is not None:
        return Standing.THERE, ""
    under_way = request is not None and not request.state.terminal
    return (Standing.ASKED if under_way else Standing.NEW), ""


def _described(world: World, target: AssetRef) -> AssetDescription | None:
    if not target.version:
        # Its version is chosen when it travels: nothing can be there already.
        return None
    try:
        return world.registries.describe(target)
    except NotFoundError:
        return None


def _same(world: World, asset: AssetRef, present: AssetDescription) -> bool:
    theirs = world.registries.read_manifest(present.ref)
    return theirs.digest == world.registries.read_manifest(asset).digest

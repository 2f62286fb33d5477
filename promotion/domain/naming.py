"""Which assets an asset names: in its definition, and in tags and properties that the policy lists. Pure.

A tag names assets by id, or as `{kind}/{name}/versions/{version}` beside the asset itself; several are
separated by blanks, commas or semicolons.
"""

import re
from collections.abc import Iterator
from typing import Final

import msgspec

from promotion.domain.assets import AssetDescription, AssetRef, Home, parse_asset_id
from promotion.domain.dependencies import Dependency
from promotion.domain.errors import InvalidError, StaleError

_BESIDE: Final = re.compile(r"[a-z]+/[^/]+/versions/[^/]+")
_BETWEEN: Final = re.compile(r"([\s,;]+)")


def references(
    description: AssetDescription, named_by: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    """Yield where an asset names another, and the text that stands there."""
    yield from ((each.where, each.id) for each in description.references)
    for field in ("tags", "properties"):
        said: dict[str, str] = getattr(description, field)
        for name in named_by:
            for text in _names(said.get(name, "")):
                yield f"{field}.{name}", text


def named_asset(home: Home, text: str) -> AssetRef:
    """Return the asset that a text names, for one who reads it at `home`.

    Raises:
        InvalidError: it names no single version of an asset.
    """
    whole = f"azureml://{home.path}/{text}" if _BESIDE.fullmatch(text) else text
    found = parse_asset_id(whole)
    # Azure resource names compare without case: one home, one spelling.
    return found.moved(home) if found.home.path.lower() == home.path.lower() else found


def written_for(
    description: AssetDescription,
    dependencies: tuple[Dependency, ...],
) -> AssetDescription:
    """Return a description whose tags and properties name the target's assets where they named the source's.

    Raises:
        StaleError: one of them names other assets than when it was approved.
    """
    fields = {"tags": dict(description.tags), "properties": dict(description.properties)}
    for where in _places(description.ref, dependencies):
        field, _, name = where.partition(".")
        if field in fields:
            approved = [each for each in dependencies if _by(each, description.ref, where)]
            text = fields[field].get(name, "")
            _require_same(description.ref, where, text, approved)
            fields[field][name] = _rewritten(text, description.ref.home, approved)
    return msgspec.structs.replace(description, **fields)


def _places(asset: AssetRef, dependencies: tuple[Dependency, ...]) -> list[str]:
    found = (each.where for one in dependencies for each in one.named if each.by == asset.id)
    return list(dict.fromkeys(found))


def _by(dependency: Dependency, asset: AssetRef, where: str) -> bool:
    return any(each.by == asset.id and each.where == where for each in dependency.named)


def _require_same(asset: AssetRef, where: str, text: str, approved: list[Dependency]) -> None:
    if not _names_those(asset.home, text, {each.asset for each in approved}):
        raise StaleError(
            f"{asset.id} names other assets under {where} than when it was approved.",
            "What it names now needs an approval of its own.",
        )


def _names_those(home: Home, text: str, approved: set[AssetRef]) -> bool:
    try:
        return {named_asset(home, each) for each in _names(text)} == approved
    except InvalidError:
        return False


def _rewritten(text: str, home: Home, approved: list[Dependency]) -> str:
    targets = {each.asset: each.target.id for each in approved}
    parts = _BETWEEN.split(text)
    return "".join(
        targets[named_asset(home, part)] if part.lower().startswith("azureml:") else part
        for part in parts
    )


def _names(text: str) -> list[str]:
    # Every second part is what stands between two names.
    return [part for part in _BETWEEN.split(text)[::2] if part]

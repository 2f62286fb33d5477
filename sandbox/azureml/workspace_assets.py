"""What workspaces do with assets: create or change at once, read, delete.

A new model version writes its event in the same transaction. Must not know HTTP; identities were
checked before.
"""

from typing import NamedTuple

import msgspec

from sandbox.azureml import events, families
from sandbox.azureml.assets import Family, Ref
from sandbox.azureml.documents import Container, OutgoingEvent, Properties, Version, stamp
from sandbox.azureml.errors import workspace_asset_not_found, workspace_conflict
from sandbox.azureml.service import Service
from sandbox.azureml.shapes import SHAPES, accept
from sandbox.people import Identity

_WORDS = {
    "models": "Model",
    "environments": "Environment",
    "components": "Component",
    "data": "Data",
    "codes": "Code",
}


class Put(NamedTuple):
    """The version as it is now, and whether the request made it."""

    version: Version
    created: bool


async def read(service: Service, ref: Ref) -> Version:
    """Return a version.

    Raises:
        ServiceError: 404.
    """
    found = await service.store.version(ref)
    if found is None:
        word = _WORDS[ref.kind]
        raise workspace_asset_not_found(
            f"{word}NotFound",
            f"{word} with name: {ref.name}, version: {ref.version} not found.",
        )
    return found


async def container(service: Service, family: Family) -> Container:
    """Return a container.

    Raises:
        ServiceError: 404.
    """
    found = await service.store.container(family)
    if found is None:
        word = _WORDS[family.kind]
        raise workspace_asset_not_found(
            f"{word}NotFound",
            f"{word} container with name: {family.name} not found.",
        )
    return found


async def put(service: Service, who: Identity, ref: Ref, sent: Properties) -> Put:
    """Create a version, or change what may change of one that has the same content.

    Raises:
        ServiceError: 400, not valid; 409, it exists with other content.
    """
    properties = accept(service.config, ref.place, ref.kind, sent)
    mark = stamp(who, service.now())
    async with service.store.changing(ref.family):
        found = await service.store.version(ref)
        if found is not None:
            _refuse_other_content(ref, found, properties)
            version = msgspec.structs.replace(found, properties=properties, modified=mark)
            await service.store.commit(ref.family.partition, version)
            return Put(version, created=False)
        version = Version(
            version=ref.version,
            properties=properties,
            created=mark,
            modified=mark,
        )
        await _create(service, ref, version)
    return Put(version, created=True)


async def put_container(
    service: Service,
    who: Identity,
    family: Family,
    sent: Properties,
) -> Container:
    """Change a container's description, tags, properties or whether it is archived.

    Raises:
        ServiceError: 400, not valid.
    """
    async with service.store.changing(family):
        found = await service.store.container(family)
        changed = families.changed(found, sent, stamp(who, service.now()))
        await service.store.commit(family.partition, changed)
    return changed


async def delete(service: Service, ref: Ref) -> bool:
    """Delete a version and return whether there was one. Its files stay."""
    async with service.store.changing(ref.family):
        found = await service.store.version(ref)
        if found is None:
            return False
        kept = await service.store.container(ref.family)
        others = [v for v in await service.store.versions(ref.family) if v.version != ref.version]
        if kept is not None:
            left = families.without_version(kept, others)
            await service.store.commit(ref.family.partition, left)
        await service.store.forget(ref.family.partition, found)
    return True


async def _create(service: Service, ref: Ref, version: Version) -> None:
    kept = await service.store.container(ref.family)
    family = families.with_version(kept, version, ref.kind)
    outgoing: list[OutgoingEvent] = []
    if ref.kind == "models":
        outgoing = [events.model_registered(ref, version.properties, service.now())]
    await service.store.commit(ref.family.partition, version, family, *outgoing)
    for event in outgoing:
        service.outbox.send(event)


def _refuse_other_content(ref: Ref, found: Version, properties: Properties) -> None:
    content = SHAPES[ref.kind].content
    if content(found.properties) == content(properties):
        return
    if ref.kind == "environments":
        raise workspace_conflict(
            f"Environment {ref.name} with version {ref.version} is already registered "
            "and cannot be changed.",
        )
    raise workspace_conflict("Asset paths cannot be updated.")

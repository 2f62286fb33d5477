"""What registries do with assets: create, change, delete; versions never change their content.

Every change is an operation (`operations`). Must not know HTTP; identities were checked before.
"""

import msgspec

from sandbox.azureml import families
from sandbox.azureml.assets import Family, Ref
from sandbox.azureml.documents import Operation, Properties, Version, stamp
from sandbox.azureml.errors import already_exists, asset_not_found, was_deleted
from sandbox.azureml.operations import Step
from sandbox.azureml.service import Service
from sandbox.azureml.shapes import SHAPES, accept
from sandbox.people import Identity


async def read(service: Service, ref: Ref) -> Version:
    """Return a version that can be read.

    Raises:
        ServiceError: 404, never made, still being made, or deleted.
    """
    found = await service.store.version(ref)
    if found is None or found.state != "ready":
        raise asset_not_found(ref.id if ref.place.registry else ref.origin_id)
    return found


async def put(service: Service, who: Identity, ref: Ref, sent: Properties) -> Operation:
    """Create a version, or change what may change of one that has the same content.

    The same request while its creation still runs is the operation that runs already.

    Raises:
        ServiceError: 400, not valid; 409, it exists with other content or was deleted.
    """
    properties = accept(service.config, ref.place, ref.kind, sent)
    async with service.store.changing(ref.family):
        found = await service.store.version(ref)
        if found is None:
            return await create(service, ref, _new(service, who, ref, properties))
        refuse_other_content(ref, found, properties)
        if found.state == "creating":
            running = service.operations.find(found.operation)
            if running is not None:
                return running
        return await _change(service, who, ref, found, properties)


async def create(
    service: Service,
    ref: Ref,
    version: Version,
    *,
    source: str | None = None,
) -> Operation:
    """Write a new version and the operation that makes it readable; start that.

    The caller holds the asset's lock and knows that the version does not exist.
    """
    step: Step = "environments" if ref.kind == "environments" else "create"
    step = "import" if source else step
    operation = service.operations.plan(ref.family, ref.version, step, source=source)
    claimed = msgspec.structs.replace(version, state="creating", operation=operation.id)
    await service.store.commit(operation.partition, claimed, operation)
    service.operations.start(operation)
    return operation


def refuse_other_content(ref: Ref, found: Version, properties: Properties) -> None:
    """Refuse to make a version anew.

    Raises:
        ServiceError: 409, it was deleted, or it has other content than `properties`.
    """
    if found.state == "deleted":
        raise was_deleted(ref.id, found.modified.at)
    content = SHAPES[ref.kind].content
    if content(found.properties) != content(properties):
        raise already_exists(ref.id)


async def put_container(
    service: Service,
    who: Identity,
    family: Family,
    sent: Properties,
) -> Operation:
    """Change a container's description, tags, properties or whether it is archived.

    Raises:
        ServiceError: 400, not valid.
    """
    async with service.store.changing(family):
        found = await service.store.container(family)
        container = families.changed(found, sent, stamp(who, service.now()))
        operation = service.operations.plan(family, None, "change")
        await service.store.commit(family.partition, container, operation)
    service.operations.start(operation)
    return operation


async def delete(service: Service, who: Identity, ref: Ref) -> None:
    """Delete a version: it can no longer be read, nor ever be made again. Its files stay.

    Raises:
        ServiceError: 404, there is no such version.
    """
    async with service.store.changing(ref.family):
        found = await read(service, ref)
        gone = msgspec.structs.replace(found, state="deleted", modified=stamp(who, service.now()))
        container = await service.store.container(ref.family)
        others = [v for v in await service.store.versions(ref.family) if v.version != ref.version]
        kept = [] if container is None else [families.without_version(container, others)]
        await service.store.commit(ref.family.partition, gone, *kept)


def _new(service: Service, who: Identity, ref: Ref, properties: Properties) -> Version:
    mark = stamp(who, service.now())
    return Version(version=ref.version, properties=properties, created=mark, modified=mark)


async def _change(
    service: Service,
    who: Identity,
    ref: Ref,
    found: Version,
    properties: Properties,
) -> Operation:
    # Where a shared asset came from is the registry's own knowledge: clients do not send it.
    origin = {k: v for k, v in found.properties.items() if k == "originAssetId"}
    changed = msgspec.structs.replace(
        found,
        properties={**properties, **origin},
        modified=stamp(who, service.now()),
    )
    operation = service.operations.plan(ref.family, ref.version, "change", change=changed)
    await service.store.commit(operation.partition, operation)
    service.operations.start(operation)
    return operation

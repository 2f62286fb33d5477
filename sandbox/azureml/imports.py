"""Sharing: a registry takes over a version from a workspace, files and description.

As recorded (share-2022): description, tags, properties, flavors, type and the files' path inside
their container are kept; `originAssetId` is the workspace asset's id; created now, by who shares;
last modified as in the workspace. Must not know HTTP.
"""

from typing import Final

from sandbox.azureml import registry_assets
from sandbox.azureml.assets import Kind, Ref, parse_workspace_id, ref
from sandbox.azureml.documents import Operation, Properties, Version, stamp
from sandbox.azureml.errors import already_exists, bad_request, registry_refused, was_deleted
from sandbox.azureml.places import Place
from sandbox.azureml.registry_assets import create
from sandbox.azureml.service import Service
from sandbox.azureml.shapes import location, with_uri
from sandbox.azureml.shapes.common import required
from sandbox.people import Identity

_KINDS: Final[tuple[Kind, ...]] = ("models", "environments", "data")


async def import_asset(
    service: Service,
    who: Identity,
    place: Place,
    sent: Properties,
) -> Operation:
    """Start to take over the workspace asset `sourceAssetId` under its destination's name.

    Raises:
        ServiceError: 400, not valid; 401, the workspace may not be read; 404, no such asset; 409,
            the destination exists or was deleted.
    """
    if sent.get("referenceType") != "Id":
        raise bad_request("properties.referenceType must be Id.")
    source = parse_workspace_id(required(sent, "sourceAssetId"))
    if source.kind not in _KINDS:
        raise bad_request(f"{source.kind} cannot be imported; only {', '.join(_KINDS)} can.")
    return await take_over(
        service,
        who,
        source,
        ref(
            place,
            source.kind,
            required(sent, "destinationName"),
            required(sent, "destinationVersion"),
        ),
    )


async def take_over(service: Service, who: Identity, source: Ref, target: Ref) -> Operation:
    """Start to copy the workspace version `source` to the registry version `target`.

    Raises:
        ServiceError: as `import_asset`.
    """
    if not who.may_read(source.place.name):
        raise registry_refused(target.place.name)
    original = await registry_assets.read(service, source)
    version = _shared(service, who, original, source, target)
    async with service.store.changing(target.family):
        found = await service.store.version(target)
        if found is not None and found.state == "deleted":
            raise was_deleted(target.id, found.modified.at)
        if found is not None:
            raise already_exists(target.id)
        return await create(service, target, version, source=source.origin_id)


def _shared(
    service: Service,
    who: Identity,
    original: Version,
    source: Ref,
    target: Ref,
) -> Version:
    properties = {**original.properties, "isArchived": False, "originAssetId": source.origin_id}
    address = location(service.config, source.place, source.kind, properties)
    if address is not None:
        container = target.place.asset_container(target.id)
        moved = type(address)(target.place.accounts[0], container, address.path)
        properties = with_uri(source.kind, properties, moved.https(service.config))
    return Version(
        version=target.version,
        properties=properties,
        created=stamp(who, service.now()),
        modified=original.modified,
    )

"""Has a registry take an approved asset over from a workspace by itself, and judges what it took.

The service's own import copies without conditions, and makes the version before anybody can compare. So
the files are compared with the approved ones right before, and the version's own right after: until then
nobody is told of success, and what is not the approved content is archived at once, loudly. Used only
where the app is told to (`CopySettings.share`); otherwise files are copied, which creates nothing that
was not compared (docs/adr/0015).
"""

import logging

from promotion.adapters.azureml import contents
from promotion.adapters.azureml.amending import Change, amend, archive_at_once
from promotion.adapters.azureml.connections import Connections
from promotion.adapters.azureml.documents import describe
from promotion.adapters.azureml.operations import UnderWayError
from promotion.adapters.azureml.receipts import CopyRecord
from promotion.adapters.azureml.sas import TakenError
from promotion.adapters.azureml.sharing import origin_of, share
from promotion.adapters.azureml.sources import approved_source
from promotion.domain.assets import AssetDescription, AssetKind, AssetRef, Workspace
from promotion.domain.errors import (
    BrokenError,
    ConflictError,
    NotFoundError,
    PromotionError,
    StaleError,
)
from promotion.domain.manifest import Manifest

_log = logging.getLogger(__name__)


def applies(connections: Connections, source: AssetRef) -> bool:
    """Whether an asset goes this way: from a workspace, of a kind that Azure ML shares."""
    shared = isinstance(source.home, Workspace) and source.kind is not AssetKind.COMPONENTS
    return connections.settings.share and shared


def ask(connections: Connections, source: AssetRef, manifest: Manifest, target: AssetRef) -> bool:
    """Have the registry import an asset that is still the approved one; return whether it is done.

    Raises:
        StaleError: the asset is not the approved one any more; nothing was imported.
        ConflictError: the registry's version came from elsewhere, or was deleted.
    """
    try:
        _require_approved(connections, source, manifest)
    except StaleError:
        # What was imported in time, or is just now, is judged by itself.
        if not _begun(connections, target):
            raise
    try:
        share(connections, source, target)
    except UnderWayError:
        return False
    except ConflictError:
        # Only models tell where they came from: the content decides, as after a copy.
        if not _has(connections, target, manifest):
            raise
    return True


def accept(
    connections: Connections,
    source: AssetRef,
    manifest: Manifest,
    target: AssetRef,
    lineage: dict[str, str],
) -> AssetDescription:
    """Compare what the registry took over with what was approved, and add its lineage.

    Raises:
        BrokenError: it took over something else; the version is there, archived if it tells its origin.
        RetryableError: something is not ready.
    """
    present = contents.read_manifest(connections, target)
    if present.digest != manifest.digest:
        raise _other_content(connections, source, manifest, present, target)
    amend(connections, target, Change(properties=lineage))
    return describe(target, connections.plane.version(target))


def _has(connections: Connections, target: AssetRef, manifest: Manifest) -> bool:
    try:
        return contents.read_manifest(connections, target).digest == manifest.digest
    except NotFoundError:
        return False


def _begun(connections: Connections, target: AssetRef) -> bool:
    try:
        connections.to_write(target)
    except TakenError:
        return True
    return False


def _require_approved(connections: Connections, source: AssetRef, manifest: Manifest) -> None:
    if contents.composite_of(source) is not None:
        contents.approved(connections, source, manifest)
    files = contents.files_of(source, manifest)
    if files is not None:
        approved_source(connections, source, files, CopyRecord())


def _other_content(
    connections: Connections,
    source: AssetRef,
    manifest: Manifest,
    present: Manifest,
    target: AssetRef,
) -> BrokenError:
    archived = _archived(connections, source, target)
    fields = {"target": target.id, "digest": present.digest, "approved": manifest.digest}
    _log.error("a registry took over other content than was approved", extra=fields)
    return BrokenError(
        f"{target.home.name} took over other content as {target.label} than was approved: "
        f"{present.digest}, approved was {manifest.digest}. It is there, and {archived}.",
        "Delete that version, find out who changed the workspace's files meanwhile, and have workspaces' "
        "assets copied instead of shared: a copy creates nothing that was not compared before.",
    )


def _archived(connections: Connections, source: AssetRef, target: AssetRef) -> str:
    try:
        told = describe(target, connections.plane.version(target)).origin
        if told.lower() != origin_of(connections, source).lower():
            return "not archived, as it does not tell that it came from there"
    except PromotionError as error:
        return f"could not be archived ({error})"
    return archive_at_once(connections, target)

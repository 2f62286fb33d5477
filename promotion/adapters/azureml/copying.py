"""Brings files to the target as far as one call gets: survey, recognise, copy, look again.

Knows files and stages; how one file travels is the courier's business. State is storage's own plus
the app's record, so that any worker goes on where another one stopped.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Final, assert_never

import msgspec

from promotion.adapters.azureml.buffers import Buffers
from promotion.adapters.azureml.connections import Connections
from promotion.adapters.azureml.courier import Courier, count_failure
from promotion.adapters.azureml.errors import storage_translated
from promotion.adapters.azureml.jobs import Tools
from promotion.adapters.azureml.receipts import CopyRecord
from promotion.adapters.azureml.recognition import recognise
from promotion.adapters.azureml.settings import CopySettings
from promotion.adapters.azureml.sources import Source
from promotion.adapters.azureml.survey import Stage, Survey, survey
from promotion.adapters.azureml.targets import Target, look_again
from promotion.adapters.azureml.ways import block_size
from promotion.adapters.azureml.working import work_through
from promotion.domain.assets import AssetRef
from promotion.domain.errors import RetryableError
from promotion.domain.manifest import Manifest, ManifestFile
from promotion.domain.progress import Progress

#: After somebody else was at the target, before looking again.
_MOMENT: Final = 0.2
#: How often the record is kept while files arrive, in seconds.
_KEEP_EVERY: Final = 1.0


class Copy(msgspec.Struct, frozen=True, kw_only=True):
    """One copy: from where, to where, what, and what is remembered of it."""

    source_asset: AssetRef
    source: Source
    target_asset: AssetRef
    manifest: Manifest
    record: CopyRecord
    #: Keeps the record.
    keep: Callable[[], None]


def run(connections: Connections, copy: Copy, target: Target) -> Progress:
    """Work until everything has arrived or the call's time is over; return how far it is.

    Raises:
        StaleError: a source file is no longer the approved one.
        BrokenError: storage gives a file up again and again.
        ForbiddenError, RetryableError: storage refuses, or is not ready.
    """
    courier = Courier(connections, copy.source_asset, copy.source)
    with _tools(connections.settings, copy.manifest) as tools:
        while True:
            found = _survey(copy, target, tools)
            open_files = found.at(Stage.MISSING, Stage.GIVEN_UP)
            if not tools.left() or not (open_files or found.at(Stage.PENDING)):
                copy.keep()
                return _progress(copy, found, courier)
            _round(copy, found, courier, tools)
            target = _again(copy, target)


def _round(copy: Copy, found: Survey, courier: Courier, tools: Tools) -> None:
    open_files = found.at(Stage.MISSING, Stage.GIVEN_UP)
    courier.overtaken = False
    if open_files:
        _start(copy, found, courier, tools)
        copy.keep()
    else:
        time.sleep(min(tools.settings.poll_seconds, tools.left()))
    if courier.overtaken:
        time.sleep(min(_MOMENT, tools.left()))


def _start(copy: Copy, found: Survey, courier: Courier, tools: Tools) -> None:
    for file in found.at(Stage.GIVEN_UP):
        name, blob = found.target.name(file), found.target.blobs[file.path]
        receipt = copy.record.of(name)
        count_failure(receipt, file, blob.copy_problem, tools.settings.restarts)
    files = found.at(Stage.MISSING, Stage.GIVEN_UP)
    for file in files:
        # Before the work begins: the record is kept while others write into it.
        copy.record.of(found.target.name(file))

    def deliver(file: ManifestFile) -> None:
        courier.deliver(file, courier.job(file, found, copy.record), tools)

    with storage_translated(f"copying to {copy.target_asset.id}", copy.target_asset.home):
        try:
            work_through(
                files,
                deliver,
                threads=tools.settings.parallel,
                name="copy",
                meanwhile=copy.keep,
                every=_KEEP_EVERY,
            )
        except BaseException:
            copy.keep()
            raise


def _survey(copy: Copy, target: Target, tools: Tools) -> Survey:
    found = survey(target, copy.manifest, copy.record)
    if not found.at(Stage.STRANGER) or not tools.left():
        return found
    recognise(found, copy.record, tools.settings, copy.target_asset)
    again = survey(target, copy.manifest, copy.record)
    # What is still strange has other content, so that nobody made a version over it: it is copied over.
    stages = {
        path: Stage.MISSING if stage is Stage.STRANGER else stage
        for path, stage in again.stages.items()
    }
    return msgspec.structs.replace(again, stages=stages)


def _again(copy: Copy, target: Target) -> Target:
    found = look_again(target.store, copy.target_asset, copy.manifest)
    if found is None:
        raise RetryableError(
            f"Somebody else writes into the container of {copy.target_asset.id}.",
            "See who has a role on the registry.",
        )
    return found


def _progress(copy: Copy, found: Survey, courier: Courier) -> Progress:
    return Progress(
        files=len(copy.manifest.files),
        files_done=len(found.at(Stage.COMPLETE)),
        bytes=copy.manifest.size,
        bytes_done=sum(_arrived(file, found, courier) for file in copy.manifest.files),
    )


def _arrived(file: ManifestFile, found: Survey, courier: Courier) -> int:
    match found.stages[file.path]:
        case Stage.COMPLETE:
            return file.size
        case Stage.PENDING:
            return min(found.target.blobs[file.path].copied, file.size)
        case Stage.MISSING | Stage.STRANGER | Stage.GIVEN_UP:
            return courier.partial.get(file.path, 0)
        case unknown:
            assert_never(unknown)


@contextmanager
def _tools(settings: CopySettings, manifest: Manifest) -> Iterator[Tools]:
    size = block_size(settings.streamed_block, max(file.size for file in manifest.files))
    carried = max(1, settings.memory // size)
    with (
        ThreadPoolExecutor(settings.parallel, "block") as blocks,
        ThreadPoolExecutor(carried, "carry") as carriers,
    ):
        yield Tools(
            settings=settings,
            blocks=blocks,
            carriers=carriers,
            buffers=Buffers(carried, size),
            deadline=time.monotonic() + settings.call_seconds,
        )

"""Three ways to bring one file to the target, from the best to the one that always works.

1. Storage copies the whole file: at once up to 256 MiB, else started here and finished there.
2. Storage copies block by block, where it refuses to copy whole files.
3. This process carries blocks, where storage may not read the source at all (network rules, an
   allowed copy scope): bounded memory, nothing is held twice.

Each is conditional on the source's approved ETag and on what was seen at the target, so that a
changed source is never copied and two workers do not undo each other. Knows storage; no assets.
"""

import hashlib
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any, Final

from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.storage.blob import BlobBlock, ContentSettings

from promotion.adapters.azureml.buffers import BufferReader
from promotion.adapters.azureml.errors import code_of
from promotion.adapters.azureml.jobs import Job, Tools
from promotion.adapters.azureml.store import quoted, replaces, source_unchanged

#: Azure's bound on the number of blocks of a blob.
_BLOCKS: Final = 50_000
_MIB: Final = 1024 * 1024
#: Codes by which storage says that it will not read the source, beside 403 and 501.
_REFUSALS: Final = frozenset(
    {
        "CannotVerifyCopySource",
        "CopyAcrossAccountsNotSupported",
        "UnsupportedHeader",
        "NotImplemented",
        "FeatureNotYetSupportedForHierarchicalNamespaceAccounts",
    },
)
#: Codes by which storage says that somebody else was at the target meanwhile.
_OVERTAKEN: Final = frozenset({"BlobAlreadyExists", "PendingCopyOperation", "InvalidBlockList"})

type Way = Callable[[Job, Tools], int]


def copy_whole(job: Job, tools: Tools) -> int:
    """Have storage copy the file; return the bytes that are there now (0: it goes on there).

    Raises:
        HttpResponseError: refused, or a condition does not hold.
    """
    options: dict[str, Any] = {**source_unchanged(job.blob.etag), **replaces(job.leftover)}
    if job.blob.size <= tools.settings.sync_limit:
        options["requires_sync"] = True
    started: dict[str, Any] = job.target.client(job.name).start_copy_from_url(
        job.source.signed_url(job.blob.name),
        **options,
    )
    job.receipt.copy_id = started["copy_id"] or ""
    done = started["copy_status"] == "success"
    job.receipt.etag = quoted(started["etag"]) if done else ""
    return job.blob.size if done else 0


def copy_blocks(job: Job, tools: Tools) -> int:
    """Have storage copy the file block by block; return the bytes that are there now."""

    def stage(block: str, offset: int, length: int) -> None:
        job.target.client(job.name).stage_block_from_url(
            block,
            job.source.signed_url(job.blob.name),
            source_offset=offset,
            source_length=length,
            # azure-storage-blob 12.31 has no option for the source's condition here.
            headers={"x-ms-source-if-match": job.blob.etag},
        )

    size = block_size(tools.settings.block, job.blob.size)
    return _by_blocks(job, tools, size, stage, tools.blocks)


def carry_blocks(job: Job, tools: Tools) -> int:
    """Carry the file through this process block by block; return the bytes that are there now."""

    def stage(block: str, offset: int, length: int) -> None:
        buffer = tools.buffers.borrow()
        try:
            view = memoryview(buffer)[:length]
            job.source.read_into(view, job.blob.name, offset=offset, etag=job.blob.etag)
            # With a checksum (validate_content): what storage got is what was sent.
            job.target.client(job.name).stage_block(
                block,
                BufferReader(view),
                length=length,
                validate_content=True,
            )
        finally:
            tools.buffers.give_back(buffer)

    return _by_blocks(job, tools, tools.buffers.size, stage, tools.carriers)


#: In the order they are tried.
WAYS: Final[tuple[Way, ...]] = (copy_whole, copy_blocks, carry_blocks)


def block_size(wanted: int, file: int) -> int:
    """Return the size of a file's blocks: as wanted, larger only where there would be too many."""
    least = -(-file // _BLOCKS)
    return wanted if wanted >= least else -(-least // _MIB) * _MIB


def refused(error: HttpResponseError) -> bool:
    """Return whether storage will not copy this way (another one may work)."""
    statuses = {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_IMPLEMENTED}
    return error.status_code in statuses or code_of(error) in _REFUSALS


def overtaken(error: HttpResponseError) -> bool:
    """Return whether source or target is not what it was when it was listed."""
    statuses = {HTTPStatus.PRECONDITION_FAILED, HTTPStatus.NOT_FOUND}
    return error.status_code in statuses or code_of(error) in _OVERTAKEN


def obstructed(job: Job, error: HttpResponseError) -> bool:
    """Return whether blocks that nobody made a blob of stand in the way of a file.

    Storage takes blocks of one blob only when all their ids have one length, so that a single block that
    somebody else left refuses all of ours.
    """
    if code_of(error) == "InvalidBlobOrBlock":
        return True
    taken = code_of(error) == "BlobAlreadyExists" and not job.leftover
    return taken and job.target.look(job.name) is None


def sweep_blocks(job: Job) -> None:
    """Drop the blocks that nobody made a blob of: a list of no blocks leaves an empty blob, to be copied over.

    Where somebody else was faster, their blob stays as it is.
    """
    try:
        job.target.client(job.name).commit_block_list([], **replaces(job.leftover))
    except HttpResponseError as error:
        if not overtaken(error):
            raise


def _by_blocks(
    job: Job,
    tools: Tools,
    size: int,
    stage: Callable[[str, int, int], None],
    threads: ThreadPoolExecutor,
) -> int:
    job.receipt.copy_id = ""
    plan = _plan(job, size)
    have = _staged(job)
    work = [
        threads.submit(_one_block, stage, block, offset, length, tools)
        for block, offset, length in plan
        if block not in have
    ]
    try:
        begun = [each.result() for each in work]
    finally:
        for each in work:
            each.cancel()
    if not all(begun):
        staged = have | _staged(job)
        return sum(length for block, _, length in plan if block in staged)
    _commit(job, [block for block, _, _ in plan])
    return job.blob.size


def _one_block(
    stage: Callable[[str, int, int], None],
    block: str,
    offset: int,
    length: int,
    tools: Tools,
) -> bool:
    if not tools.left():
        return False
    stage(block, offset, length)
    return True


def _plan(job: Job, size: int) -> list[tuple[str, int, int]]:
    # The names are not to be guessed: whoever may write could leave blocks under names we expect.
    job.receipt.upload = job.receipt.upload or secrets.token_hex(16)
    return [
        (_block_name(job, size, offset), offset, min(size, job.blob.size - offset))
        for offset in range(0, job.blob.size, size)
    ]


def _block_name(job: Job, size: int, offset: int) -> str:
    mark = f"{job.receipt.upload}|{job.blob.etag}|{size}|{offset}"
    return hashlib.sha256(mark.encode()).hexdigest()[:32]


def _staged(job: Job) -> set[str]:
    try:
        _, uncommitted = job.target.client(job.name).get_block_list("uncommitted")
    except ResourceNotFoundError:
        return set()
    return {block.id for block in uncommitted}


def _commit(job: Job, blocks: list[str]) -> None:
    settings = ContentSettings(content_type=job.blob.content_type or None)
    answer: dict[str, Any] = job.target.client(job.name).commit_block_list(
        [BlobBlock(block_id=block) for block in blocks],
        content_settings=settings,
        **replaces(job.leftover),
    )
    job.receipt.etag = quoted(answer["etag"])
    job.receipt.upload = ""

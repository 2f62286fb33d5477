"""Brings one file to the target: the best way that is not refused, and what it means when it fails.

Knows the ways and their failures; must not know how many files there are.
"""

import logging
import threading
from collections import Counter

from azure.core.exceptions import HttpResponseError

from promotion.adapters.azureml.connections import Connections
from promotion.adapters.azureml.errors import cause, code_of, scrub
from promotion.adapters.azureml.jobs import Job, Tools
from promotion.adapters.azureml.receipts import CopyRecord, Receipt
from promotion.adapters.azureml.sources import Source, changed, stale_file
from promotion.adapters.azureml.survey import Survey
from promotion.adapters.azureml.ways import (
    WAYS,
    obstructed,
    overtaken,
    refused,
    sweep_blocks,
)
from promotion.domain.assets import AssetRef
from promotion.domain.errors import BrokenError
from promotion.domain.manifest import ManifestFile

_log = logging.getLogger(__name__)


class Courier:
    """Copies single files between one source and one target; safe to use from several threads."""

    def __init__(self, connections: Connections, asset: AssetRef, source: Source) -> None:
        self._connections = connections
        self._asset = asset
        self._source = source
        self._lock = threading.Lock()
        #: Path -> bytes that have arrived of files that are not complete yet.
        self.partial: dict[str, int] = {}
        #: Path -> how often it arrived in this call: more than a few times is a fault.
        self._arrivals: Counter[str] = Counter()
        #: Whether somebody else was at the target: worth a moment before looking again.
        self.overtaken = False

    def job(self, file: ManifestFile, found: Survey, record: CopyRecord) -> Job:
        """Return what is to be done for one file."""
        there = found.target.blobs.get(file.path)
        name = found.target.name(file)
        return Job(
            source=self._source.store,
            blob=self._source.blobs[file.path],
            target=found.target.store,
            name=name,
            leftover=there.etag if there else "",
            receipt=record.of(name),
        )

    def deliver(self, file: ManifestFile, job: Job, tools: Tools) -> None:
        """Copy one file, or begin to; does nothing when the call's time is over.

        Raises:
            StaleError: the source file is no longer the approved one.
            AzureError: every way failed, or storage is not ready.
        """
        first = self._connections.detours.first(_accounts(job))
        for number, way in list(enumerate(WAYS))[first:]:
            if not tools.left():
                return
            try:
                self._note(file, way(job, tools))
            except HttpResponseError as error:
                if not self._goes_on(file, job, number, error):
                    raise
                if not refused(error):
                    return
            else:
                return

    def _goes_on(self, file: ManifestFile, job: Job, number: int, error: HttpResponseError) -> bool:
        if obstructed(job, error):
            sweep_blocks(job)
        elif not (refused(error) or overtaken(error)):
            return False
        if changed(self._source, file.path):
            raise stale_file(self._asset, file.path) from cause(error)
        if refused(error):
            return self._next_way(job, number, error)
        self.overtaken = True
        return True

    def _next_way(self, job: Job, number: int, error: HttpResponseError) -> bool:
        if number + 1 == len(WAYS):
            return False
        if self._connections.detours.refuse(_accounts(job), number):
            fields = {"way": WAYS[number].__name__, "code": code_of(error)}
            _log.warning("storage refuses this way of copying, trying the next", extra=fields)
        return True

    def _note(self, file: ManifestFile, arrived: int) -> None:
        with self._lock:
            self.partial.pop(file.path, None)
            if arrived < file.size:
                self.partial[file.path] = arrived
                return
            self._arrivals[file.path] += 1
            if self._arrivals[file.path] > self._connections.settings.restarts + 1:
                raise BrokenError(
                    f"{file.path!r} was copied {self._arrivals[file.path]} times, and each time "
                    "storage did not have it as it said.",
                    "See whether somebody else writes into the container, then retry.",
                )


def _accounts(job: Job) -> tuple[str, str]:
    return job.source.grant.endpoint, job.target.grant.endpoint


def count_failure(receipt: Receipt, file: ManifestFile, problem: str, restarts: int) -> None:
    """Note that storage gave a copy up.

    Raises:
        BrokenError: it did so too often.
    """
    receipt.failures += 1
    receipt.copy_id = ""
    if receipt.failures > restarts:
        raise BrokenError(
            f"Storage gave up copying {file.path!r} {receipt.failures} times, at last with: "
            f"{scrub(problem) or 'no reason'}.",
            "Look up the reason in Azure's documentation of Copy Blob, then retry the promotion.",
        )

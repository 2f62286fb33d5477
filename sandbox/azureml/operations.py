"""Long-running operations of registries: copies files, then makes the version readable.

An operation is written with the version it creates, in one transaction, before its request is
answered; a restart takes running ones up again. Every step can be repeated. Knows nothing of HTTP.
"""

import asyncio
import datetime as dt
import logging
from typing import Final, Literal

import msgspec
from azure.core.exceptions import AzureError

from sandbox.azureml import assets, families
from sandbox.azureml.assets import Family, Ref
from sandbox.azureml.blobs import Blobs, CopyError
from sandbox.azureml.documents import Container, Operation, Version
from sandbox.azureml.knobs import Knobs
from sandbox.azureml.places import place_by_key, stable_uuid
from sandbox.azureml.shapes import location
from sandbox.azureml.store import Store
from sandbox.config import Config

#: Seconds each takes in Azure; recorded: environments 3.5 to 4.5 minutes (their image is built),
#: an import less than its first 30 s pause. The others are guesses of the same order.
DURATION: Final = {"environments": 240.0, "import": 20.0, "change": 2.0, "create": 8.0}

#: `x-ms-async-operation-timeout` says PT1H.
_KEPT: Final = dt.timedelta(hours=1)
_TRIES: Final = 5
_PAUSE: Final = 1.0

Step = Literal["environments", "import", "change", "create"]

log = logging.getLogger(__name__)


class Operations:
    """The operations of one running service."""

    def __init__(self, config: Config, store: Store, blobs: Blobs, knobs: Knobs) -> None:
        self._config = config
        self._store = store
        self._blobs = blobs
        self._knobs = knobs
        self._known: dict[str, Operation] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def resume(self) -> None:
        """Take up the operations a former process left running; drop those nobody polls now."""
        oldest = dt.datetime.now(dt.UTC) - _KEPT
        for operation in await self._store.operations():
            if operation.state != "running" and operation.ready_at < oldest:
                await self._store.forget(operation.partition, operation)
            else:
                self.start(operation)

    async def stop(self) -> None:
        """Let go of running operations; the next process resumes them."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def plan(
        self,
        family: Family,
        version: str | None,
        step: Step,
        *,
        change: Version | None = None,
        source: str | None = None,
    ) -> Operation:
        """Return a new operation that is neither written nor started.

        Args:
            family: whose version (or container) it is about.
            version: which; None for the container.
            step: how long it takes, and what its last poll answers.
            change: what an existing version becomes; None: it is a new one.
            source: id of the workspace asset whose files are copied.
        """
        seconds = DURATION[step] * self._config.time_scale + self._knobs.settings.operation_delay
        answer: Literal["asset", "empty", "nothing"] = "asset"
        if step == "import":
            answer = "nothing"
        elif family.kind == "environments" and version is not None:
            answer = "empty"
        return Operation(
            id=_new_id(family, version, imported=step == "import"),
            partition=family.partition,
            version=version,
            change=change,
            ready_at=dt.datetime.now(dt.UTC) + dt.timedelta(seconds=seconds),
            answer=answer,
            source=source,
        )

    def start(self, operation: Operation) -> None:
        """Work on a written operation in the background."""
        self._known[operation.id] = operation
        if operation.state == "running":
            task = asyncio.create_task(self._run(operation))
            self._tasks[operation.id] = task
            task.add_done_callback(lambda _: self._tasks.pop(operation.id, None))

    async def poll(self, operation_id: str, hold: float) -> Operation | None:
        """Return the operation once it has ended or after `hold` seconds; None: unknown."""
        task = self._tasks.get(operation_id)
        if task is not None and hold > 0:
            await asyncio.wait({task}, timeout=hold)
        return self._known.get(operation_id)

    def find(self, operation_id: str | None) -> Operation | None:
        """Return an operation as it is now."""
        return self._known.get(operation_id) if operation_id else None

    async def _run(self, operation: Operation) -> None:
        wait = (operation.ready_at - dt.datetime.now(dt.UTC)).total_seconds()
        problem = ""
        for attempt in range(1, _TRIES + 1):
            try:
                await self._finish(operation, wait)
            except (AzureError, CopyError) as error:
                log.warning(
                    "operation interrupted",
                    extra={"operation": operation.id, "attempt": attempt, "reason": str(error)},
                )
                problem = str(error)
                await asyncio.sleep(_PAUSE * attempt)
            else:
                return
        await self._fail(operation, f"The storage did not do its part: {problem}")

    async def _finish(self, operation: Operation, wait: float) -> None:
        family = family_of(operation.partition)
        asset = family.id
        if operation.version is not None:
            ref = family.version(operation.version)
            await self._copy(operation, ref)
            asset = ref.id
        await asyncio.sleep(max(0, wait))
        fault = self._knobs.take_operation_fault(asset)
        if fault is not None:
            await self._fail(operation, fault.message)
        else:
            await self._commit(operation)

    async def _copy(self, operation: Operation, ref: Ref) -> None:
        claimed = await self._claimed(operation, ref)
        if claimed is None:
            return
        target = location(self._config, ref.place, ref.kind, claimed.properties)
        if target is None:
            return
        if operation.source is not None:
            origin = assets.parse_workspace_id(operation.source)
            found = await self._store.version(origin)
            source = found and location(self._config, origin.place, ref.kind, found.properties)
            if source:
                await self._blobs.copy_tree(source, target)
        for account in ref.place.accounts[1:]:
            await self._blobs.copy_tree(target, target.at(account))

    async def _commit(self, operation: Operation) -> None:
        family = family_of(operation.partition)
        done = msgspec.structs.replace(operation, state="done")
        async with self._store.changing(family):
            documents = await self._outcome(operation, family)
            await self._store.commit(operation.partition, *documents, done)
        self._known[operation.id] = done

    async def _outcome(self, operation: Operation, family: Family) -> list[Version | Container]:
        if operation.change is not None:
            return [operation.change]
        if operation.version is None:
            return []
        claimed = await self._claimed(operation, family.version(operation.version))
        if claimed is None:
            return []
        ready = msgspec.structs.replace(claimed, state="ready", operation=None)
        container = await self._store.container(family)
        return [ready, families.with_version(container, ready, family.kind)]

    async def _claimed(self, operation: Operation, ref: Ref) -> Version | None:
        """Return the version this operation is to create, or None: it creates none."""
        found = None if operation.change else await self._store.version(ref)
        return found if found and found.operation == operation.id else None

    async def _fail(self, operation: Operation, problem: str) -> None:
        failed = msgspec.structs.replace(operation, state="failed", problem=problem)
        family = family_of(operation.partition)
        async with self._store.changing(family):
            await self._store.commit(operation.partition, failed)
            if operation.version is not None:
                claimed = await self._claimed(operation, family.version(operation.version))
                if claimed is not None:
                    await self._store.forget(operation.partition, claimed)
        self._known[operation.id] = failed
        log.warning("operation failed", extra={"operation": operation.id, "problem": problem})


def family_of(partition: str) -> Family:
    """Return the asset a partition belongs to."""
    letter, place, kind, name = partition.split("|")
    return Family(place_by_key(f"{letter}|{place}"), assets.kind_of(kind), name)


def _new_id(family: Family, version: str | None, *, imported: bool) -> str:
    if family.kind == "environments" and version is not None and not imported:
        return f"{family.place.name}_{family.name}_{version}_1"
    moment = dt.datetime.now(dt.UTC).isoformat()
    return stable_uuid(f"{family.partition}|{version}|{moment}")

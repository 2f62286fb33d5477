"""Runs a function once: identity, time limit, outputs, log; and lets what runs end in order.

Must not know triggers: they say what a function gets and are told how it ended.
"""

import asyncio
import logging
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

import msgspec
from azure.functions.meta import Datum

from sandbox.functions_host.functions import Function
from sandbox.functions_host.host_json import HostJson
from sandbox.functions_host.worker import Call, Result, Worker

_log: Final = logging.getLogger(__name__)

#: Invocation id -> function name, of the invocations that run.
Names = dict[str, str]

#: Sends what a function put out; raises OutputError.
Send = Callable[[Function, Sequence[tuple[str, Datum]]], Awaitable[None]]


class OutputError(Exception):
    """An output could not be sent; the invocation failed."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How an invocation ended; `error` is None when it succeeded and its outputs were sent."""

    returned: Datum | None = None
    error: str | None = None

    @property
    def succeeded(self) -> bool:
        """Whether the function returned and its outputs were sent."""
        return self.error is None


class Invocations:
    """The invocations of one host."""

    def __init__(self, worker: Worker, host_json: HostJson, send: Send, names: Names) -> None:
        limit = host_json.function_timeout
        self._worker = worker
        self._seconds = limit.total_seconds() if limit is not None else None
        self._send = send
        self._names = names
        self._running: set[asyncio.Task[Outcome]] = set()
        #: Synchronous runs that the host gave up on; their threads may still be busy.
        self.abandoned = 0

    def start(
        self,
        function: Function,
        value: Datum,
        *,
        reason: str,
        metadata: Mapping[str, Datum] | None = None,
    ) -> asyncio.Task[Outcome]:
        """Start one invocation; it goes on when the caller no longer waits for it.

        Args:
            function: what to run.
            value: the trigger's value.
            reason: why it runs, for the log.
            metadata: the trigger's metadata.
        """
        call = Call(
            function=function,
            invocation_id=str(uuid.uuid4()),
            value=value,
            metadata=metadata or {},
        )
        task = asyncio.create_task(self._invoke(call, reason))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def drain(self, seconds: float) -> int:
        """Wait until nothing runs, `seconds` at most; return how many invocations still run."""
        if self._running:
            await asyncio.wait(self._running, timeout=seconds)
        return len(self._running)

    async def cancel(self) -> None:
        """Give up on what still runs; its triggers are told that it did not end."""
        for task in self._running:
            task.cancel()
        if self._running:
            await asyncio.wait(self._running)

    async def _invoke(self, call: Call, reason: str) -> Outcome:
        fields = {"function": call.function.name, "invocation_id": call.invocation_id}
        self._names[call.invocation_id] = call.function.name
        _log.info("executing", extra={**fields, "reason": reason})
        started = time.perf_counter()
        try:
            outcome, trace = await self._outcome(call)
        finally:
            self._names.pop(call.invocation_id, None)
        fields["duration_ms"] = f"{(time.perf_counter() - started) * 1000:.1f}"
        if outcome.succeeded:
            _log.info("executed", extra={**fields, "outcome": "succeeded"})
        else:
            extra = {**fields, "outcome": "failed", "trace": trace}
            _log.error("executed: %s", outcome.error, extra=extra)
        return outcome

    async def _outcome(self, call: Call) -> tuple[Outcome, str]:
        result = await self._run(call)
        if result.error is not None:
            return Outcome(error=result.error), result.trace
        try:
            await self._send(call.function, result.outputs)
        except OutputError as error:
            return Outcome(error=str(error)), ""
        return Outcome(returned=result.returned), ""

    async def _run(self, call: Call) -> Result:
        future = self._worker.run(call)
        try:
            async with asyncio.timeout(self._seconds):
                return await asyncio.wrap_future(future)
        except TimeoutError:
            self.abandoned += 1
            return Result(error=f"gave up after functionTimeout ({self._seconds:g} s)")
        except asyncio.CancelledError:
            self.abandoned += 1
            raise

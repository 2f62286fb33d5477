"""The official worker library: loads the app, and runs one function once.

The only file that knows `azure_functions_runtime`, which Azure runs too. Its loop has a thread of
its own, so that an app that blocks it does not stop the host, as in Azure, where the two are
separate processes. Must not know triggers or where inputs come from.
"""

import asyncio
import contextvars
import importlib
import sys
import threading
import traceback
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import azure_functions_runtime as runtime
import msgspec
from azure.functions.meta import Datum
from azure_functions_runtime.bindings import context as runtime_context
from azure_functions_runtime.native_invocation import invocation_request_native

from sandbox.functions_host import protos
from sandbox.functions_host.app_settings import resolve
from sandbox.functions_host.errors import HostError
from sandbox.functions_host.functions import OUTPUTS, TRIGGERS, Binding, Function

#: The file the worker loads, as in Azure.
SCRIPT: Final = "function_app.py"

_TRACE_LINES: Final = 20


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One run of a function: what it gets."""

    function: Function
    invocation_id: str
    #: The trigger's value, as the platform types it.
    value: Datum
    #: The trigger's metadata (dequeue count, ...).
    metadata: Mapping[str, Datum] = {}


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """How a run ended; `error` is None when it succeeded."""

    returned: Datum | None = None
    #: Parameter and value of each output that was set.
    outputs: Sequence[tuple[str, Datum]] = ()
    error: str | None = None
    trace: str = ""


class Worker:
    """The worker of one app. One a process: the library keeps the app in its own globals."""

    def __init__(self, app: Path, environment: Mapping[str, str]) -> None:
        self._app = app
        self._environment = environment
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="worker", daemon=True)

    def start(self) -> tuple[Function, ...]:
        """Load the app and return its functions.

        Raises:
            HostError: no app there, the worker refuses it, or it needs what this host lacks.
        """
        if not (self._app / SCRIPT).is_file():
            raise HostError(
                f"there is no {SCRIPT} in {self._app}: start the host in the app's folder, "
                "or name it with --app",
            )
        sys.path.insert(0, str(self._app))
        importlib.invalidate_caches()
        self._thread.start()
        runtime.start_threadpool_executor()
        metadata = asyncio.run_coroutine_threadsafe(self._index(), self._loop).result()
        return tuple(self._function(item) for item in metadata)

    def run(self, call: Call) -> "Future[Result]":
        """Start one run in the worker; the future never fails but by being cancelled."""
        return asyncio.run_coroutine_threadsafe(_run(call), self._loop)

    def stop(self) -> None:
        """Stop the worker's loop. Runs that have not ended are abandoned."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5)

    async def _index(self) -> list[Any]:
        request = SimpleNamespace(
            request=SimpleNamespace(
                worker_init_request=SimpleNamespace(
                    capabilities={},
                    function_app_directory=str(self._app),
                ),
            ),
            properties={"host": "127.0.0.1", "protos": protos},
        )
        response = await runtime.worker_init_request(request)
        if response.result.status != protos.StatusResult.Success:
            raise HostError(_refusal(self._app, response.result.exception))
        found = await runtime.functions_metadata_request(None)
        return list(found.function_metadata_results or ())

    def _function(self, metadata: Any) -> Function:  # noqa: ANN401 - the worker's untyped message
        name = metadata.name
        if metadata.retry_options is not None:
            raise HostError(f"{name} has a retry policy, which this host does not run: remove it")
        bindings = [self._binding(name, raw) for raw in metadata.raw_bindings]
        triggers = [binding for binding in bindings if binding.kind in TRIGGERS]
        outputs = tuple(binding for binding in bindings if binding.kind in OUTPUTS)
        if len(triggers) != 1 or len(triggers) + len(outputs) != len(bindings):
            kinds = ", ".join(sorted({binding.kind for binding in bindings}))
            raise HostError(
                f"{name} has the bindings {kinds}; this host serves functions with one of "
                f"{', '.join(sorted(TRIGGERS))} and outputs of {', '.join(sorted(OUTPUTS))}",
            )
        return Function(id=metadata.function_id, name=name, trigger=triggers[0], outputs=outputs)

    def _binding(self, function: str, raw: str) -> Binding:
        settings = msgspec.json.decode(raw, type=dict[str, Any])
        try:
            settings = {key: resolve(value, self._environment) for key, value in settings.items()}
        except HostError as error:
            raise HostError(f"{function}: {error}") from error
        return Binding(name=settings["name"], kind=settings["type"], settings=settings)


def current_invocation() -> str | None:
    """Return the id of the invocation that the calling code runs in, as the worker marks it."""
    marked: contextvars.ContextVar[str | None] = runtime.invocation_id_cv
    # A thread an app starts by itself says its invocation through the context's thread storage.
    local = runtime_context._invocation_id_local  # noqa: SLF001 - the worker has no other way
    return marked.get() or getattr(local, "invocation_id", None)


async def _run(call: Call) -> Result:
    try:
        ok, returned, outputs, error, trace = await invocation_request_native(
            call.invocation_id,
            call.function.id,
            [(call.function.trigger.name, call.value)],
            dict(call.metadata),
        )
    except (SystemExit, KeyboardInterrupt) as exit_:
        # It would end the loop, and with it every other function.
        return Result(error=repr(exit_), trace=traceback.format_exc())
    except asyncio.CancelledError as cancelled:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        return Result(error=repr(cancelled), trace=traceback.format_exc())
    if ok:
        return Result(returned=returned, outputs=outputs)
    return Result(error=error or "failed", trace=trace or "")


def _refusal(app: Path, exception: protos.RpcException) -> str:
    trace = "\n".join(exception.stack_trace.strip().splitlines()[-_TRACE_LINES:])
    return f"the worker refuses {app / SCRIPT}: {exception.message}\n{trace}"

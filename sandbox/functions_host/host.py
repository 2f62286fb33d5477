"""The host: puts worker, triggers, outputs and server together, starts and stops them in order.

Must not know how any of them works.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

from sandbox.config import Config
from sandbox.functions_host.admin import Admin
from sandbox.functions_host.app_settings import HOST_STORAGE, connection_string
from sandbox.functions_host.easy_auth import easy_auth
from sandbox.functions_host.errors import HostError
from sandbox.functions_host.event_grid import EventGridWebhook
from sandbox.functions_host.functions import TIMER, Function
from sandbox.functions_host.host_json import HostJson
from sandbox.functions_host.http_trigger import HttpTrigger, routes
from sandbox.functions_host.invocations import Invocations, Names
from sandbox.functions_host.keys import Keys
from sandbox.functions_host.outputs import Outputs
from sandbox.functions_host.queue_work import Pace
from sandbox.functions_host.queues import QueueTriggers
from sandbox.functions_host.server import Server
from sandbox.functions_host.sessions import Sessions
from sandbox.functions_host.timer_status import TimerStatuses
from sandbox.functions_host.timers import Timers
from sandbox.functions_host.worker import Worker

_log: Final = logging.getLogger(__name__)

#: The app setting that names the host; hosts of one name share their timers' statuses.
_HOST_ID: Final = "AzureFunctionsWebHost__hostid"
_DEFAULT_HOST_ID: Final = "sandbox"
#: Seconds for the last calls to the storage, once no function runs.
_LAST_CALLS: Final = 10


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What the command line says."""

    app: Path
    #: Paths that need no sign-in.
    excluded: tuple[str, ...]
    #: Seconds for running functions to end after SIGTERM.
    grace: float
    #: Seconds until an HTTP request without an answer gets 504.
    http_seconds: float


class Host:
    """One app on one sandbox."""

    def __init__(
        self,
        config: Config,
        options: Options,
        host_json: HostJson,
        environment: Mapping[str, str],
        names: Names,
    ) -> None:
        """Load the app.

        Raises:
            HostError: the app, its settings or host.json do not work.
        """
        self._config = config
        self._options = options
        self._state = "Starting"
        self._worker = Worker(options.app, environment)
        functions = self._worker.start()
        self._outputs = Outputs(functions, environment, host_json.queues.encoding)
        self._invocations = Invocations(self._worker, host_json, self._outputs.send, names)
        self._timers = self._make_timers(functions, environment)
        self._queues = QueueTriggers.of(
            functions,
            environment,
            host_json.queues,
            Pace.of(host_json.queues, config.time_scale),
            self._invocations,
        )
        self._outputs.sent = self._queues.wake
        self._server = self._make_server(functions, host_json, environment)
        self.functions = functions

    @property
    def state(self) -> str:
        """`Starting` until every listener has started, `Running`, `Stopping`."""
        if self._state == "Starting" and self._queues.ready and self._timers.ready:
            self._state = "Running"
        return self._state

    @property
    def threads_left(self) -> bool:
        """Whether a function that was given up may still run in a thread."""
        return self._invocations.abandoned > 0

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set, then end in order.

        Raises:
            HostError: the port is taken.
        """
        port = self._config.ports.functions
        await self._server.start(port)
        self._queues.start()
        self._timers.start()
        names = ", ".join(function.name for function in self.functions) or "no functions"
        _log.info("serving %s on http://127.0.0.1:%d", names, port)
        await stop.wait()
        await self._stop()

    async def _stop(self) -> None:
        self._state = "Stopping"
        _log.info("stopping: waiting %g s at most for what runs", self._options.grace)
        self._timers.stop()
        await self._queues.stop()
        left = await self._invocations.drain(self._options.grace)
        if left:
            _log.warning("%d invocations did not end in time and are given up", left)
            await self._invocations.cancel()
        await self._server.stop()
        await self._queues.finish(_LAST_CALLS)
        await self._timers.finish(_LAST_CALLS)
        await self._outputs.close()
        self._worker.stop()
        _log.info("stopped")

    def _make_timers(
        self,
        functions: Sequence[Function],
        environment: Mapping[str, str],
    ) -> Timers:
        statuses = None
        if any(function.trigger.kind == TIMER for function in functions):
            try:
                storage = connection_string(HOST_STORAGE, environment)
            except HostError as error:
                raise HostError(f"timers keep their status in the storage: {error}") from error
            statuses = TimerStatuses(storage, environment.get(_HOST_ID, _DEFAULT_HOST_ID))
        return Timers(functions, statuses, self._invocations)

    def _make_server(
        self,
        functions: Sequence[Function],
        host_json: HostJson,
        environment: Mapping[str, str],
    ) -> Server:
        keys = Keys(self._config)
        return Server(
            HttpTrigger(
                routes(functions, host_json.route_prefix),
                keys,
                self._invocations,
                seconds=self._options.http_seconds,
            ),
            EventGridWebhook(functions, keys, self._invocations),
            Admin(functions, keys, self._invocations, lambda: self.state),
            easy_auth(Sessions(self._config.signing_key), self._options.excluded),
            environment,
        )

"""Runs the local Azure ML service in a thread of the test's process, so that it can be restarted.

Knows how the service is started, nothing of what it answers.
"""

import asyncio
import threading

from sandbox.azureml.server import running
from sandbox.azureml.service import Service
from sandbox.config import Config


class LocalService:
    """The service, started and stopped as often as a test needs."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self._thread: threading.Thread | None = None
        self._started = threading.Event()
        self._failure: BaseException | None = None
        self._loop: asyncio.AbstractEventLoop
        self._stopped: asyncio.Event
        self.service: Service

    def start(self) -> None:
        """Start serving; both ports answer when this returns."""
        self._started.clear()
        self._thread = threading.Thread(target=self._run, name="azureml")
        self._thread.start()
        assert self._started.wait(30), "the local Azure ML service did not start in 30 s"
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        """Stop serving; what is under way is left for the next start."""
        if self._thread is None:
            return
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join(30)
        assert not self._thread.is_alive(), "the local Azure ML service did not stop in 30 s"
        self._thread = None

    def restart(self) -> None:
        """Stop and start again on the same storage."""
        self.stop()
        self.start()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:  # noqa: BLE001 - handed over to the thread that waits
            self._failure = error
        finally:
            self._started.set()

    async def _serve(self) -> None:
        self._loop, self._stopped = asyncio.get_running_loop(), asyncio.Event()
        async with running(self.config) as service:
            self.service = service
            self._started.set()
            await self._stopped.wait()

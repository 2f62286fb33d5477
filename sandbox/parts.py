"""The sandbox's server processes: how each is started, when it is ready, how it ends.

Knows commands and ports; what a server serves is its own matter.
"""

import functools
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sandbox.app_environment import app_environment
from sandbox.config import Config
from sandbox.errors import SandboxError
from sandbox.listening import answers

ROOT: Final = Path(__file__).parent.parent
_LOG_TAIL: Final = 2_000


class PartError(SandboxError):
    """A server did not start or ended by itself; the text says which, with the end of its log."""


@dataclass
class Part:
    """One server process of the sandbox."""

    name: str
    module: str
    config: Config
    ready: Callable[[], bool]
    environment: dict[str, str] = field(default_factory=lambda: dict(os.environ))
    _process: subprocess.Popen[bytes] | None = None
    #: Where the log stood when it was launched, in bytes.
    _begun: int = 0

    @property
    def pid(self) -> int | None:
        """Its process id while it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    @property
    def log(self) -> Path:
        """What it printed."""
        return self.config.folder / "logs" / f"{self.name.replace(' ', '-')}.out"

    def launch(self) -> None:
        """Start the process, without waiting for it to be ready."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._begun = log.tell()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "sandbox.child", self.module, "--state", self.config.state],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait(self, timeout: float = 60) -> None:
        """Return when it is ready.

        Raises:
            PartError: it ended, or was not ready in time.
        """
        deadline = time.monotonic() + timeout
        while not self.ready():
            if self.pid is None:
                raise PartError(f"The {self.name} ended while starting. {self._tail()}")
            if time.monotonic() > deadline:
                raise PartError(f"The {self.name} was not ready in {timeout:g} s. {self._tail()}")
            time.sleep(0.05)

    def stop(self, timeout: float = 20) -> None:
        """End it in order; kill it when it takes too long."""
        self._end(signal.SIGTERM, timeout)

    def kill(self) -> None:
        """End it at once, as a crash would."""
        self._end(signal.SIGKILL, 20)

    def _end(self, number: signal.Signals, timeout: float) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(number)
        try:
            process.wait(timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdin is not None:
            process.stdin.close()

    def _tail(self) -> str:
        said = self.log.read_bytes()[self._begun :] if self.log.exists() else b""
        text = said[-_LOG_TAIL:].decode(errors="replace").strip()
        return f"The end of {self.log} says:\n{text or '(nothing)'}"


def parts(config: Config) -> tuple[Part, ...]:
    """Return the sandbox's servers in the order in which they start."""
    ports = config.ports
    return (
        Part("blob front", "sandbox.blob_front", config, _answers(ports.blob_front)),
        Part("Azure ML service", "sandbox.azureml", config, _answers(ports.azureml)),
        Part("identity endpoint", "sandbox.identity_endpoint", config, _answers(ports.identity)),
        Part("inbox", "sandbox.inbox", config, _answers(ports.inbox, ports.smtp)),
        Part(
            "Functions host",
            "sandbox.functions_host",
            config,
            _host_runs(config),
            app_environment(config),
        ),
        Part("Event Grid", "sandbox.event_grid", config, _answers(ports.event_grid)),
    )


def _answers(*ports: int) -> Callable[[], bool]:
    return functools.partial(answers, *ports)


def _host_runs(config: Config) -> Callable[[], bool]:
    request = urllib.request.Request(  # noqa: S310 -- our own host on loopback
        f"{config.functions_url}/admin/host/status",
        headers={"x-functions-key": config.master_key},
    )

    def check() -> bool:
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 -- as above
                return b'"Running"' in answer.read()
        except OSError:
            return False

    return check

"""Starts and stops Azurite, the local Azure Storage, as a child process.

Knows ports, keys and the folder of one sandbox; must not know what is stored there. Azurite keeps
its state in `{state}/azurite`, so a restart on the same folder loses nothing.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self

from sandbox.config import Config
from sandbox.errors import SandboxError
from sandbox.listening import answers, refuse_taken

_HERE: Final = Path(__file__).parent
_PRELOAD: Final = _HERE / "stop_with_parent.cjs"
_PROGRAM: Final = _HERE / "node_modules" / "azurite" / "dist" / "src" / "azurite.js"
_LOG_TAIL: Final = 2000
# Twice a blob name of 1,024 characters, percent-encoded (a copy names source and target), and room.
_HEADERS: Final = 64 * 1024


class AzuriteError(SandboxError):
    """Azurite is not installed, did not start or did not stop; the text says what to do."""


def find_program() -> tuple[str, Path]:
    """Return the addresses of Node.js and of the installed Azurite.

    Raises:
        AzuriteError: one of them is missing.
    """
    node = shutil.which("node")
    if node is None:
        raise AzuriteError(
            "Azurite needs Node.js 20 or newer, and there is no `node` on the PATH: install it "
            "(https://nodejs.org, or your system's package `nodejs`), then run `make setup`",
        )
    if not _PROGRAM.exists():
        raise AzuriteError(
            f"Azurite is not installed ({_PROGRAM} is missing): run `make setup`, "
            "or `npm ci` in the folder sandbox/",
        )
    return node, _PROGRAM


class Azurite:
    """The three storage services of one sandbox: blobs, queues and tables on loopback.

    A context manager: started on entry, stopped on exit. When this process dies without stopping
    it, Azurite notices and ends by itself.
    """

    def __init__(self, config: Config) -> None:
        self._config = config
        self._process: subprocess.Popen[bytes] | None = None
        self.folder = config.folder / "azurite"
        self.log = config.folder / "logs" / "azurite.log"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def running(self) -> bool:
        """Whether the child process lives."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        """The child's process id while it runs."""
        return self._process.pid if self._process is not None and self.running else None

    def start(self, timeout: float = 60) -> None:
        """Start Azurite and return when its three ports answer; nothing to do when it runs.

        Args:
            timeout: seconds to wait for the ports.

        Raises:
            AzuriteError: not installed, it ended early, or it did not answer.
            PortTakenError: something listens on one of its ports already.
        """
        if self.running:
            return
        command = self._command()
        refuse_taken(self._ports, self._config.folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._process = _spawn(command, self._environment(), log)
        try:
            self._wait(time.monotonic() + timeout)
        except BaseException:
            self.stop()
            raise

    def stop(self, timeout: float = 20) -> None:
        """End Azurite and return when it has written its state; nothing to do when it is down.

        Raises:
            AzuriteError: it had to be killed after `timeout` seconds; what was written in its last
                seconds may be lost.
        """
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout)
        except subprocess.TimeoutExpired as error:
            process.kill()
            process.wait()
            raise AzuriteError(
                f"Azurite did not stop within {timeout:g} s and was killed: {self._tail()}",
            ) from error
        finally:
            if process.stdin is not None:
                process.stdin.close()

    @property
    def _ports(self) -> dict[str, int]:
        ports = self._config.ports
        return {
            "Azurite's blobs": ports.azurite_blob,
            "Azurite's queues": ports.azurite_queue,
            "Azurite's tables": ports.azurite_table,
        }

    def _command(self) -> list[str]:
        node, program = find_program()
        blob, queue, table = (str(port) for port in self._ports.values())
        return [
            *(node, f"--max-http-header-size={_HEADERS}", "--require", str(_PRELOAD), str(program)),
            *("--blobPort", blob, "--queuePort", queue, "--tablePort", table),
            *("--location", str(self.folder)),
            *("--silent", "--disableTelemetry", "--skipApiVersionCheck"),
        ]

    def _environment(self) -> dict[str, str]:
        accounts = ";".join(f"{name}:{key}" for name, key in self._config.account_keys.items())
        return {**os.environ, "AZURITE_ACCOUNTS": accounts}

    def _wait(self, deadline: float) -> None:
        waiting = list(self._ports.values())
        while waiting := [port for port in waiting if not answers(port)]:
            if not self.running:
                raise AzuriteError(f"Azurite ended while starting: {self._tail()}")
            if time.monotonic() > deadline:
                raise AzuriteError(f"Azurite does not answer on ports {waiting}: {self._tail()}")
            time.sleep(0.05)

    def _tail(self) -> str:
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return f"the end of {self.log} says:\n{text[-_LOG_TAIL:].strip() or '(nothing)'}"


def _spawn(
    command: list[str],
    environment: dict[str, str],
    log: IO[bytes],
) -> subprocess.Popen[bytes]:
    # Its own session: an interrupt at the terminal reaches the sandbox, which stops it in order.
    return subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )

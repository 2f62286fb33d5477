"""Starts the real host process on an app, and talks to it. Every wait has an end."""

import datetime as dt
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any, Final, Self

import msgspec
import requests

from sandbox.config import Config, create
from sandbox.people import APP_AUDIENCE, PEOPLE, issue_token

ROOT: Final = Path(__file__).parents[3]
APPS: Final = Path(__file__).parent / "apps"
#: Generous: the machine may be busy with much else.
WAIT: Final = 30.0
START: Final = 60.0


def own_config(shared: Config, folder: Path) -> Config:
    """A configuration with its own folder, keys and ports, on the storage of `shared`."""
    own = create(folder, time_scale=shared.time_scale)
    ports = msgspec.structs.replace(
        own.ports,
        azurite_blob=shared.ports.azurite_blob,
        azurite_queue=shared.ports.azurite_queue,
        azurite_table=shared.ports.azurite_table,
    )
    own = msgspec.structs.replace(own, ports=ports, account_keys=shared.account_keys)
    folder.mkdir(parents=True, exist_ok=True)
    own.save()
    return own


def eventually[T](look: Callable[[], T], *, within: float = WAIT) -> T:
    """Return what `look` returns once it is true."""
    deadline = time.monotonic() + within
    while not (found := look()):
        assert time.monotonic() < deadline, f"nothing within {within:g} s"
        time.sleep(0.03)
    return found


class HostProcess:
    """The host as a process of its own."""

    def __init__(
        self,
        config: Config,
        app: Path,
        settings: Mapping[str, str] | None = None,
        arguments: tuple[str, ...] = (),
    ) -> None:
        self.config = config
        self.url = config.functions_url
        self.records_path = config.folder / "records.jsonl"
        self._arguments = ("--state", config.state, "--app", str(app), *arguments)
        self.settings = {
            "AzureWebJobsStorage": config.connection_string(),
            "AzureFunctionsWebHost__hostid": f"sandbox-{config.ports.functions}",
            "RECORDS": str(self.records_path),
            **(settings or {}),
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._output_path = config.folder / "host-output.txt"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.end()

    def end(self) -> None:
        """Kill it if it still runs."""
        if self._process is not None:
            self.kill()

    def start(self, *, ready: bool = True) -> None:
        """Start the process and wait until all listeners run."""
        # Its input ends with this process, and so does the host, whatever happens to a test.
        with self._output_path.open("ab") as output:
            self._process = self._spawn(output)
        try:
            if ready:
                eventually(lambda: self.state() == "Running", within=START)
        except BaseException:
            self.kill()
            raise

    def state(self) -> str:
        """What the admin endpoint says; empty while nothing listens."""
        assert self._process is not None
        assert self._process.poll() is None, f"the host ended by itself: {self.output}"
        try:
            answer = self.get("/admin/host/status", headers=self.master)
        except requests.ConnectionError:
            return ""
        return str(answer.json()["state"])

    def stop(self) -> int:
        """SIGTERM, as the platform stops a host; returns the exit code."""
        return self._end(signal.SIGTERM)

    def kill(self) -> int:
        """SIGKILL."""
        return self._end(signal.SIGKILL)

    def close_input(self) -> None:
        """What the host sees when this process is gone."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.close()

    def wait(self) -> int:
        """Wait until it ends by itself; returns the exit code."""
        assert self._process is not None
        code = self._process.wait(timeout=WAIT)
        self.close_input()
        self._process = None
        return code

    def records(self, **fields: object) -> list[dict[str, Any]]:
        """What the app recorded, with these fields."""
        if not self.records_path.exists():
            return []
        lines = self.records_path.read_text().splitlines()
        return [one for one in map(json.loads, lines) if fields.items() <= one.items()]

    def logged(self) -> list[dict[str, Any]]:
        """The records of the log file."""
        path = self.config.folder / "logs" / "functions.log"
        return [json.loads(line) for line in path.read_text().splitlines()]

    @property
    def master(self) -> dict[str, str]:
        """The header with the master key."""
        return {"x-functions-key": self.config.master_key}

    def signed_in(self, role: str, now: dt.datetime) -> dict[str, str]:
        """The header that signs a person in."""
        token = issue_token(PEOPLE[role], APP_AUDIENCE, self.config.signing_key, now=now)
        return {"Authorization": f"Bearer {token}"}

    def get(self, path: str, **options: Any) -> requests.Response:  # noqa: ANN401 - of requests
        """GET a path."""
        return self.ask("GET", path, **options)

    def ask(self, method: str, path: str, **options: Any) -> requests.Response:  # noqa: ANN401 - of requests
        """Send one request; redirects are not followed."""
        options = {"timeout": WAIT, "allow_redirects": False, **options}
        return requests.request(method, self.url + path, **options)  # noqa: S113 - it is in the options

    def run_now(self, name: str, text: str = "") -> requests.Response:
        """Run a function through the admin endpoint."""
        path = f"/admin/functions/{name}"
        return self.ask("POST", path, json={"input": text}, headers=self.master)

    @property
    def output(self) -> str:
        """What it wrote to standard output and error."""
        return self._output_path.read_text()

    def _spawn(self, output: IO[bytes]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "sandbox.child", "sandbox.functions_host", *self._arguments],
            cwd=ROOT,
            env={**os.environ, **self.settings},
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
        )

    def _end(self, number: signal.Signals) -> int:
        assert self._process is not None
        self._process.send_signal(number)
        return self.wait()


def copy_app(name: str, folder: Path) -> Path:
    """A copy of a fixture app that a test may change."""
    return Path(shutil.copytree(APPS / name, folder))

"""The app's storage account with any number of requests in it, and the settings of an app that uses it.

Tables are kept in the order of their keys by `ordered_tables`; blobs and queues are Azurite's.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from bench import stored
from bench.child import ROOT
from bench.ordered_tables import Tables
from sandbox.app_environment import app_environment
from sandbox.config import Config
from sandbox.ports import take_ports

_PATIENCE: Final = 30
#: From so many requests on, their file is made once a run.
_MANY: Final = 10_000
_KEPT: Final = ROOT / "build" / "bench" / "stored"
_POLICY: Final = """\
version: 1
routes:
  dev-to-prod:
    source: {registry: dev-mlops-registry}
    target: {registry: prod-mlops-registry, version: %s}
    announced_by: [dev-mlops-workspace]
    kinds: [models]
    checks:
      - {check: required_tags, tags: [owner, r2]}
      - {check: metric_threshold, metric: r2, at_least: 0.8}
    stages:
      - {name: business, roles: [Promotion.Approver], quorum: 1}
"""


@contextmanager
def tables(folder: Path, promotions: int, waiting: int) -> Iterator[int]:
    """Serve tables that hold so many requests; yield the port."""
    path = folder / "tables.sqlite"
    if promotions < _MANY:
        fill(path, promotions, waiting)
    else:
        shutil.copy(_kept(promotions, waiting), path)
    [port] = take_ports(1)
    command = [sys.executable, "-m", "sandbox.child", "bench.ordered_tables", str(path), str(port)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE) as process:  # noqa: S603 -- our own program
        try:
            _wait(port)
            yield port
        finally:
            process.terminate()
    path.unlink()


def forget() -> None:
    """Remove the files of stored requests that figures share."""
    shutil.rmtree(_KEPT, ignore_errors=True)


def _kept(promotions: int, waiting: int) -> Path:
    # Many requests take a while to make: figures of one run share them, each with a copy of its own.
    path = _KEPT / f"{promotions}-{waiting}.sqlite"
    if not path.exists():
        _KEPT.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{os.getpid()}")
        fill(part, promotions, waiting)
        part.replace(path)
    return path


def fill(path: Path, promotions: int, waiting: int) -> None:
    """Write requests into the file that the tables are served from."""
    kept = Tables(path)
    for batch in _batches(promotions, waiting):
        kept.fill("promotions", (row for steps in batch for row in stored.main_rows(steps)))
        kept.fill("promotionindex", (row for steps in batch for row in stored.index_rows(steps)))
    kept.close()


def settings(config: Config, port: int | None = None, *, version: str = "same") -> dict[str, str]:
    """Return the app's environment; its tables are those served at `port`, or Azurite's.

    `version` is the route's rule for the target's versions.
    """
    policy = config.folder / "policy.yaml"
    policy.write_text(_POLICY % version)
    connection = config.connection_string()
    if port is not None:
        azurite = f":{config.ports.azurite_table}/"
        connection = connection.replace(azurite, f":{port}/")
    return {
        **app_environment(config),
        "AzureWebJobsStorage": connection,
        "PROMOTION_POLICY_FILE": str(policy),
        "WEBSITE_AUTH_ENABLED": "True",
    }


def _batches(promotions: int, waiting: int) -> Iterator[list[Any]]:
    batch: list[Any] = []
    for steps in stored.many(promotions, waiting):
        batch.append(steps)
        if len(batch) == 1000:  # noqa: PLR2004 -- so many at a time fit into memory easily
            yield batch
            batch = []
    yield batch


def _wait(port: int) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return

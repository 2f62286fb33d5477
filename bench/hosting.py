"""The Functions host of the sandbox over an app with some of the functions. Knows how it is started."""

import ast
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from bench.child import ROOT
from sandbox.app_environment import app_environment
from sandbox.config import Config

_PATIENCE = 60


@contextmanager
def host(config: Config, *functions: str) -> Iterator[None]:
    """Serve the app with the named functions alone: nothing else works on what they leave.

    Raises:
        RuntimeError: the host did not start; its log's end is in the text.
    """
    folder = config.folder / "app"
    folder.mkdir()
    source = (ROOT / "function_app.py").read_text()
    (folder / "function_app.py").write_text(only(source, functions))
    shutil.copy(ROOT / "host.json", folder)
    environment = {**app_environment(config), "PYTHONPATH": str(ROOT)}
    log = config.folder / "host.log"
    command = [sys.executable, "-m", "sandbox.child", "sandbox.functions_host"]
    with log.open("wb") as out:
        process = subprocess.Popen(  # noqa: S603 -- this repository's own program
            [*command, "--state", config.state, "--app", str(folder)],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(config, process, log)
        yield
    finally:
        process.terminate()
        process.wait(_PATIENCE)
        if process.stdin is not None:
            process.stdin.close()


def only(source: str, functions: tuple[str, ...]) -> str:
    """Return the app's source without the triggers that are not named."""
    tree = ast.parse(source)
    tree.body = [
        node
        for node in tree.body
        if not (isinstance(node, ast.FunctionDef) and node.decorator_list) or node.name in functions
    ]
    return ast.unparse(tree)


def _wait(config: Config, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    headers = {"x-functions-key": config.master_key}
    while time.monotonic() < deadline and process.poll() is None:
        try:
            url = f"{config.functions_url}/admin/host/status"
            if "Running" in requests.get(url, headers=headers, timeout=5).text:
                return
        except requests.ConnectionError:
            time.sleep(0.1)
    raise RuntimeError(f"The Functions host is not ready: {log.read_text()[-2000:]}")

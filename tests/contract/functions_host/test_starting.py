"""What keeps a host from starting is said in a sentence, and it exits with 1."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.config import Config
from tests.contract.functions_host.conftest import StartHost
from tests.contract.functions_host.harness import APPS, ROOT, HostProcess

pytestmark = pytest.mark.azurite

_HEAD = "import azure.functions as func\napp = func.FunctionApp()\n"


def _app(folder: Path, code: str, host_json: str = '{"version": "2.0"}') -> Path:
    folder.mkdir()
    (folder / "function_app.py").write_text(_HEAD + code)
    (folder / "host.json").write_text(host_json)
    return folder


def _refusal(config: Config, app: Path, **settings: str) -> str:
    host = HostProcess(config, app, settings)
    host.start(ready=False)
    assert host.wait() == 1
    assert "The Functions host cannot start: " in host.output
    return host.output


def _function(trigger: str, argument: str) -> str:
    return f"@app.{trigger}\ndef one({argument}) -> None: ...\n"


_TIMER = _function("timer_trigger(arg_name='t', schedule='{}')", "t: func.TimerRequest")
_BLOB = _function(
    "blob_trigger(arg_name='b', path='c/b', connection='AzureWebJobsStorage')",
    "b: func.InputStream",
)


@pytest.mark.parametrize(
    ("code", "host_json", "reason"),
    [
        ("1 / 0\n", "", "the worker refuses"),
        (_function("route(route='a')", "wrong: int"), "", "the worker refuses"),
        (_TIMER.format("%WHEN%"), "", "the app setting WHEN is missing"),
        (_BLOB, "", "one has the bindings blobTrigger"),
        ("", '{"version": "1.0"}', "is not a valid host.json"),
    ],
    ids=lambda value: None if len(value) > 40 else value,
)
def test_a_broken_app_is_refused_with_its_reason(
    config: Config,
    tmp_path: Path,
    code: str,
    host_json: str,
    reason: str,
) -> None:
    app = _app(tmp_path / "app", code, host_json or '{"version": "2.0"}')

    assert reason in _refusal(config, app)


def test_a_folder_without_an_app_is_named(config: Config, tmp_path: Path) -> None:
    (tmp_path / "host.json").write_text('{"version": "2.0"}')

    assert f"there is no function_app.py in {tmp_path}" in _refusal(config, tmp_path)


def test_a_taken_port_is_named(config: Config) -> None:
    port = config.ports.functions
    settings = {"OFTEN": "0 0 0 1 1 *", "NIGHTLY": "0 0 0 1 1 *"}
    with socket.create_server(("127.0.0.1", port)):
        output = _refusal(config, APPS / "timers", **settings)

    assert f"cannot listen on port {port}" in output


def test_a_folder_without_a_sandbox_is_named(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sandbox.functions_host", "--state", str(tmp_path)]

    ended = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )

    assert ended.returncode == 1
    assert f"there is no sandbox in {tmp_path}" in ended.stderr


def test_the_levels_of_host_json_are_followed(start_host: StartHost, tmp_path: Path) -> None:
    levels = {"default": "Warning", "Function.chatty.User": "Debug"}
    code = (
        "import logging\n"
        "@app.timer_trigger(arg_name='t', schedule='0 0 0 1 1 *', use_monitor=False)\n"
        "def chatty(t: func.TimerRequest) -> None:\n"
        "    logging.getLogger('x').debug('a detail')\n"
        "@app.timer_trigger(arg_name='t', schedule='0 0 0 1 1 *', use_monitor=False)\n"
        "def quiet(t: func.TimerRequest) -> None:\n"
        "    logging.getLogger('x').info('unheard')\n"
        "    logging.getLogger('x').warning('heard')\n"
    )
    host_json = json.dumps({"version": "2.0", "logging": {"logLevel": levels}})
    host = start_host(_app(tmp_path / "app", code, host_json))

    for name in ("chatty", "quiet"):
        host.run_now(name)
    assert host.stop() == 0

    messages = [one["message"] for one in host.logged() if "function" in one]
    assert sorted(messages) == ["a detail", "heard"]

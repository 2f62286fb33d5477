"""`python -m sandbox up`: the local cloud until interrupted, on the policy as it is being written.

Knows the screen, signals and files; what runs is the sandbox's matter.
"""

import datetime as dt
import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Final

import msgspec
from rich.console import Console

from sandbox.app_environment import policy_file
from sandbox.config import Config
from sandbox.errors import StateError
from sandbox.listening import refuse_taken
from sandbox.policy_edits import PolicyEdits, PolicyError
from sandbox.ready import ready
from sandbox.running import Sandbox, open_state

#: Seconds between two looks at the policy.
_LOOK: Final = 0.5

_screen = Console(stderr=True, highlight=False, soft_wrap=True)


def up(
    state: Path, ready_file: Path, *, topology: str | None = None, time_scale: float | None = None
) -> None:
    """Run the sandbox on a state folder until SIGINT or SIGTERM.

    Args:
        state: the folder, made when it is not there.
        ready_file: written when everything is ready; one that is there already is removed first.
        topology: `two-registries` or `central`; nothing keeps what the folder says.
        time_scale: as `Config.time_scale`; nothing keeps what the folder says.

    Raises:
        SandboxError: it cannot start, or not go on.
    """
    # From the start, also where a shell has what runs behind it ignore interrupts.
    _on_interrupt(signal.default_int_handler)
    config, new = open_state(state, topology=topology, time_scale=time_scale)
    edits = PolicyEdits(policy_file(config))
    edits.check()
    # Before the ready file is touched: it may be that of a sandbox that runs here already.
    refuse_taken(config.ports.by_purpose(), config.folder)
    _clear(ready_file)
    _screen.print(f"[bold]Starting the sandbox[/] on {'new' if new else 'kept'} state in {state}")
    with Sandbox(config, tell=lambda name: _screen.print(f"  [green]●[/] {name}")) as running:
        _write(ready_file, config)
        _announce(config, ready_file, edits.path)
        _until_interrupted(running, edits)
        _screen.print("Stopping the sandbox; its state is kept.")


def _announce(config: Config, ready_file: Path, policy: Path) -> None:
    said = {
        "Pages": f"{config.functions_url}/",
        "Inbox": f"{config.inbox_url}/",
        "Policy": f"{_near(policy)}, taken up whenever it is saved",
        "Your model": f".venv/bin/python -m sandbox register PATH --tag NAME=VALUE{_state(config)}",
        "Commands": f".venv/bin/python -m promotion requests list --sandbox {_near(ready_file)}",
    }
    _screen.print("\n[bold]Ready.[/] Sign in as any of the sandbox's people; Ctrl+C stops it.")
    for name, value in said.items():
        _screen.print(f"  {name:<11} {value}", markup=False)


def _state(config: Config) -> str:
    near = _near(config.folder)
    return "" if near == Path(".sandbox") else f" --state {near}"


def _near(path: Path) -> Path:
    full = path.resolve()
    return full.relative_to(Path.cwd()) if full.is_relative_to(Path.cwd()) else full


def _clear(ready_file: Path) -> None:
    # Whoever waits for the file must not take an earlier one for this one's.
    try:
        ready_file.parent.mkdir(parents=True, exist_ok=True)
        ready_file.unlink(missing_ok=True)
    except OSError as error:
        raise StateError(
            f"{ready_file} cannot be written: {error.strerror}. Name another --ready-file"
        ) from error


def _write(ready_file: Path, config: Config) -> None:
    content = msgspec.json.format(msgspec.json.encode(ready(config, now=dt.datetime.now(dt.UTC))))
    # Whoever waits for the file must never read half of it; nor anyone else its tokens.
    part = ready_file.with_name(f"{ready_file.name}.part")
    part.touch(mode=0o600)
    part.write_bytes(content)
    os.replace(part, ready_file)  # noqa: PTH105 -- the atomic one


def _until_interrupted(running: Sandbox, edits: PolicyEdits) -> None:
    stop = threading.Event()
    _on_interrupt(lambda *_: stop.set())
    while not stop.wait(_LOOK):
        if edits.saved():
            _take_up(running, edits)


def _on_interrupt(do: Callable[[int, FrameType | None], object]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, do)


def _take_up(running: Sandbox, edits: PolicyEdits) -> None:
    try:
        edits.check()
    except PolicyError as error:
        _screen.print(
            f"\n{error}\nThe app goes on with the policy before.", style="red", markup=False
        )
        return
    running.host.stop()
    running.host.launch()
    running.host.wait()
    _screen.print(f"\n[green]●[/] {edits.path.name} was saved: the app runs with it now")

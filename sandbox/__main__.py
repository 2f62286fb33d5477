"""`python -m sandbox up`: the local cloud until interrupted. Knows the command line, nothing else."""

import argparse
import datetime as dt
import os
import signal
import sys
import threading
from pathlib import Path

import msgspec
from rich.console import Console

from sandbox.azurite import AzuriteError
from sandbox.config import Config
from sandbox.parts import PartError
from sandbox.ready import ready
from sandbox.running import Sandbox, open_state

_screen = Console(stderr=True, highlight=False)


def main() -> int:
    """Run the command; return its exit code."""
    arguments = _arguments()
    config, new = open_state(
        arguments.state,
        topology=arguments.topology,
        time_scale=arguments.time_scale,
    )
    kind = "new state" if new else "kept state"
    _screen.print(f"[bold]Starting the sandbox[/] on {kind} in {arguments.state}")
    try:
        with Sandbox(config, tell=lambda name: _screen.print(f"  [green]●[/] {name}")):
            _announce(config, arguments.ready_file)
            _until_interrupted()
            _screen.print("Stopping the sandbox; its state is kept.")
    except (AzuriteError, PartError) as error:
        _screen.print(str(error), style="red", markup=False)
        return 1
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="The local cloud.")
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="run everything until interrupted")
    up.add_argument("--state", type=Path, default=Path(".sandbox"), help="state folder, kept")
    up.add_argument("--ready-file", type=Path, help="written when everything is ready")
    up.add_argument(
        "--topology",
        choices=("two-registries", "central"),
        default="two-registries",
        help="which example policy the app runs with",
    )
    up.add_argument("--time-scale", type=float, default=0.02, help="1 is the real services' pace")
    return parser.parse_args()


def _announce(config: Config, path: Path | None) -> None:
    _screen.print(f"\n[bold]Ready.[/]  Pages   {config.functions_url}/")
    _screen.print(f"        Inbox   {config.inbox_url}/")
    _screen.print("        Sign in as any of the sandbox's people; Ctrl+C stops it.")
    if path is None:
        return
    content = msgspec.json.format(msgspec.json.encode(ready(config, now=dt.datetime.now(dt.UTC))))
    # Whoever waits for the file must never read half of it; nor anyone else its tokens.
    part = path.with_name(f"{path.name}.part")
    part.touch(mode=0o600)
    part.write_bytes(content)
    os.replace(part, path)  # noqa: PTH105 -- the atomic one


def _until_interrupted() -> None:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    stop.wait()


if __name__ == "__main__":
    sys.exit(main())

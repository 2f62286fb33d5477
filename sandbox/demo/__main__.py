"""`python -m sandbox.demo`: plays one promotion and shows it. Exit code 0 only when all of it is right."""

import argparse
import shutil
import sys
import time
from pathlib import Path
from typing import Final

import requests
from azure.core.exceptions import AzureError
from rich.console import Console

from sandbox.demo.people_at_work import DemoError
from sandbox.demo.play import Play
from sandbox.errors import SandboxError
from sandbox.running import Sandbox, open_state

FOLDER: Final = Path("build/demo")

#: What shells expect of a program that was interrupted.
_INTERRUPTED: Final = 130

_screen = Console(highlight=False, soft_wrap=True)


def main() -> int:
    """Play the demo; return its exit code."""
    arguments = _arguments()
    folder: Path = arguments.folder.resolve()
    state = folder / "state"
    shutil.rmtree(state, ignore_errors=True)
    try:
        config, _ = open_state(state)
        _screen.print(f"[bold]Sandbox[/] on a fresh state in {arguments.folder}/state")
        with Sandbox(config, tell=lambda name: _screen.print(f"  [green]●[/] {name}")):
            play = Play(config, folder)
            _perform(play)
            _screen.print()
            print(play.summary(), flush=True)
    except (DemoError, SandboxError, AzureError, requests.RequestException) as error:
        _screen.print(f"\n[red]The demo failed.[/] {type(error).__name__}:", style="bold")
        _screen.print(str(error), markup=False)
        _screen.print(f"Logs: {arguments.folder}/state/logs", markup=False)
        return 1
    except KeyboardInterrupt:
        _screen.print("\nInterrupted; what was running is stopped.")
        return _INTERRUPTED
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox.demo", description=__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER, help="takes what the demo makes")
    return parser.parse_args()


def _perform(play: Play) -> None:
    steps = list(play.steps())
    _screen.print("[bold]Promotion[/]")
    for number, (title, step) in enumerate(steps, start=1):
        begun = time.monotonic()
        with _screen.status(f"{number}/{len(steps)} {title} …"):
            outcome = step()
        seconds = time.monotonic() - begun
        _screen.print(f"  [green]✓[/] {title} [dim]{seconds:5.1f} s[/]")
        _screen.print(f"    [dim]{outcome}[/]")


if __name__ == "__main__":
    sys.exit(main())

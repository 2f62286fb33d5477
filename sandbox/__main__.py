"""`python -m sandbox up|register`: the commands' words. Knows the command line, nothing else."""

import argparse
import sys
from pathlib import Path
from typing import Final

from rich.console import Console

from sandbox.errors import SandboxError

#: What shells expect of a program that was interrupted.
_INTERRUPTED: Final = 130

_screen = Console(stderr=True, highlight=False)


def main() -> int:
    """Run the command; return its exit code: 0 done, 1 the sandbox cannot, 2 wrong usage, 130 interrupted."""
    arguments = _arguments()
    try:
        arguments.run(arguments)
    except SandboxError as error:
        _screen.print(str(error), style="red", markup=False, soft_wrap=True)
        return 1
    except KeyboardInterrupt:
        _screen.print("Interrupted; what was running is stopped.")
        return _INTERRUPTED
    return 0


def _up(arguments: argparse.Namespace) -> None:
    from sandbox.up import up  # noqa: PLC0415 -- a command loads what it needs

    up(
        arguments.state,
        arguments.ready_file or arguments.state / "ready.json",
        topology=arguments.topology,
        time_scale=arguments.time_scale,
    )


def _register(arguments: argparse.Namespace) -> None:
    from sandbox.registering import register  # noqa: PLC0415 -- a command loads what it needs

    path: Path = arguments.path
    register(
        arguments.state,
        path,
        name=arguments.name or path.resolve().stem,
        version=arguments.version,
        tags=dict(arguments.tag),
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="The local cloud.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _take_up(commands.add_parser("up", help="run everything until interrupted"))
    _take_register(
        commands.add_parser("register", help="register and share a model, as its author would")
    )
    return parser.parse_args()


def _take_up(up: argparse.ArgumentParser) -> None:
    up.set_defaults(run=_up)
    _take_state(up)
    up.add_argument(
        "--ready-file",
        type=Path,
        help="written when everything is ready; ready.json in the state folder when left out",
    )
    up.add_argument(
        "--topology",
        choices=("two-registries", "central"),
        help="which example policy the app runs with (two-registries at first, then the last one)",
    )
    up.add_argument(
        "--time-scale",
        type=_scale,
        help="1 is the real services' pace (0.02 at first, then the last one)",
    )


def _take_register(register: argparse.ArgumentParser) -> None:
    register.set_defaults(run=_register)
    _take_state(register)
    register.add_argument("path", type=_existing, metavar="PATH", help="the model: file or folder")
    register.add_argument("--name", help="its name; that of the file or folder when left out")
    register.add_argument("--version", help="its version; the next one when left out")
    register.add_argument(
        "--tag",
        type=_tag,
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a tag, as the policy's checks read them; may be given again",
    )


def _take_state(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--state", type=Path, default=Path(".sandbox"), help="state folder, kept")


def _scale(text: str) -> float:
    number = float(text)
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is no number above 0")
    return number


def _existing(text: str) -> Path:
    if not (path := Path(text)).exists():
        raise argparse.ArgumentTypeError(f"there is nothing at {text}")
    return path


def _tag(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise argparse.ArgumentTypeError(f"{text!r} is no NAME=VALUE")
    return name, value


if __name__ == "__main__":
    sys.exit(main())

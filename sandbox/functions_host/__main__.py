"""`python -m sandbox.functions_host --state DIR [--app DIR]`: serves the app until SIGTERM.

The environment of the process is the app's settings, as in Azure. Exit code 0 after a stop, 1 when
the host cannot start; then the reason is on stderr.
"""

import argparse
import asyncio
import contextlib
import logging
import os
import signal
import sys
from pathlib import Path
from typing import Final

import msgspec

from sandbox import resolver
from sandbox.config import Config
from sandbox.functions_host import host_json, logs
from sandbox.functions_host.errors import HostError
from sandbox.functions_host.host import Host, Options
from sandbox.functions_host.invocations import Names
from sandbox.functions_host.redaction import Redactor, secrets_of

_REPOSITORY: Final = Path(__file__).parents[2]


def main() -> int:
    """Run the host; return the exit code."""
    arguments = _arguments()
    redactor = Redactor([])
    try:
        config = _load(arguments.state)
        redactor = Redactor(secrets_of(config, os.environ))
        asyncio.run(_serve(config, _options(arguments), redactor))
    except HostError as error:
        print(redactor.clean(f"The Functions host cannot start: {error}"), file=sys.stderr)
        return 1
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox.functions_host", description=__doc__)
    add = parser.add_argument
    add("--state", type=Path, required=True, help="the sandbox's state folder")
    add("--app", type=Path, default=_REPOSITORY, help="the folder of function_app.py")
    add("--excluded", action="append", help="a path without sign-in (default: SANDBOX_EXCLUDED)")
    add("--grace", type=float, default=10.0, help="seconds for running functions at a stop")
    add("--http-seconds", type=float, default=230.0, help="seconds until a request gets 504")
    return parser.parse_args()


def _load(state: Path) -> Config:
    try:
        return Config.load(state)
    except (OSError, msgspec.DecodeError) as error:
        raise HostError(
            f"there is no sandbox in {state}: start one with `python -m sandbox up` ({error})",
        ) from error


def _options(arguments: argparse.Namespace) -> Options:
    return Options(
        app=arguments.app.resolve(),
        excluded=tuple(
            arguments.excluded or os.environ.get("SANDBOX_EXCLUDED", "/api/health").split(",")
        ),
        grace=arguments.grace,
        http_seconds=arguments.http_seconds,
    )


async def _serve(config: Config, options: Options, redactor: Redactor) -> None:
    settings = host_json.read(options.app)
    names: Names = {}
    logs.set_up(config.folder, redactor=redactor, levels=settings.log_levels, names=names)
    os.environ["WEBSITE_AUTH_ENABLED"] = "True"
    os.chdir(options.app)
    # The app reads workspaces' storage, whose accounts have names of their own, as in Azure.
    resolver.install()
    host = Host(config, options, settings, os.environ, names)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await host.run(stop)
    if host.threads_left:
        _leave_now()


def _leave_now() -> None:
    # Python waits for threads at its end; a function that was given up may never come back.
    logging.shutdown()
    with contextlib.suppress(OSError):
        sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())

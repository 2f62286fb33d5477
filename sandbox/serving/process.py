"""Runs one of the sandbox's servers as a process of its own: arguments, log file, loopback port.

Must not know what the server serves.
"""

import argparse
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.config import Config

HOST: Final = "127.0.0.1"

_STANDARD_FIELDS: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}

log = logging.getLogger(__name__)


class FieldFormatter(logging.Formatter):
    """One line a record: time, level, text, then the record's own fields as `name=value`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; a value's line breaks are escaped, so that a record stays one line."""
        fields = {k: v for k, v in vars(record).items() if k not in _STANDARD_FIELDS}
        tail = "".join(f" {name}={value!r}" for name, value in sorted(fields.items()))
        return super().format(record) + tail


def read_config(description: str) -> Config:
    """Return the configuration of the folder that `--state` names on the command line."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--state", type=Path, required=True, help="the sandbox's state folder")
    return Config.load(parser.parse_args().state)


def start_log(config: Config, name: str) -> None:
    """Write facts to `{state}/logs/{name}.log`, and what needs attention to the screen too."""
    path = config.folder / "logs" / f"{name}.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    file, screen = logging.FileHandler(path, encoding="utf-8"), logging.StreamHandler()
    screen.setLevel(logging.WARNING)
    for handler in (file, screen):
        handler.setFormatter(FieldFormatter("%(asctime)s %(levelname)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[file, screen])
    for library in ("azure", "mail", "aiohttp"):
        logging.getLogger(library).setLevel(logging.WARNING)


def run(name: str, build: Callable[[Config], web.Application], port: str) -> None:
    """Serve `build(config)` on the loopback port of that name until SIGINT or SIGTERM.

    One line on standard output, `{name}: {address}`, says that the port answers.

    Args:
        name: the server's name: title of its help, name of its log file.
        build: makes the application.
        port: a field of `sandbox.config.Ports`.
    """
    config = read_config(f"The sandbox's {name}.")
    start_log(config, name.replace(" ", "_"))
    number: int = getattr(config.ports, port)

    def announce(_: str) -> None:
        print(f"{name}: http://{HOST}:{number}", flush=True)

    web.run_app(build(config), host=HOST, port=number, print=announce, access_log=None)


@web.middleware
async def log_requests(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Log method, path and status of each request; never the query, where secrets travel."""
    started, status = time.monotonic(), 500
    try:
        response = await handler(request)
        status = response.status
    except web.HTTPException as answer:
        status = answer.status
        raise
    else:
        return response
    finally:
        fields = {"method": request.method, "path": request.path, "status": status}
        log.info(
            "request answered",
            extra={**fields, "ms": round((time.monotonic() - started) * 1000, 1)},
        )

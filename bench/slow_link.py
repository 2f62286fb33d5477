"""`python -m bench.slow_link --state DIR`: the sandbox's blob front at the far end of a network, until it is stopped.

The kernel paces what each connection sends; everything else is the front as it is. Linux only.
"""

import asyncio
import socket
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Final

from sandbox.blob_front.server import serve
from sandbox.config import Config

#: What all connections of a figure send together, in bytes a second: 1 Gbit/s.
RATE: Final = 125_000_000
#: How many connections share it.
CONNECTIONS: Final = 4
#: socket(7): no more bytes a second than this are sent; Python has no name for it.
_SO_MAX_PACING_RATE: Final = 47


def paced(port: int) -> socket.socket:
    """Return a listening socket of loopback whose connections send no faster than their share."""
    listening = socket.create_server(("127.0.0.1", port))
    listening.setsockopt(socket.SOL_SOCKET, _SO_MAX_PACING_RATE, RATE // CONNECTIONS)
    return listening


def main() -> int:
    """Serve until SIGTERM; exit code 0."""
    parser = ArgumentParser(prog="python -m bench.slow_link", description=__doc__)
    parser.add_argument("--state", type=Path, required=True, help="the sandbox's state folder")
    asyncio.run(serve(Config.load(parser.parse_args().state), listen=paced))
    return 0


if __name__ == "__main__":
    sys.exit(main())

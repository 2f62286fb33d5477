"""`python -m sandbox.blob_front --state DIR`: the front of one sandbox, until it is stopped."""

import argparse
import asyncio
import sys
from pathlib import Path

from sandbox.blob_front.server import serve
from sandbox.config import Config


def main() -> int:
    """Serve until SIGTERM; exit code 0 when stopped, 2 when it could not start."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.blob_front", description=__doc__)
    parser.add_argument("--state", type=Path, required=True, help="the sandbox's state folder")
    state = parser.parse_args().state
    try:
        config = Config.load(state)
        asyncio.run(serve(config))
    except OSError as error:
        print(f"blob front of {state}: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())

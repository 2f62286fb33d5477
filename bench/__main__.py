"""`python -m bench [NAME...]`: measures figures, prints the table, keeps them in build/bench.json.

A run of some figures replaces those in the file and keeps the others. Exit code 0 when every goal of
the figures that were measured is met, 1 when one is not, 2 when one could not be measured.
"""

import argparse
import importlib
import shutil
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Final

import msgspec

from bench import account, results, table
from bench.finding import Finding
from bench.machine import machine
from bench.scale import FULL, SMALL, Scale

#: Every figure, in the order of the table.
FIGURES: Final = (
    "cold_start",
    "copy_bytes",
    "copy_memory",
    "copy_wall",
    "manifest",
    "scan",
    "intake",
    "operations",
    "listing",
    "decisions",
)


def main() -> int:
    """Run the command line."""
    arguments = _arguments()
    scale = SMALL if arguments.small else FULL
    room = results.ROOT / "build" / "bench"
    failed = []
    for name in arguments.names or FIGURES:
        try:
            found = _measured(name, scale, room)
        except Exception:  # noqa: BLE001 -- one figure that cannot be measured keeps no other from it
            traceback.print_exc()
            failed.append(name)
            continue
        results.keep(arguments.out, {name: found})
    account.forget()
    kept = results.read(arguments.out)
    table.show({name: kept[name] for name in FIGURES if name in kept})
    if failed:
        print(f"Not measured: {', '.join(failed)}; the reasons stand above.", file=sys.stderr)
        return 2
    return 0 if all(kept[name].met for name in arguments.names or FIGURES) else 1


def _measured(name: str, scale: Scale, folder: Path) -> Finding:
    before = machine()
    started = time.monotonic()
    print(f"{name} ...", end=" ", flush=True)
    folder.mkdir(parents=True, exist_ok=True)
    room = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=folder))
    try:
        found: Finding = importlib.import_module(f"bench.figures.{name}").measure(scale, room)
    finally:
        shutil.rmtree(room, ignore_errors=True)
    print(f"{time.monotonic() - started:.0f} s", flush=True)
    return found.stamped(msgspec.to_builtins(scale), before)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(FIGURES)}")
    parser.add_argument("--small", action="store_true", help="small inputs: to try the bench")
    parser.add_argument("--out", type=Path, help="where the figures are kept")
    arguments = parser.parse_args()
    if unknown := [name for name in arguments.names if name not in FIGURES]:
        parser.error(f"there is no figure {', '.join(unknown)}; there are {', '.join(FIGURES)}")
    name = "bench-small.json" if arguments.small else "bench.json"
    arguments.out = arguments.out or results.ROOT / "build" / name
    return arguments


if __name__ == "__main__":
    sys.exit(main())

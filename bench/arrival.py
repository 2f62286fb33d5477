"""`python -m bench.arrival [many|large]`: does every byte arrive, of very many files and of a very large one?

Registers a model, promotes its files as the app does, and reads both sides past the app: straight from
storage, compared with the hashes of what was written. Exit code 0 when all arrived exactly within the
bounds, 1 when not, 2 when it could not be played.
"""

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Final

import msgspec
from rich.console import Console
from rich.table import Table

from bench import local_cloud, results, synthetic
from bench.child import ChildError, call
from bench.scale import GIB, MIB

#: How much the process may grow over both steps, in bytes: whatever the files hold, and for each of them,
#: as manifest, listing and receipts name every file.
GROWTH: Final = 64 * MIB
GROWTH_A_FILE: Final = 2048


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A model, and the seconds within which its manifest is read and its files are copied and made a version."""

    files: int
    #: Bytes of each file.
    size: int
    seconds: int

    @property
    def growth(self) -> int:
        """How much the process may grow, in bytes."""
        return GROWTH + self.files * GROWTH_A_FILE


FULL: Final = {
    "many": Case(files=10_000, size=1024, seconds=600),
    "large": Case(files=1, size=4 * GIB, seconds=600),
}
#: The same code on next to nothing.
SMALL: Final = {
    "many": Case(files=60, size=1024, seconds=120),
    "large": Case(files=1, size=24 * MIB, seconds=120),
}


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one case."""

    case: Case
    #: Paths that are missing, foreign or have other content at the target, or other hashes in the manifest.
    odd: list[str]
    #: Bytes that were read at the target.
    arrived: int
    manifest_seconds: float
    copy_seconds: float
    #: Bytes by which the process grew.
    growth: int

    @property
    def exact(self) -> bool:
        """Whether every file arrived as it was written, and nothing else."""
        return not self.odd and self.arrived == self.case.files * self.case.size

    @property
    def met(self) -> bool:
        """Whether it is exact and within its bounds."""
        seconds = self.manifest_seconds + self.copy_seconds
        return self.exact and seconds <= self.case.seconds and self.growth <= self.case.growth


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.arrival", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*FULL, []], metavar="many|large")
    parser.add_argument("--small", action="store_true", help="60 files, 24 MiB: to try it")
    arguments = parser.parse_args()
    cases = SMALL if arguments.small else FULL
    try:
        found = {name: play(name, cases[name]) for name in arguments.names or cases}
    except ChildError as error:
        print(error, file=sys.stderr)
        return 2
    _show(found)
    return 0 if all(each.met for each in found.values()) else 1


def play(name: str, case: Case) -> Arrival:
    """Play one case in a cloud of its own.

    Raises:
        ChildError: it could not be played; the text says why.
    """
    folder = results.ROOT / "build" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    room = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=folder))
    with local_cloud.running(room, *local_cloud.MODELS) as config:
        state = config.state
        call("bench.synthetic:put", state=state, name=synthetic.WARM, files=1, size=1)
        written = call(
            "bench.synthetic:put", state=state, name=name, files=case.files, size=case.size
        )
        carried = call("bench.synthetic:carry", state=state, name=name)
        there = call("bench.synthetic:arrived", state=state, name=name)
    return Arrival(
        case=case,
        odd=sorted(_differing(written, carried["hashes"]) | _differing(written, there["hashes"])),
        arrived=there["bytes"],
        manifest_seconds=carried["manifest_seconds"],
        copy_seconds=carried["copy_seconds"],
        growth=carried["growth"],
    )


def _differing(written: dict[str, str], found: dict[str, str]) -> set[str]:
    return {path for path in written | found if written.get(path) != found.get(path)}


def _show(found: dict[str, Arrival]) -> None:
    table = Table(title="What was promoted, read back from storage", title_justify="left")
    for column in (
        "case",
        "files",
        "bytes",
        "exact",
        "manifest s",
        "copy s",
        "bound s",
        "growth MiB",
    ):
        table.add_column(column, justify="left" if column in {"case", "exact"} else "right")
    for name, each in found.items():
        exact = "yes" if each.exact else f"no: {', '.join(each.odd[:3]) or 'too few bytes'}"
        table.add_row(
            *(name, f"{each.case.files:,}", f"{each.arrived:,}", exact),
            *(f"{each.manifest_seconds:.1f}", f"{each.copy_seconds:.1f}", str(each.case.seconds)),
            f"{each.growth / MIB:.1f} of {each.case.growth / MIB:.0f}",
        )
    Console(width=120).print(table)


if __name__ == "__main__":
    sys.exit(main())

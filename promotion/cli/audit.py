"""`promotion audit`: export trails, verify an export offline, anchor heads, print the public key."""

import contextlib
import datetime as dt
import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from promotion.cli.audit_files import Offline, Unreadable, opened
from promotion.cli.output import FINE, FOUND, NOT_RUN, complain, say, say_json
from promotion.domain.errors import PromotionError
from promotion.domain.export import Scope
from promotion.usecases.export_audit import Export
from promotion.usecases.verify_audit import Report, Wrong

app = typer.Typer(
    help="Export the audit trail; verify an export offline; anchor it.", no_args_is_help=True
)

_OUTPUT = typer.Option("--output", "-o", help="Where to write; the standard output when left out.")
_FILE = typer.Argument(help="The export.")
_KEY = typer.Option(help="Public key (PEM) of the app; without it nobody's signature is judged.")
_ANCHORS = typer.Option(help="A copy of the anchors.")
_FILES = typer.Option(help="Folder of the promoted files, for an export of one request.")
_FORMATS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z"]


@app.command()
def export(
    *,
    request: Annotated[str, typer.Option(help="Id of one request.")] = "",
    name: Annotated[str, typer.Option(help="Name of one asset.")] = "",
    version: Annotated[str, typer.Option(help="Version of it.")] = "",
    since: Annotated[
        dt.datetime | None, typer.Option(formats=_FORMATS, help="UTC unless said.")
    ] = None,
    until: Annotated[
        dt.datetime | None, typer.Option(formats=_FORMATS, help="UTC unless said.")
    ] = None,
    output: Annotated[Path | None, _OUTPUT] = None,
) -> None:
    """Write trails as JSON Lines; everything, unless restricted. Reads the storage as the app's settings say."""
    scope = Scope(request=request, name=name, version=version, since=_utc(since), until=_utc(until))
    try:
        done = _written(scope, output)
    except (PromotionError, OSError) as error:
        complain(f"The export is not complete: {error}")
        raise typer.Exit(NOT_RUN) from error
    for problem in done.damaged:
        complain(f"Not exported: {problem}")
    if output:
        say(f"{done.facts} facts of {done.requests} requests in {output}", "green")
    raise typer.Exit(FOUND if done.damaged else FINE)


@app.command()
def verify(
    file: Annotated[Path, _FILE],
    *,
    key: Annotated[Path | None, _KEY] = None,
    anchors: Annotated[Path | None, _ANCHORS] = None,
    files: Annotated[Path | None, _FILES] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Go on after the first thing that is wrong.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Verify an export offline. Exit code 0: intact, 1: broken (the first wrong fact is named), 2: unreadable."""
    try:
        with opened(file, key=key, anchors=anchors, files=files) as offline:
            wrong: list[Wrong] = []
            for each in offline.verification.run(offline.lines):
                wrong.append(each)
                if not everything:
                    break
    except Unreadable as error:
        complain(str(error))
        raise typer.Exit(NOT_RUN) from error
    _tell(file, offline, wrong, as_json=as_json)
    raise typer.Exit(FOUND if wrong else FINE)


@app.command()
def anchor(
    *,
    whole: Annotated[bool, typer.Option("--whole", help="Every head, changed or not.")] = False,
) -> None:
    """Anchor the heads of trails now; the app does so every day by itself."""
    from promotion.bootstrap import entry  # noqa: PLC0415 -- reads the settings

    try:
        done = entry.anchor(whole=whole, attended=True)
    except PromotionError as error:
        complain(str(error))
        raise typer.Exit(NOT_RUN) from error
    say(f"{done.heads} heads anchored in {done.lines} lines", "green")


@app.command()
def key() -> None:
    """Print the public key that `audit verify --key` takes."""
    from promotion.bootstrap import entry  # noqa: PLC0415 -- reads the settings

    try:
        signer = entry.world(attended=True).signer
        text = signer.public_key if signer else ""
    except PromotionError as error:
        complain(str(error))
        raise typer.Exit(NOT_RUN) from error
    if not text:
        complain("No key is set up. Set PROMOTION_SIGNING_KEY (docs/audit.md).")
        raise typer.Exit(NOT_RUN)
    say(text.rstrip())


@app.command()
def anchors(output: Annotated[Path | None, _OUTPUT] = None) -> None:
    """Write a copy of the anchors, as `audit verify --anchors` takes it."""
    from promotion.bootstrap import entry  # noqa: PLC0415 -- reads the settings

    try:
        log = entry.world(attended=True).anchors
        with _sink(output) as sink:
            for line in log.lines():
                sink.write(line)
    except (PromotionError, OSError) as error:
        complain(str(error))
        raise typer.Exit(NOT_RUN) from error


def _written(scope: Scope, output: Path | None) -> Export:
    from promotion.bootstrap import entry  # noqa: PLC0415 -- reads the settings

    done = Export(entry.world(attended=True), scope)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    # Progress goes to the standard error: the output may be the export itself.
    with _sink(output) as sink, Progress(*columns, console=Console(stderr=True)) as shown:
        task = shown.add_task("exporting", total=None)
        for line in done.write():
            sink.write(line)
            shown.update(task, description=f"{done.facts} facts of {done.requests} requests")
    return done


@contextlib.contextmanager
def _sink(output: Path | None) -> Iterator[BinaryIO]:
    if output is None:
        yield sys.stdout.buffer
        sys.stdout.flush()
        return
    # Under its name only when it is whole: half an export is none.
    part = output.with_name(f"{output.name}.part")
    try:
        with part.open("wb") as file:
            yield file
        part.replace(output)
    finally:
        part.unlink(missing_ok=True)


def _tell(file: Path, offline: Offline, wrong: list[Wrong], *, as_json: bool) -> None:
    report = offline.verification.report
    if as_json:
        digest = hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else ""
        say_json({"intact": not wrong, "wrong": wrong, "report": report, "sha256": digest})
        return
    for each in wrong:
        complain(f"{file}:{each.line}: {each.what}")
    for note in offline.notes:
        say(note, "yellow")
    if wrong:
        complain(f"{file}: broken")
        return
    say(f"{file}: intact, {_counted(report)}", "green")


def _counted(report: Report) -> str:
    return f"{report.facts} facts of {report.requests} requests in {report.lines} lines"


def _utc(moment: dt.datetime | None) -> dt.datetime | None:
    if moment is None or moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=dt.UTC)

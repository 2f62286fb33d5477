"""`promotion scan`: look for malware in local files, offline, as the app's own check does."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from promotion.adapters.local_files import UnreadablePathError, open_paths
from promotion.adapters.policy_file import read_policy
from promotion.checks.malware_scan import scan_policy
from promotion.checks.scan import ScanPolicy, ScanResult, scan_files
from promotion.checks.scan.report import as_json, as_text, exit_code
from promotion.cli.output import NOT_RUN, complain
from promotion.domain.errors import PromotionError
from promotion.domain.policy import MalwareScan

_PATHS = typer.Argument(help="Files and folders; a folder with everything in it.")
_JSON = typer.Option("--json", help="Print findings, inventory and figures as JSON.")
_POLICY = typer.Option(
    "--policy",
    help="Allow what the malware_scan entries of this policy allow by name.",
    show_default=False,
)
_ROUTE = typer.Option("--route", help="Which route of the policy, when it has several.")


class _UnusableError(Exception):
    """The scan cannot run as it was asked for."""


def scan(
    paths: Annotated[list[Path], _PATHS],
    *,
    json: Annotated[bool, _JSON] = False,
    policy: Annotated[Path | None, _POLICY] = None,
    route: Annotated[str, _ROUTE] = "",
) -> None:
    """Scan files for malware without opening any of them. Exit code 0: clean, 1: blocked, 2: could not run."""
    try:
        result = _scanned(paths, _allowed(policy, route))
    except (UnreadablePathError, PromotionError, _UnusableError) as error:
        complain(str(error))
        raise typer.Exit(NOT_RUN) from error
    typer.echo(as_json(result).decode() if json else as_text(result), nl=False)
    raise typer.Exit(exit_code(result))


def _scanned(paths: list[Path], allowed: ScanPolicy) -> ScanResult:
    found = open_paths(paths)
    if not found.files and not found.findings:
        raise _UnusableError("There is no file to scan.")
    result = scan_files(found.files, allowed)
    return msgspec.structs.replace(result, findings=(*found.findings, *result.findings))


def _allowed(policy: Path | None, route: str) -> ScanPolicy:
    if policy is None:
        if route:
            raise _UnusableError("--route names a route of --policy, which is missing.")
        return ScanPolicy()
    routes = read_policy(policy).routes
    if route and route not in routes:
        raise _UnusableError(f"{policy} has no route {route!r}. It has: {', '.join(routes)}.")
    if not route and len(routes) > 1:
        raise _UnusableError(f"{policy} has several routes; name one: {', '.join(routes)}.")
    chosen = routes[route] if route else next(iter(routes.values()))
    entries = [check for check in chosen.checks if isinstance(check, MalwareScan)]
    return scan_policy(entries[0]) if entries else ScanPolicy()

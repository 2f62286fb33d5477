"""Puts the parts of the check together: from a folder to findings. Knows no single rule."""

from collections.abc import Iterator
from pathlib import Path

from tools.infra_check import listing, rules_access, rules_app, rules_azd, rules_settings, symbols
from tools.infra_check.combinations import COMBINATIONS, deployment
from tools.infra_check.paper import RenderError
from tools.infra_check.project import Project
from tools.infra_check.tree import Finding, Place
from tools.infra_check.world import World

GOLDEN = "tests/golden/infra"
SCHEMAS = "build/bicep-schemas"


def findings(root: Path, cache: Path) -> list[Finding]:
    """Return everything that is wrong with the templates below `root`.

    Raises:
        SchemaError: Azure's schemas cannot be read.
    """
    project = Project(root, cache)
    found = [each for one in project.templates.values() for each in symbols.check(project, one)]
    if not found:
        # Only what reads and types well can be worked out.
        found = [*_rendered(project)]
    return sorted(set(found), key=str)


def _rendered(project: Project) -> Iterator[Finding]:
    place = Place(file="infra", line=1, column=1)
    try:
        yield from rules_access.check_roles(project)
        yield from rules_azd.check(project)
        for name, given in COMBINATIONS.items():
            rendering = deployment(project, name)
            world = World(project, name, rendering, bool(given["privateNetwork"]))
            yield from rules_settings.check(world)
            yield from rules_app.check(world)
            yield from rules_access.check(world)
            yield from rules_azd.check_tags(world)
            yield from _golden(project, name, listing.listing(name, rendering))
    except RenderError as error:
        yield Finding(place, str(error))


def _golden(project: Project, name: str, text: str) -> Iterator[Finding]:
    path = f"{GOLDEN}/{name}.txt"
    kept = project.text(path).splitlines() if project.exists(path) else []
    shown = text.splitlines()
    if kept != shown:
        changed = [*(f"- {line}" for line in kept if line not in shown)]
        changed += [f"+ {line}" for line in shown if line not in kept]
        what = "; ".join(changed[:4])
        remedy = "review it, then run `make infra-list UPDATE=1`"
        yield Finding(Place(file=path, line=1, column=1), f"{remedy}. Changed: {what}")

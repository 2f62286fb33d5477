"""What the rules look at: one rendered deployment, with short ways to its parts. Knows no rule."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tools.infra_check import listing
from tools.infra_check.paper import Made, RenderError
from tools.infra_check.project import Project
from tools.infra_check.rendering import Rendering
from tools.infra_check.tree import Finding, Place


@dataclass(frozen=True)
class World:
    """One deployment of a project."""

    project: Project
    combination: str
    rendering: Rendering
    private: bool

    def of(self, *types: str) -> Iterator[Made]:
        """Yield the resources of some types."""
        return (each for each in self.rendering.made if each.type in types)

    @cached_property
    def app(self) -> Made:
        """The function app.

        Raises:
            RenderError: there is none.
        """
        found = next(self.of("Microsoft.Web/sites"), None)
        if found is None:
            raise RenderError(f"{self.combination}: no function app is deployed")
        return found

    @cached_property
    def settings(self) -> dict[str, Any]:
        """The app's settings."""
        return listing.settings(self.rendering.made)

    @cached_property
    def function_app(self) -> str:
        """The source of the app's triggers."""
        return self.project.text("function_app.py")

    @cached_property
    def functions(self) -> frozenset[str]:
        """The names of the app's functions."""
        return frozenset(re.findall(r'function_name\("(\w+)"\)', self.function_app))

    @cached_property
    def queues(self) -> frozenset[str]:
        """The queues that start functions."""
        return frozenset(re.findall(r'queue_name="([\w-]+)"', self.function_app))

    def say(self, made: Made, text: str) -> Finding:
        """Return a finding about a resource."""
        place = Place(file=made.source, line=1, column=1)
        return Finding(
            place, f"{made.type.rpartition('/')[2]} {made.name} ({self.combination}): {text}"
        )


def reach(value: Any, path: str) -> Any:  # noqa: ANN401 -- a JSON tree
    """Return what stands at a dotted path; None where there is nothing."""
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def keys(value: Any) -> Iterator[str]:  # noqa: ANN401 -- a JSON tree
    """Yield every property's name, however deep."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys(inner)

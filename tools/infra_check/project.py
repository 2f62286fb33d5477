"""All templates of `infra/`, read once: what refers to what. Knows files, no rule."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from tools.infra_check import syntax
from tools.infra_check.schemas import Schema, Schemas
from tools.infra_check.tree import Declaration, Template

MAIN = "infra/main.bicep"
SUBSCRIPTION = "infra/subscription.bicep"


@dataclass(frozen=True)
class Project:
    """The repository at `root`; schemas are kept in `cache`."""

    root: Path
    cache: Path

    @cached_property
    def templates(self) -> dict[str, Template]:
        """Every template by its path in the repository."""
        files = sorted((self.root / "infra").rglob("*.bicep"))
        names = [file.relative_to(self.root).as_posix() for file in files]
        return {name: syntax.parse(name, self.text(name)) for name in names}

    @cached_property
    def schemas(self) -> dict[str, Schema]:
        """The schema of every resource type that a template names; unknown ones are missing."""
        declared = (each for one in self.templates.values() for each in one.all("resource"))
        types = {each.kind.partition("@")[0] for each in declared}
        return Schemas(self.cache).load(each for each in types if "/" in each)

    def text(self, path: str) -> str:
        """Return the content of a file of the repository."""
        return (self.root / path).read_text()

    def exists(self, path: str) -> bool:
        """Return whether there is such a file."""
        return (self.root / path).is_file()

    def json(self, path: str) -> Any:  # noqa: ANN401 -- whatever the file holds
        """Return the content of a JSON file of the repository."""
        return json.loads(self.text(path))

    def module(self, template: Template, declaration: Declaration) -> Template | None:
        """Return the template that a module's path leads to, or None."""
        return self.templates.get(beside(template.file, declaration.kind))


def beside(file: str, path: str) -> str:
    """Return where a path written in `file` leads, relative to the repository."""
    parts: list[str] = []
    for part in (PurePosixPath(file).parent / path).parts:
        if part == ".." and parts:
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)

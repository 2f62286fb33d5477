"""Check: the asset names its licence, and every name found is one that the policy allows."""

import re
from typing import Final

from promotion.checks import mlmodel
from promotion.checks.answers import answer, shown
from promotion.domain.policy import Licence
from promotion.domain.reading import FileAccess
from promotion.domain.results import CheckResult
from promotion.domain.snapshot import Snapshot

_FILE: Final = re.compile(r"(?:licen[cs]e|copying)(?:\.(?:txt|md|rst))?", re.IGNORECASE)
_IDENTIFIER: Final = re.compile(rb"SPDX-License-Identifier:[ \t]*([^\r\n]{1,200})")
#: How far into a licence's text its heading is looked for.
_HEAD: Final = 600
#: SPDX identifier -> what its heading says, all of it. The stricter relatives come first.
_HEADINGS: Final = (
    ("AGPL-3.0-only", ("gnu affero general public license", "version 3")),
    ("LGPL-3.0-only", ("gnu lesser general public license", "version 3")),
    ("LGPL-2.1-only", ("gnu lesser general public license", "version 2.1")),
    ("GPL-3.0-only", ("gnu general public license", "version 3")),
    ("GPL-2.0-only", ("gnu general public license", "version 2")),
    ("MPL-2.0", ("mozilla public license", "2.0")),
    ("Apache-2.0", ("apache license", "version 2.0")),
    ("BSD-3-Clause", ("bsd 3-clause",)),
    ("BSD-2-Clause", ("bsd 2-clause",)),
    ("MIT", ("mit license",)),
)


def run(spec: Licence, snapshot: Snapshot) -> CheckResult:
    """Pass when at least one place names a licence and no place names one that is not allowed."""
    found = _found(spec, snapshot)
    allowed = frozenset(each.lower() for each in spec.allowed)
    foreign = {place: name for place, name in found.items() if not is_allowed(name, allowed)}
    if not found:
        places = ", ".join(spec.read_from)
        summary = (
            f"No licence is named (looked at: {places}). "
            f"Set the tag {spec.tag_name!r} to its SPDX identifier."
        )
    elif foreign:
        names = "; ".join(f"{place} names {shown(name)}" for place, name in foreign.items())
        summary = f"{names}. Allowed: {', '.join(spec.allowed)}."
    else:
        summary = f"{' and '.join(sorted(set(found.values())))} is allowed."
    evidence = {"found": found, "allowed": list(spec.allowed), "looked_at": list(spec.read_from)}
    return answer(spec, ok=bool(found) and not foreign, summary=summary, evidence=evidence)


def is_allowed(expression: str, allowed: frozenset[str]) -> bool:
    """Whether an SPDX expression is allowed: one side of an OR is enough, of an AND all are needed.

    Expressions with parentheses or WITH must be allowed as a whole.
    """
    whole = " ".join(expression.lower().split())
    if whole in allowed:
        return True
    if "(" in whole or " with " in whole or not whole:
        return False
    return any(
        all(part in allowed for part in choice.split(" and ")) for choice in whole.split(" or ")
    )


def _found(spec: Licence, snapshot: Snapshot) -> dict[str, str]:
    found: dict[str, str] = {}
    if "tag" in spec.read_from and (tag := snapshot.asset.tags.get(spec.tag_name, "").strip()):
        found[f"tag {spec.tag_name}"] = tag
    if "mlmodel" in spec.read_from and (name := _in_mlmodel(snapshot.files)):
        found[mlmodel.NAME] = name
    if "file" in spec.read_from:
        found |= _in_files(snapshot.files)
    return found


def _in_mlmodel(files: FileAccess) -> str:
    try:
        _, document = mlmodel.read_mlmodel(files)
    except mlmodel.UnreadableError:
        # Not every model has one; that it must is another check's matter.
        return ""
    metadata = document.get("metadata")
    if not isinstance(metadata, dict):
        return ""
    return str(metadata.get("license") or metadata.get("licence") or "").strip()


def _in_files(files: FileAccess) -> dict[str, str]:
    found = {}
    for path in files.paths:
        if _FILE.fullmatch(path.rpartition("/")[2]) and path.count("/") <= 1:
            content = files.open(path).read(0, 64 * 1024)
            found[path] = recognised(content)
    return found


def recognised(content: bytes) -> str:
    """Return the licence that a text names, by its SPDX line or its heading; `unknown` otherwise."""
    if line := _IDENTIFIER.search(content):
        return line[1].decode("utf-8", "replace").strip()
    head = " ".join(content.decode("utf-8", "replace").lower().split())[:_HEAD]
    return next((name for name, words in _HEADINGS if all(w in head for w in words)), "unknown")

"""Reads `mistakes.txt`: policies that are wrong in one way each, with everything that is told about them.

An entry changes a sound policy: what stands after `-` is replaced by what stands after `+`, lines after
`>` are added at its end. Lines after `!` are what is told then, line number first; without any, the
policy is sound. PERSON and OTHER stand for two people's keys, LOUD for the first in capitals, LONG for a
text that is shown as CUT, LONGEST for one that leaves room for one letter in a name.
"""

from pathlib import Path
from typing import NamedTuple

import msgspec

from promotion.adapters.policy_file import check_policy

BASE = """\
version: 1
registries:
  dev: {}
  prod: {}
routes:
  dev-to-prod:
    source: {registry: dev}
    target: {registry: prod}
    checks: [{check: version_rule}]
    stages: [{name: business, roles: [Promotion.Approver]}]
"""

#: A person as a stage names one.
PERSON = "11111111-2222-3333-4444-555555555555/11111111-2222-3333-4444-66666666abcd"

_WORDS = {
    "LONGEST": "x" * 254,
    "LONG": "y" * 101,
    "CUT": "y" * 100,
    "PERSON": PERSON,
    "LOUD": PERSON.upper(),
    "OTHER": PERSON.replace("6666", "7777"),
}


class Mistake(NamedTuple):
    """One change of the sound policy, and what is told about it, a line each."""

    policy: str
    told: list[str]


def mistakes() -> dict[str, Mistake]:
    """Return every entry of the file by its change."""
    text = (Path(__file__).parent / "mistakes.txt").read_text()
    entries = [each for each in text.strip().split("\n\n") if not each.startswith("#")]
    return {entry.partition("\n!")[0]: _mistake(entry) for entry in entries}


def told(policy: str) -> list[str]:
    """Return what is told about a policy: line, path, problem and remedy of each finding."""
    found = check_policy(policy.encode()).problems
    return [msgspec.structs.replace(each, line=0).told(str(each.line)) for each in found]


def _mistake(entry: str) -> Mistake:
    policy, old, expected = BASE, "", []
    for line in entry.splitlines():
        sign, text = line[:2], _spelled(line[2:])
        match sign:
            case "- ":
                assert text in policy, line
                old = text
            case "+ ":
                policy = policy.replace(old, text, 1)
            case "> ":
                policy += f"{text}\n"
            case "! ":
                expected.append(text)
            case _:
                raise ValueError(f"{line!r} begins with none of - + > !")
    return Mistake(policy, expected)


def _spelled(text: str) -> str:
    for word, stands_for in _WORDS.items():
        text = text.replace(word, stands_for)
    return text

"""conda's and MLflow's environment files, as values: what they install, and from where.

Facts: conda's documentation, "Creating an environment file manually"; mlflow/utils/environment.py (python_env.yaml).
"""

import re
from typing import Final

from promotion.checks.scan.dependencies.requirements import check_line
from promotion.checks.scan.dependencies.sources import check_channel, check_source
from promotion.checks.scan.documents.yaml_values import shown
from promotion.checks.scan.subject import Subject

KEYS: Final = frozenset({"dependencies", "build_dependencies", "channels"})

#: A conda match specification without a channel: name, version, build.
_CONDA: Final = re.compile(
    r"[A-Za-z0-9_][A-Za-z0-9._-]{0,100}(?:[\s=<>!~,|*()A-Za-z0-9._+-]{0,300})", re.ASCII
)
_PIP: Final = "pip"
#: What lists of pip's lines are called.
_PIP_LISTS: Final = ("build_dependencies",)


def is_environment(value: object) -> bool:
    """Whether a YAML document is one of these files."""
    return isinstance(value, dict) and not KEYS.isdisjoint(value)


def check_environment(subject: Subject, value: dict[object, object]) -> None:
    """Judge an environment file; what is not of its shape cannot be judged."""
    conda = "channels" in value or any(
        isinstance(entry, dict) for entry in _list(value, "dependencies")
    )
    for channel in _list(value, "channels"):
        check_channel(subject, shown(channel), None)
    for entry in _list(value, "dependencies"):
        if conda:
            _check_conda(subject, entry)
        else:
            _check_pip(subject, entry)
    for name in _PIP_LISTS:
        for entry in _list(value, name):
            _check_pip(subject, entry)
    if value.get("variables"):
        subject.block(
            "dependency-option",
            "It sets environment variables, which can redirect where packages come from.",
            variables=sorted(shown(name)[:50] for name in _mapping(value["variables"]))[:20],
        )


def _check_conda(subject: Subject, entry: object) -> None:
    if isinstance(entry, dict):
        for manager, lines in entry.items():
            if manager != _PIP:
                _unreadable(subject, entry)
            for line in lines if isinstance(lines, list) else [lines]:
                _check_pip(subject, line)
        return
    text = shown(entry)
    if "://" in text or "/" in text.partition("::")[0] or text.startswith("."):
        check_source(subject, "the address", text, None)
    elif "::" in text or "[" in text:
        _check_channel_in(subject, text)
    elif not _CONDA.fullmatch(text):
        _unreadable(subject, entry)


def _check_channel_in(subject: Subject, text: str) -> None:
    """A specification can name a channel: `channel::package` or `package[channel=...]`."""
    channel, found, _ = text.partition("::")
    if found and "[" not in text:
        check_channel(subject, channel.rpartition(":")[0] or channel, None)
    else:
        check_source(subject, "the conda specification", text, None)


def _check_pip(subject: Subject, entry: object) -> None:
    if isinstance(entry, str):
        check_line(subject, entry.strip(), None)
    elif entry is not None:
        _unreadable(subject, entry)


def _list(value: dict[object, object], key: str) -> list[object]:
    found = value.get(key)
    if found is None:
        return []
    return found if isinstance(found, list) else [found]


def _mapping(value: object) -> dict[object, object]:
    return value if isinstance(value, dict) else {}


def _unreadable(subject: Subject, entry: object) -> None:
    subject.block(
        "dependency-unreadable", f"The dependency {shown(entry)[:100]!r} is of no known form."
    )

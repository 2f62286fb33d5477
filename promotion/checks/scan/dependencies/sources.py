"""Where a model's environment may be installed from: the public index and well-known channels, or by policy.

Knows sources as texts, not the files that name them.
"""

import re
from typing import Final

from promotion.checks.scan.subject import Subject

#: pip's and Pipenv's own default; naming it changes nothing.
_DEFAULT_INDEX: Final = frozenset({"https://pypi.org/simple"})

#: Channels that conda's own documentation and the frameworks' installation pages name.
CHANNELS: Final = frozenset(
    {"anaconda", "bioconda", "conda-forge", "defaults", "intel", "main", "microsoft", "nodefaults", "nvidia", "pytorch", "r", "rapidsai"}
)  # fmt: skip

_USER: Final = re.compile(r"//[^/@\s]{0,500}@")


def check_source(subject: Subject, what: str, source: str, offset: int | None) -> None:
    """Block a source, unless it is the default index or the policy allows it by name."""
    if source.rstrip("/") in _DEFAULT_INDEX:
        return
    shown = _USER.sub("//…@", source)[:300]
    if source in subject.policy.allowed_sources:
        subject.note(
            "dependency-source",
            f"It installs from {what} {shown}, which the policy allows by name.",
            offset,
            allowed_by=shown,
        )
        return
    subject.block(
        "dependency-source",
        f"It installs from {what} {shown}: code from elsewhere.",
        offset,
        source=shown,
        what=what,
    )


def check_channel(subject: Subject, channel: str, offset: int | None) -> None:
    """Block a conda channel that is not well known."""
    if channel not in CHANNELS:
        check_source(subject, "the conda channel", channel, offset)

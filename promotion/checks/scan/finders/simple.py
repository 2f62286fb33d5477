"""Finders for content that needs one look: what is data by its kind, and what is refused by its kind."""

import collections
from typing import Final

from promotion.checks.scan.documents.protobuf import whole
from promotion.checks.scan.names import extension
from promotion.checks.scan.problems import ProblemError, TruncatedError
from promotion.checks.scan.sources import exactly
from promotion.checks.scan.subject import Subject

_CATBOOST_HEADER: Final = 8


def accept(_subject: Subject) -> None:
    """Nothing in it can be run: an empty file."""


def fingerprint(subject: Subject) -> None:
    """Check that TensorFlow's fingerprint, numbers and one identifier, is well-formed."""
    collections.deque(whole(subject.source, subject.budget).fields(), maxlen=0)


def checkpoint_index(subject: Subject) -> None:
    """Claim the tensors that a TensorFlow checkpoint keeps beside its index."""
    prefix = f"{subject.name.removesuffix('.index')}.data-"
    subject.group.claimed |= {name for name in subject.group.names if name.startswith(prefix)}


def catboost(subject: Subject) -> None:
    """A CatBoost model: a length, then so many bytes of numbers."""
    head = exactly(subject.source, 0, _CATBOOST_HEADER, "a CatBoost model")
    end = _CATBOOST_HEADER + int.from_bytes(head[4:], "little")
    if end > subject.source.size:
        raise TruncatedError("a CatBoost model", subject.source.size)


def executable(subject: Subject) -> None:
    """Refuse programs and libraries by their content."""
    subject.block(
        "native-code", "Its content is a program or a library, whatever its name says.", 0
    )


def bytecode(subject: Subject) -> None:
    """Refuse compiled Python by its content."""
    subject.block("native-code", "Its content is compiled Python, whatever its name says.", 0)


def unsupported(_subject: Subject) -> None:
    """Refuse containers that are not opened."""
    raise ProblemError(
        "unsupported-kind", "It is an archive or a document of a kind that is not opened.", 0
    )


def unknown(subject: Subject) -> None:
    """Keep a content of no known kind back, until another file claims it as its data."""
    ending = extension(subject.base)
    message = (
        f"Its content is of no kind that is known to be data{f' (.{ending})' if ending else ''}."
    )
    subject.hold_back(message)

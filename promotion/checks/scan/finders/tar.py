"""Finder for tar archives: every member, links and devices refused."""

from typing import Final

from promotion.checks.scan.archives.tar import Member, members
from promotion.checks.scan.finders.members import Names
from promotion.checks.scan.names import path_problem
from promotion.checks.scan.problems import TruncatedError
from promotion.checks.scan.sources import PartSource
from promotion.checks.scan.subject import Group, Subject

#: What one header counts: archives of empty members are all headers.
_STEPS: Final = 100


def find(subject: Subject) -> None:
    """Look at every member of a tar archive, in its order."""
    names = Names(subject)
    group = Group(frozenset())
    for member in members(subject.source):
        subject.budget.spend(_STEPS)
        name = member.name.removeprefix("./")
        if member.kind == "file":
            names.add(name, member.header)
            part = PartSource(subject.source, member.start, member.size)
            subject.examine(subject.child(name, part, group))
            _check_whole(subject, member)
        elif name.rstrip("/"):
            subject.budget.enter()
            _check_other(subject, member, name)
    group.settle()


def _check_whole(subject: Subject, member: Member) -> None:
    if member.size and not subject.source.read(member.start + member.size - 1, 1):
        raise TruncatedError("a tar archive's member", member.start)


def _check_other(subject: Subject, member: Member, name: str) -> None:
    problem = path_problem(name.rstrip("/"))
    if problem:
        subject.block("archive-path", f"The name {name[:200]!r} {problem}.", member.header)
    if member.kind == "folder":
        return
    what = f"a link to {member.target[:200]!r}" if member.kind == "link" else "a device"
    subject.block(
        "archive-link",
        f"The member {name[:200]!r} is {what}, not a file.",
        member.header,
        target=member.target[:200],
    )

"""Looks at files one after the other, and at what is inside them. Knows no format: the registry does.

Order within one file or member: its name, its kind, whether the two agree, its content, and last whether it
is a pickle beside what it seems to be.
"""

import struct
from collections.abc import Iterable
from typing import Final

from promotion.checks.scan import expectations, names, polyglot
from promotion.checks.scan.kinds import Kind
from promotion.checks.scan.model import Finding, Item, ScanFile, ScanResult, Statistics
from promotion.checks.scan.policy import ScanPolicy
from promotion.checks.scan.problems import ProblemError
from promotion.checks.scan.registry import FINDERS
from promotion.checks.scan.sniff import sniff
from promotion.checks.scan.sources import FileSource, ReaderError
from promotion.checks.scan.subject import Examination, Finder, Group, Subject

#: What a defect of a finder may raise. A defect must block, never let pass and never stop the scan.
_DEFECTS: Final = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NameError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
)


def scan_files(files: Iterable[ScanFile], policy: ScanPolicy | None = None) -> ScanResult:
    """Return what is wrong with files of one asset; every file is looked at, whatever the others are.

    Paths are relative to the asset's folder. Raises what the readers raise, and nothing else.
    """
    listed = sorted(
        files, key=lambda file: (not expectations.describes_others(file.path), file.path)
    )
    group = Group(frozenset(file.path for file in listed))
    try:
        examined = [_scan_one(file, group, policy or ScanPolicy()) for file in listed]
    except ReaderError as error:
        raise error.cause from error
    group.settle()
    return _result(examined)


def _scan_one(file: ScanFile, group: Group, policy: ScanPolicy) -> tuple[Examination, FileSource]:
    source = FileSource(file.reader)
    examination = Examination(policy, source.size, examine)
    examine(Subject(file.path, file.path, source, examination, group))
    return examination, source


def examine(subject: Subject, finder: Finder | None = None, kind: Kind | None = None) -> None:
    """Look at one file or member; everything wrong with it becomes a finding.

    A finder that comes with its kind replaces the judgement by name and content.
    """
    found = kind or Kind.UNKNOWN
    try:
        _check_place(subject)
        if finder is None:
            found = _recognize(subject)
        (finder or FINDERS[found])(subject)
        if finder is None and found is not Kind.PICKLE:
            polyglot.check(subject)
    except ProblemError as problem:
        subject.block(problem.rule, problem.message, problem.offset, **problem.evidence)
    except _DEFECTS as defect:
        subject.block(
            "scanner-defect",
            f"The scanner failed on it: {type(defect).__name__}.",
            error=str(defect)[:200],
        )
    subject.examination.inventory.append(
        Item(path=subject.path, kind=found.value, size=subject.source.known_size)
    )


def _recognize(subject: Subject) -> Kind:
    """Return the content's kind, after judging the name and whether it goes with the content."""
    broken = names.name_rule(subject.name)
    if broken:
        subject.block(broken.rule, broken.message)
    if subject.name in subject.group.claimed and not expectations.has_meaning(subject.base):
        return Kind.TENSOR
    kind = _kind(subject)
    expected = expectations.mismatch(subject.base, kind)
    if expected:
        subject.block(
            "kind-mismatch",
            f"Its name says {expected}, its content is {kind.value}.",
            0,
            expected=expected,
            found=kind.value,
        )
    return kind


def _kind(subject: Subject) -> Kind:
    """Return the content's kind; what has no mark of its own is a pickle if it can be walked as one."""
    kind = sniff(subject.source, subject.base)
    if kind not in {Kind.TEXT, Kind.UNKNOWN}:
        return kind
    if expectations.is_pickle_name(subject.base):
        return Kind.PICKLE
    named = expectations.mismatch(subject.base, Kind.PICKLE) is not None
    return Kind.PICKLE if not named and polyglot.is_pickle(subject) else kind


def _check_place(subject: Subject) -> None:
    if subject.depth > subject.policy.limits.depth:
        raise ProblemError(
            "too-deep", f"It lies inside more than {subject.policy.limits.depth} archives."
        )
    if subject.depth:
        subject.budget.enter()
    problem = names.path_problem(subject.name)
    if problem:
        subject.block("archive-path", f"The name {subject.name[:200]!r} {problem}.")


def _result(examined: list[tuple[Examination, FileSource]]) -> ScanResult:
    findings: list[Finding] = []
    inventory: list[Item] = []
    for examination, _ in examined:
        findings += examination.findings
        inventory += examination.inventory
    statistics = Statistics(
        files=len(examined),
        members=sum(e.budget.members for e, _ in examined),
        bytes_read=sum(source.bytes_read for _, source in examined),
        bytes_total=sum(source.size for _, source in examined),
        bytes_inflated=sum(e.budget.inflated for e, _ in examined),
        opcodes=sum(e.budget.steps for e, _ in examined),
    )
    return ScanResult(findings=tuple(findings), inventory=tuple(inventory), statistics=statistics)

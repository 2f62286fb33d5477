"""One file or member while it is looked at, and how finders report about it.

Knows rules and policy, no format. A finder gets a subject, reads its source, and blocks, notes, or hands
members inside it on.
"""

from collections.abc import Callable

from promotion.checks.scan.allow import Use, known_words, shipped
from promotion.checks.scan.allow.uses import Pair
from promotion.checks.scan.budget import Budget
from promotion.checks.scan.kinds import Kind
from promotion.checks.scan.model import Finding, Item, Severity, Sink
from promotion.checks.scan.policy import ScanPolicy
from promotion.checks.scan.problems import LimitError
from promotion.checks.scan.rules import RULES, Waiver
from promotion.checks.scan.sources import Source

_EVERYTHING = Use.REFER | Use.CREATE | Use.CALL


#: Files of an unknown kind that may wait for a claim: weights kept one tensor a file.
_MOST_HELD_BACK = 5_000

type Finder = Callable[["Subject"], None]
type Examine = Callable[["Subject", Finder | None, Kind | None], None]


class Group:
    """Files or members that lie beside each other: a model's folder, an archive's content."""

    def __init__(self, names: frozenset[str]) -> None:
        #: Their paths, from the folder or the archive's root.
        self.names = names
        #: Raw data that another file of the group describes, such as an ONNX model's weights.
        self.claimed: set[str] = set()
        self._held_back: list[tuple[str, Finding, Sink]] = []

    def hold_back(self, name: str, finding: Finding, sink: Sink) -> None:
        """Keep a finding until it is known whether another file claims this one as its data.

        Raises:
            LimitError: too many files are of an unknown kind.
        """
        if len(self._held_back) >= _MOST_HELD_BACK:
            raise LimitError(
                f"More than {_MOST_HELD_BACK:,} files side by side are of an unknown kind."
            )
        self._held_back.append((name, finding, sink))

    def settle(self) -> None:
        """Record the findings about files that no other file claims."""
        for name, finding, sink in self._held_back:
            if name not in self.claimed:
                sink(finding)
        self._held_back.clear()


class Examination:
    """What is known of one file, with everything nested in it."""

    def __init__(self, policy: ScanPolicy, stored: int, examine: Examine) -> None:
        self.policy = policy
        self.budget = Budget(policy.limits, stored)
        self.examine = examine
        self.findings: list[Finding] = []
        self.inventory: list[Item] = []
        self.globals = _allowed_globals(policy)
        self.words = known_words() | {word for pair in self.globals for word in pair}

    def add(self, finding: Finding) -> None:
        """Record a finding, up to the limit."""
        most = self.policy.limits.findings
        if len(self.findings) < most - 1:
            self.findings.append(finding)
        elif len(self.findings) == most - 1:
            text = f"There are more than {most - 1} findings in this file. {RULES['more-findings'].advice}"
            self.findings.append(
                Finding(
                    rule="more-findings",
                    severity=Severity.BLOCK,
                    path=finding.path,
                    offset=None,
                    message=text,
                )
            )


class Subject:
    """One file or member."""

    def __init__(
        self,
        path: str,
        name: str,
        source: Source,
        examination: Examination,
        group: Group,
        depth: int = 0,
    ) -> None:
        #: Where it is, as findings say: `model.zip!folder/data.pkl`.
        self.path = path
        #: Its path inside its folder or archive.
        self.name = name
        self.source = source
        self.examination = examination
        self.group = group
        self.depth = depth
        #: Whether nothing lies beside it, so that nothing else can claim it.
        self.alone = False

    @property
    def policy(self) -> ScanPolicy:
        """What the policy allows."""
        return self.examination.policy

    @property
    def budget(self) -> Budget:
        """The work left."""
        return self.examination.budget

    @property
    def base(self) -> str:
        """The last part of its name, in lower case."""
        return self.name.rpartition("/")[2].lower()

    @property
    def folder(self) -> str:
        """What its name has before the last part, with the slash."""
        head, slash, _ = self.name.rpartition("/")
        return head + slash

    def block(self, rule: str, message: str, offset: int | None = None, **evidence: object) -> None:
        """Record what stops the asset, unless the policy allows this very file."""
        self.examination.add(self._blocking(rule, message, offset, evidence))

    def note(self, rule: str, message: str, offset: int | None = None, **evidence: object) -> None:
        """Record what a person should see but that stops nothing."""
        self.examination.add(self._finding(rule, Severity.NOTE, message, offset, evidence))

    def hold_back(self, message: str) -> None:
        """Keep back that this file is of an unknown kind, until another file claims it or none does."""
        finding = self._blocking("unknown-kind", message, None, {})
        self.group.hold_back(self.name, finding, self.examination.add)

    def child(self, name: str, source: Source, group: Group | None = None) -> "Subject":
        """Return a member of this one; its path says so."""
        inside = group or Group(frozenset({name}))
        member = Subject(
            f"{self.path}!{name}", name, source, self.examination, inside, self.depth + 1
        )
        member.alone = group is None
        return member

    def examine(
        self, member: "Subject", finder: Finder | None = None, kind: Kind | None = None
    ) -> None:
        """Look at a member like at a file, or with the finder that its place calls for."""
        self.examination.examine(member, finder, kind)
        if member.alone:
            member.group.settle()

    def lookup(self, module: str, name: str) -> Use | None:
        """Return what a global may be used for, and note when the policy alone allows it."""
        use = shipped().get((module, name))
        if use is None and self.lookup_policy(module, name):
            use = _EVERYTHING
        return use

    def lookup_policy(self, module: str, name: str) -> bool:
        """Return whether the policy allows a global by name, and note it."""
        allowed = (module, name) in self.examination.globals
        if allowed:
            self.note(
                "pickle-global",
                f"It refers to {module}.{name}, which the policy allows by name.",
                allowed_by=f"{module}:{name}",
            )
        return allowed

    def _blocking(
        self, rule: str, message: str, offset: int | None, evidence: dict[str, object]
    ) -> Finding:
        if RULES[rule].waiver is Waiver.FILE and self.path in self.policy.allowed_files:
            allowed = f"{message} The policy allows this file by name."
            return self._finding(rule, Severity.NOTE, allowed, offset, evidence)
        text = f"{message} {RULES[rule].advice}"
        return self._finding(rule, Severity.BLOCK, text, offset, evidence)

    def _finding(
        self,
        rule: str,
        severity: Severity,
        message: str,
        offset: int | None,
        evidence: dict[str, object],
    ) -> Finding:
        return Finding(
            rule=rule,
            severity=severity,
            path=self.path,
            offset=offset,
            message=message,
            evidence=evidence,
        )


def _allowed_globals(policy: ScanPolicy) -> frozenset[Pair]:
    pairs = (entry.partition(":") for entry in policy.allowed_globals)
    return frozenset((module.strip(), name.strip()) for module, _, name in pairs)

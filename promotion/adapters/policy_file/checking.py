"""From the text of a policy to the policy, or to everything that is wrong with it. Knows no file system."""

import msgspec

from promotion.adapters.policy_file.problems import Findings, Problem
from promotion.adapters.policy_file.walking import MISFIT, build
from promotion.documents.nodes import DocumentError, Node, compose
from promotion.domain.policy import Policy
from promotion.domain.policy.soundness import problems_of


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a policy's text: the policy in force, or its problems in the order of their lines."""

    policy: Policy | None
    problems: tuple[Problem, ...]


def check_policy(content: bytes) -> Checked:
    """Return the policy that a YAML text stands for, with inherited parts written out; or its problems."""
    try:
        root = compose(content)
    except DocumentError as error:
        problem = Problem(line=error.line, column=error.column, path="", problem=error.problem)
        return Checked(policy=None, problems=(problem,))
    if root is None:
        problem = Problem(line=0, column=0, path="", problem="it is empty", remedy="Add routes.")
        return Checked(policy=None, problems=(problem,))
    return _checked(root)


def _checked(root: Node) -> Checked:
    findings = Findings()
    policy = build(root, Policy, (), findings)
    if policy is not MISFIT:
        for unsound in problems_of(policy):
            findings.judge(unsound.path, unsound.problem, unsound.remedy)
    if findings.problems:
        return Checked(policy=None, problems=tuple(sorted(findings.problems)))
    return Checked(policy=policy.settled(), problems=())

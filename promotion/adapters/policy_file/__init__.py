"""The policy from a YAML file: every problem at once, each with its line. What it means is the domain's."""

from promotion.adapters.policy_file.checking import Checked, check_policy
from promotion.adapters.policy_file.problems import Problem
from promotion.adapters.policy_file.schema import policy_schema
from promotion.adapters.policy_file.source import (
    PolicyFile,
    UnreadableError,
    check_file,
    read_policy,
)

__all__ = [
    "Checked",
    "PolicyFile",
    "Problem",
    "UnreadableError",
    "check_file",
    "check_policy",
    "policy_schema",
    "read_policy",
]

"""The policy's file on disk. Knows paths and sizes; what the text says is `checking`'s matter."""

from pathlib import Path
from typing import Final

from promotion.adapters.policy_file.checking import Checked, check_policy
from promotion.domain.errors import BrokenError
from promotion.domain.policy import Policy

#: A policy of a thousand routes has less.
_LARGEST: Final = 1024 * 1024


class UnreadableError(Exception):
    """The file is not there, may not be read, or is far too large."""


class PolicyFile:
    """A policy read once a process: it is deployed with the app, reviewed like code."""

    def __init__(self, path: Path) -> None:
        """Read `path` when the policy is first asked for."""
        self._path = path
        self._policy: Policy | None = None

    def current(self) -> Policy:
        """Return the policy.

        Raises:
            BrokenError: the file is missing or not a valid policy.
        """
        if self._policy is None:
            self._policy = read_policy(self._path)
        return self._policy


def read_policy(path: Path) -> Policy:
    """Return the policy of a file, with every route's inherited parts written out.

    Raises:
        BrokenError: the file is missing or not a valid policy; all problems are named.
    """
    try:
        checked = check_file(path)
    except UnreadableError as error:
        raise BrokenError(
            f"The policy {path.name} cannot be read: {error}.",
            "Put it beside host.json, or name another with PROMOTION_POLICY_FILE.",
        ) from error
    if checked.policy is None:
        told = " ".join(problem.told(path.name) for problem in checked.problems)
        raise BrokenError(
            f"The policy {path.name} is not valid: {told}",
            "Mend it, and try it with `python -m promotion policy check`.",
        )
    return checked.policy


def check_file(path: Path) -> Checked:
    """Return the policy of a file, or its problems.

    Raises:
        UnreadableError: there is nothing that could be a policy.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        raise UnreadableError(error.strerror or str(error)) from error
    if len(content) > _LARGEST:
        raise UnreadableError(f"it has more than {_LARGEST:,} bytes")
    return check_policy(content)

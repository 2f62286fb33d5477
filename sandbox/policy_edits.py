"""The policy's file while somebody works on it: whether it was saved, whether it may be taken up.

Knows the file and the product's own check of it; what a new policy means for the sandbox is not its matter.
"""

from pathlib import Path
from typing import Final

from promotion.adapters.policy_file import UnreadableError, check_file
from sandbox.errors import SandboxError

_ROOT: Final = Path(__file__).parent.parent


class PolicyError(SandboxError):
    """The policy cannot be read or has mistakes; the text names all of them with their lines."""


class PolicyEdits:
    """One policy file, relative to the app's folder, as it is edited."""

    def __init__(self, file: str) -> None:
        """Watch `file`; its present state is the first one."""
        self.path = _ROOT / file
        self._seen = self._state()

    def saved(self) -> bool:
        """Whether the file was written since the last look."""
        before, self._seen = self._seen, self._state()
        return self._seen != before

    def check(self) -> None:
        """Return when the app can work with the policy.

        Raises:
            PolicyError: it cannot.
        """
        try:
            problems = check_file(self.path).problems
        except UnreadableError as error:
            raise PolicyError(f"The policy {self.path} cannot be read: {error}.") from error
        if problems:
            told = "\n".join(f"  {each.told(self.path.name)}" for each in problems)
            raise PolicyError(f"The policy {self.path} is not valid:\n{told}")

    def _state(self) -> tuple[int, int]:
        # An editor that replaces the file leaves none for a moment: that is a state as well.
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return (0, 0)
        return (found.st_mtime_ns, found.st_size)

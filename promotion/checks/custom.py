"""Check: whatever a function of the app's owners answers. Knows how it is asked, not what it looks for."""

from promotion.domain.policy import CustomCheck
from promotion.domain.results import CheckResult
from promotion.domain.snapshot import Snapshot


def run(spec: CustomCheck, snapshot: Snapshot) -> CheckResult:
    """Return the function's answer under the entry's own name.

    Raises:
        BrokenError: the function cannot be found, raised, died, or took too long.
        RetryableError: a file could not be read for it.
    """
    return snapshot.outside.run(spec.run, spec.settings, snapshot, spec.time_limit)

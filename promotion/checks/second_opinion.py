"""Check: what another scanner says of the asset's pickles. Knows how to ask it, not how it works."""

from typing import Final

from promotion.domain.policy import SecondOpinion, bytes_of
from promotion.domain.results import CheckResult
from promotion.domain.snapshot import Snapshot

#: Runs outside this process, like every code that is not ours.
FUNCTION: Final = "promotion.adapters.outside.picklescan:examine"


def run(spec: SecondOpinion, snapshot: Snapshot) -> CheckResult:
    """Return the other scanner's answer.

    Raises:
        BrokenError: it is not installed, died, or took too long.
        RetryableError: a file could not be read for it.
    """
    settings = {"block_on": spec.block_on, "largest_file": bytes_of(spec.largest_file)}
    return snapshot.outside.run(FUNCTION, settings, snapshot, spec.time_limit)

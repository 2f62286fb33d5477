"""Run a route's checks side by side. A check that cannot be carried out is errored, and the others go on."""

import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import msgspec

from promotion.checks import registry, required_evidence
from promotion.checks.answers import errored
from promotion.checks.plainly import plainly
from promotion.domain.errors import PromotionError, RetryableError
from promotion.domain.policy import CheckSpec, RequiredEvidence
from promotion.domain.results import CheckResult, Outcome
from promotion.domain.snapshot import Snapshot

_log = logging.getLogger(__name__)

#: Checks wait for storage or compute; more of them at once only take each other's memory.
_SIDE_BY_SIDE: Final = 4


class Examined(msgspec.Struct, frozen=True, kw_only=True):
    """Every check's answer in the policy's order, and what keeps some of them from a real one."""

    results: tuple[CheckResult, ...]
    #: Why checks could not be carried out for now; trying again may help.
    later: tuple[RetryableError, ...] = ()
    #: Entries that wait for evidence from outside.
    waiting: tuple[RequiredEvidence, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether there was at least one check and every one passed."""
        return registry.all_passed(self.results)

    @property
    def failed(self) -> bool:
        """Whether any check found that the asset does not satisfy it."""
        return any(result.outcome is Outcome.FAILED for result in self.results)

    @property
    def broken(self) -> tuple[CheckResult, ...]:
        """Return the checks that could not be carried out, other than for want of evidence."""
        waiting = {spec.label for spec in self.waiting}
        return tuple(
            result
            for result in self.results
            if result.outcome is Outcome.ERRORED and result.name not in waiting
        )


def examine(
    specs: tuple[CheckSpec, ...], snapshot: Snapshot, settled: CheckResult | None = None
) -> Examined:
    """Return what the checks answer, behind what was `settled` before; none keeps another from answering."""
    with ThreadPoolExecutor(_SIDE_BY_SIDE, thread_name_prefix="check") as pool:
        answers = list(pool.map(lambda spec: _attempt(spec, snapshot), specs))
    return Examined(
        results=(*filter(None, (settled,)), *(result for result, _ in answers)),
        later=tuple(error for _, error in answers if error is not None),
        waiting=tuple(
            spec
            for spec in specs
            if isinstance(spec, RequiredEvidence) and required_evidence.waits(spec, snapshot)
        ),
    )


def _attempt(spec: CheckSpec, snapshot: Snapshot) -> tuple[CheckResult, RetryableError | None]:
    try:
        return registry.run_one(spec, snapshot), None
    except RetryableError as error:
        return _errored(spec, str(error), error), error
    except PromotionError as error:
        return _errored(spec, str(error), error), None
    except Exception as error:  # noqa: BLE001 -- a check's own fault must not take the others with it
        _log.exception("check ended with an error", extra={"check": spec.label})
        return _errored(spec, f"{type(error).__name__}: {error}", error), None


def _errored(spec: CheckSpec, reason: str, error: Exception) -> CheckResult:
    summary = f"It could not be carried out. {reason}"
    return plainly(errored(spec, summary, error=type(error).__name__), spec.label)

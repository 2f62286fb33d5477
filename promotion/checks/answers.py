"""How checks answer: passed, failed or errored, under the label of their entry. Knows no single check."""

from typing import Any, Final

from promotion.domain.policy import Check
from promotion.domain.results import CheckResult, Outcome

#: Of long lists, evidence shows so many entries; a count tells how many there are.
SHOWN: Final = 25


def answer(spec: Check, *, ok: bool, summary: str, evidence: dict[str, Any]) -> CheckResult:
    """Return passed or failed."""
    outcome = Outcome.PASSED if ok else Outcome.FAILED
    return CheckResult(name=spec.label, outcome=outcome, summary=summary, evidence=evidence)


def errored(spec: Check, summary: str, **evidence: Any) -> CheckResult:  # noqa: ANN401 -- JSON values
    """Return that the asset could not be judged."""
    return CheckResult(
        name=spec.label,
        outcome=Outcome.ERRORED,
        summary=summary,
        evidence=evidence,
    )


def shown(text: str, length: int = 80) -> str:
    """Return text from outside, cut, with what is not plain ASCII made visible."""
    return ascii(text if len(text) <= length else f"{text[:length]}...")

"""A second scanner's word on the pickles: the package modelaudit-picklescan, when it is installed.

Runs in a process of its own (see `child`). Which files are pickles is told by content, as in our own scan's first
look; what the verdicts mean is the package's.
"""

import io
from typing import Any, Final

from promotion.domain.reading import FileReader
from promotion.domain.results import CheckResult, Outcome
from promotion.domain.snapshot import Snapshot

_SHOWN: Final = 25
#: Suffixes under which pickles travel, alone or inside a zip; others are told by their first bytes.
_SUFFIXES: Final = (".pkl", ".pickle", ".joblib", ".pt", ".pth", ".bin", ".ckpt", ".npy", ".npz")
#: Bytes of numbers that begin like a pickle are taken for one inside another. What it then did not look at
#: it calls critical (seen with 0.1.12 on ordinary scikit-learn models); what it found there says "finding".
_NESTED, _FOUND_THERE = "Nested pickle", "Nested pickle finding"
_FIRST: Final = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05", b"PK\x03\x04")


def examine(snapshot: Snapshot, settings: dict[str, Any]) -> CheckResult:
    """Return passed unless a file's verdict is at least as bad as `block_on`.

    Args:
        snapshot: the asset.
        settings: `block_on` (`suspicious` or `malicious`) and `largest_file` in bytes.
    """
    try:
        import modelaudit_picklescan as scanner  # noqa: PLC0415 -- optional: whoever wants it installs it
    except ModuleNotFoundError:
        return _errored("modelaudit-picklescan is not installed: add it to requirements.in.", {})
    too_large, verdicts = [], {}
    for path in snapshot.files.paths:
        reader = snapshot.files.open(path)
        if not _is_candidate(path, reader):
            continue
        if reader.size > settings["largest_file"]:
            too_large.append(path)
            continue
        content = reader.read(0, reader.size)
        # Without the call graph: that one judges by what happens to be installed here, and takes minutes.
        report = scanner.scan_stream(io.BytesIO(content), source=path, enrich_call_graph=False)
        verdicts[path] = _told(report)
    return _judged(verdicts, too_large, str(settings["block_on"]))


def _is_candidate(path: str, reader: FileReader) -> bool:
    return path.lower().endswith(_SUFFIXES) or reader.read(0, 4).startswith(_FIRST)


def _told(report: Any) -> dict[str, Any]:  # noqa: ANN401 -- the package's PickleReport
    definite = [
        each
        for each in report.findings
        if each.severity.value == "critical"
        and (each.message.startswith(_FOUND_THERE) or not each.message.startswith(_NESTED))
    ]
    told = definite or report.findings
    verdict = report.verdict.value
    return {
        "verdict": "suspicious" if verdict == "malicious" and not definite else verdict,
        "its_own_word": verdict,
        "status": report.status.value,
        "findings": list(dict.fromkeys(each.message for each in told))[:_SHOWN],
    }


def _judged(verdicts: dict[str, Any], too_large: list[str], block_on: str) -> CheckResult:
    evidence = {"verdicts": verdicts, "too_large": too_large, "block_on": block_on}
    if too_large:
        return _errored(f"Too large for it: {', '.join(too_large[:_SHOWN])}.", evidence)
    bad = {"malicious"} if block_on == "malicious" else {"malicious", "suspicious"}
    failing = [path for path, told in verdicts.items() if told["verdict"] in bad]
    # A scan that broke off says nothing, whatever its verdict.
    unsure = [path for path, told in verdicts.items() if told["status"] == "error"]
    if failing:
        summary = "; ".join(f"{path} is {verdicts[path]['verdict']}" for path in failing[:_SHOWN])
        return _result(Outcome.FAILED, f"modelaudit-picklescan: {summary}.", evidence)
    if unsure:
        return _errored(f"It could not judge {', '.join(unsure[:_SHOWN])}.", evidence)
    summary = f"modelaudit-picklescan finds nothing {block_on} in {len(verdicts)} files."
    return _result(Outcome.PASSED, summary, evidence)


def _errored(summary: str, evidence: dict[str, Any]) -> CheckResult:
    return _result(Outcome.ERRORED, summary, evidence)


def _result(outcome: Outcome, summary: str, evidence: dict[str, Any]) -> CheckResult:
    return CheckResult(
        name="second_opinion",
        outcome=outcome,
        summary=summary,
        evidence=evidence,
    )

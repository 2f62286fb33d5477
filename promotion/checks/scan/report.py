"""A scan's result as text for a person and as JSON for a program. Pure: prints nothing, opens nothing."""

import msgspec

from promotion.checks.scan.model import Finding, ScanResult, Severity

#: What `python -m promotion scan` exits with.
CLEAN = 0
BLOCKED = 1

#: Other characters than these could rewrite a terminal's line, or be read as something else.
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def exit_code(result: ScanResult) -> int:
    """Return 1 when anything blocks, else 0; 2 is the caller's, for a scan that could not run."""
    return BLOCKED if result.blocked else CLEAN


def as_json(result: ScanResult) -> bytes:
    """Return the whole result as one JSON object, indented, with a newline at its end.

    Shape: `{blocked, findings: [{rule, severity, path, offset, message, evidence}], inventory: [{path, kind, size}],
    statistics: {...}}`.
    """
    fields = {"blocked": result.blocked, **msgspec.structs.asdict(result)}
    return msgspec.json.format(msgspec.json.encode(fields)) + b"\n"


def as_text(result: ScanResult) -> str:
    """Return the result as lines: each finding with its place, then one line that sums up."""
    lines = [_line(finding) for finding in result.findings]
    return "\n".join([*lines, _summary(result)]) + "\n"


def _line(finding: Finding) -> str:
    word = "BLOCK" if finding.severity is Severity.BLOCK else "note "
    place = finding.path if finding.offset is None else f"{finding.path} @{finding.offset}"
    return _printable(f"{word} {place}: [{finding.rule}] {finding.message}")


def _summary(result: ScanResult) -> str:
    blocking = sum(finding.severity is Severity.BLOCK for finding in result.findings)
    notes = len(result.findings) - blocking
    counts = result.statistics
    verdict = f"blocked by {_counted(blocking, 'finding')}" if blocking else "clean"
    noted = f", {_counted(notes, 'note')}" if notes else ""
    # What is looked at twice, by its form and as text, counts twice.
    return (
        f"{verdict}{noted}: {_counted(counts.files, 'file')} of {_counted(counts.bytes_total, 'byte')}, "
        f"{_counted(counts.members, 'member')} inside; {_counted(counts.bytes_read, 'byte')} read"
    )


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _printable(text: str) -> str:
    """Names come from the files: none of them may steer the terminal."""
    return "".join(c if c.isprintable() else _REPLACEMENT for c in text)

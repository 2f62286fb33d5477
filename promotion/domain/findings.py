"""What looking after a deployment finds: one judgement each, with what to do about it. Knows no technology."""

from enum import StrEnum

import msgspec


class Level(StrEnum):
    """How grave a finding is."""

    OK = "ok"
    #: Works, but not as it should, or somebody has to act soon.
    WARN = "warn"
    #: Does not work.
    BAD = "bad"
    #: Cannot be told from here.
    UNKNOWN = "unknown"


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was looked at."""

    #: What was looked for: `policy`, `registry`, `queue` ...
    probe: str
    #: Which one of them; empty when there is only one.
    subject: str = ""
    level: Level
    #: What was found, one sentence.
    found: str
    #: What to do; empty when there is nothing to do.
    remedy: str = ""


def ok(probe: str, found: str, subject: str = "") -> Finding:
    """Return a finding that all is well."""
    return Finding(probe=probe, subject=subject, level=Level.OK, found=found)


def warn(probe: str, found: str, remedy: str, subject: str = "") -> Finding:
    """Return a finding that somebody should act on."""
    return Finding(probe=probe, subject=subject, level=Level.WARN, found=found, remedy=remedy)


def bad(probe: str, found: str, remedy: str, subject: str = "") -> Finding:
    """Return a finding that something does not work."""
    return Finding(probe=probe, subject=subject, level=Level.BAD, found=found, remedy=remedy)


def unknown(probe: str, found: str, remedy: str, subject: str = "") -> Finding:
    """Return a finding that something cannot be told."""
    return Finding(probe=probe, subject=subject, level=Level.UNKNOWN, found=found, remedy=remedy)

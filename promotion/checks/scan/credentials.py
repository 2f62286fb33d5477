"""Credentials that were left in files: keys, tokens and connection strings by their well-known shapes.

Knows texts only. Each shape has a literal part that is looked for first; the expressions are without nested
repetition, so that their time grows with the text alone. What is found is never shown.
"""

import re
from typing import Final

import msgspec

from promotion.checks.scan.sources import Source
from promotion.checks.scan.subject import Subject

_CHUNK: Final = 256 * 1024
#: Longest credential that a shape matches, for texts that are read in chunks.
_OVERLAP: Final = 1024
#: Reported for one file; one is enough to refuse it.
_MOST: Final = 10


class _Shape(msgspec.Struct, frozen=True):
    """What one kind of credential looks like."""

    what: str
    literals: tuple[bytes, ...]
    pattern: re.Pattern[bytes]


def _shape(what: str, literals: str, pattern: str) -> _Shape:
    return _Shape(
        what, tuple(part.encode() for part in literals.split("|")), re.compile(pattern.encode())
    )


_SHAPES: Final = (
    _shape("a private key", "PRIVATE KEY", r"-----BEGIN [A-Z ]{0,24}PRIVATE KEY(?: BLOCK)?-----"),
    _shape("an Azure storage account key", "AccountKey", r"AccountKey\s{0,3}=\s{0,3}[A-Za-z0-9+/]{20}"),
    _shape("an Azure shared access key", "SharedAccessKey", r"SharedAccessKey\s{0,3}=\s{0,3}[A-Za-z0-9+/]{20}"),
    _shape("an Azure shared access signature", "sig=", r"[?&;]sig=[A-Za-z0-9%+/]{40,120}"),
    _shape("an Entra ID client secret", "Q~", r"(?<![A-Za-z0-9_~.-])[A-Za-z0-9_~.-]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34}(?![A-Za-z0-9_~.-])"),
    _shape("an AWS access key", "AKIA|ASIA", r"(?<![A-Za-z0-9])A[KS]IA[A-Z0-9]{16}(?![A-Za-z0-9])"),
    _shape("an AWS secret key", "aws_secret_access_key|AWS_SECRET_ACCESS_KEY", r"(?i:aws_secret_access_key)[\"']?\s{0,3}[:=]\s{0,3}[\"']?[A-Za-z0-9/+]{40}"),
    _shape("a GitHub token", "ghp_|gho_|ghu_|ghs_|ghr_|github_pat_", r"(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{40})"),
    _shape("a GitLab token", "glpat-", r"glpat-[A-Za-z0-9_-]{20}"),
    _shape("a Hugging Face token", "hf_", r"(?<![A-Za-z0-9_])hf_[A-Za-z0-9]{34}"),
    _shape("a Slack token", "xox", r"xox[abeoprs]-[0-9A-Za-z-]{20}"),
    _shape("a Slack or Teams webhook", "hooks.slack.com|webhook.office.com|logic.azure.com", r"(?:hooks\.slack\.com/services/T[A-Z0-9]{6}|webhook\.office\.com/webhookb2/[0-9a-f-]{36}|logic\.azure\.com[^\s\"']{10,200}sig=)"),
    _shape("a Google API key", "AIza", r"AIza[0-9A-Za-z_-]{35}"),
    _shape("an OpenAI or Anthropic key", "sk-", r"(?<![A-Za-z0-9_-])sk-(?:proj-|svcacct-|ant-[a-z0-9]{3,8}-)?[A-Za-z0-9_-]{40}"),
    _shape("an OpenAI key", "T3BlbkFJ", r"sk-[A-Za-z0-9_-]{10,80}T3BlbkFJ[A-Za-z0-9_-]{10}"),
    _shape("a Databricks token", "dapi", r"(?<![A-Za-z0-9])dapi[0-9a-f]{32}"),
    _shape("an Azure DevOps token", "AZDO", r"[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}"),
    _shape("an npm token", "npm_", r"(?<![A-Za-z0-9_])npm_[A-Za-z0-9]{36}"),
    _shape("a PyPI token", "pypi-AgE", r"pypi-AgE[A-Za-z0-9_-]{50}"),
    _shape("a Stripe key", "k_live_", r"[rs]k_live_[0-9A-Za-z]{24}"),
    _shape("a SendGrid key", "SG.", r"SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"),
    _shape("a signed token (JWT)", "eyJ", r"eyJ[A-Za-z0-9_-]{10,500}\.eyJ[A-Za-z0-9_-]{10,2000}\.[A-Za-z0-9_-]{20}"),
    _shape("a password in an address", "://", r"[a-z][a-z0-9+.-]{1,20}://[^\s/:@\"'<>{}$]{1,100}:[^\s/:@\"'<>{}$]{3,200}@[A-Za-z0-9.-]{1,200}"),
    _shape("a database password", "assword=|wd=|ASSWORD=|WD=", r"(?i:(?:server|host|data source)=[^;\s]{1,200};[^\n]{0,200}(?:password|pwd)=[^;\s\"']{3})"),
)  # fmt: skip


def note_credentials(subject: Subject, text: bytes, offset: int) -> None:
    """Block for each credential in a text that lies at `offset`."""
    for what, start, length in _find(text):
        subject.block(
            "credential",
            f"It contains what looks like {what}.",
            offset + start,
            credential=what,
            length=length,
        )


def sweep(subject: Subject, source: Source) -> None:
    """Block for credentials anywhere in a content, which is read in chunks."""
    seen: set[int] = set()
    position = 0
    while chunk := source.read(position, _CHUNK):
        for what, at, length in _find(chunk):
            if position + at not in seen and len(seen) < _MOST:
                seen.add(position + at)
                subject.block(
                    "credential",
                    f"It contains what looks like {what}.",
                    position + at,
                    credential=what,
                    length=length,
                )
        if len(chunk) < _CHUNK:
            return
        position += _CHUNK - _OVERLAP


def _find(text: bytes) -> list[tuple[str, int, int]]:
    return [
        (shape.what, found.start(), len(found.group()))
        for shape in _SHAPES
        if any(literal in text for literal in shape.literals)
        for found in shape.pattern.finditer(text)
    ]

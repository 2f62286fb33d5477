"""Takes keys and tokens out of text. Must not know where the text goes."""

import re
from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import quote, quote_plus

import msgspec

from sandbox.config import Config

#: What stands where a secret was.
REDACTED: Final = "[redacted]"

_SHORTEST: Final = 16
#: Deeper values are written as text.
_DEPTH: Final = 6
_SECRET_NAMES: Final = re.compile(
    "(?:.*[_-])?(?:authorization|cookie|token|secret|password|signature|sas|connection_string)"
    "|x-functions-key|aeg-sas-key|x-identity-header",
    re.IGNORECASE,
)
_PATTERNS: Final = (
    # A query parameter that is a key or a signature.
    re.compile(r"(?P<keep>[?&;](?:code|sig|token|access_token)=)[^&\s\"'<>;]+", re.IGNORECASE),
    # The same outside of an address, when it is long enough not to be an exit code.
    re.compile(r"(?P<keep>\b(?:code|sig)=)[^&\s\"'<>;]{16,}", re.IGNORECASE),
    re.compile(r"(?P<keep>\b(?:AccountKey|SharedAccessKey|SharedAccessSignature)=)[^;\s\"']+"),
    re.compile(
        r"(?P<keep>\b(?:authorization|x-functions-key|aeg-sas-key|x-identity-header|cookie)"
        r"[\"']?\s*[:=]\s*[\"']?(?:(?:bearer|sharedkey|basic)\s+)?)[^\s\"',}]+",
        re.IGNORECASE,
    ),
    re.compile(r"(?P<keep>\bbearer\s+)[\w.~+/=-]{8,}", re.IGNORECASE),
    # A JSON web token, wherever it stands.
    re.compile(r"(?P<keep>)\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*"),
)


class Redactor:
    """Replaces known secrets, and what looks like one, by `[redacted]`."""

    def __init__(self, secrets: Iterable[str]) -> None:
        forms = {form for secret in secrets if len(secret) >= _SHORTEST for form in _forms(secret)}
        longest_first = sorted(forms, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest_first))) if forms else None

    def clean(self, text: str) -> str:
        """Return `text` without secrets."""
        if self._known is not None:
            text = self._known.sub(REDACTED, text)
        for pattern in _PATTERNS:
            text = pattern.sub(rf"\g<keep>{REDACTED}", text)
        return text

    def clean_value(self, value: object, depth: int = _DEPTH) -> object:
        """Return a JSON value without secrets: in every text, and under a secret's name."""
        match value:
            case None | bool() | int() | float():
                return value
            case dict() if depth:
                return {
                    str(name): self._clean_field(str(name), item, depth - 1)
                    for name, item in value.items()
                }
            case list() | tuple() if depth:
                return [self.clean_value(item, depth - 1) for item in value]
            case _:
                return self.clean(str(value))

    def _clean_field(self, name: str, value: object, depth: int) -> object:
        if value and _SECRET_NAMES.fullmatch(name):
            return REDACTED
        return self.clean_value(value, depth)


def secrets_of(config: Config, environment: Mapping[str, str]) -> list[str]:
    """Return every key of the sandbox, and the app settings that are named like a secret."""
    keys = [
        config.signing_key,
        config.event_grid_system_key,
        config.function_key,
        config.master_key,
        config.topic_key,
        config.teams_secret,
        *config.account_keys.values(),
    ]
    named = re.compile(r"KEY|SECRET|PASSWORD|TOKEN|CONNECTION_?STRING", re.IGNORECASE)
    return keys + [value for name, value in environment.items() if named.search(name)]


def _forms(secret: str) -> set[str]:
    in_json = msgspec.json.encode(secret).decode()[1:-1]
    return {secret, quote(secret), quote(secret, safe=""), quote_plus(secret), in_json}

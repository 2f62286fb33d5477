"""Check: the asset's name follows the policy's template, in characters that nobody can mistake."""

import string
import unicodedata
from typing import Any, Final

from promotion.checks.answers import answer
from promotion.domain.assets import AssetRef
from promotion.domain.policy import Naming
from promotion.domain.policy.template import Known, Part, TemplateError, example, match, parse
from promotion.domain.results import CheckResult
from promotion.domain.snapshot import Snapshot

_PLAIN: Final = frozenset(string.ascii_letters + string.digits + "._-")
#: Unicode's bidirectional classes that change the order in which a name is shown.
_TURNING: Final = frozenset({"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"})


def run(spec: Naming, snapshot: Snapshot) -> CheckResult:
    """Pass when the name is plain and follows the template with the version it is registered under."""
    asset = snapshot.asset.ref if spec.of == "source" else snapshot.target
    known = Known(
        environments=spec.environments,
        version=asset.version,
        registry=asset.home.name,
    )
    evidence: dict[str, Any] = {
        "name": asset.name,
        "template": spec.template,
        "environments": list(spec.environments),
        "odd_characters": odd_characters(asset.name),
        "parts": {},
    }
    try:
        parts = parse(spec.template)
    except TemplateError as error:
        return answer(spec, ok=False, summary=f"The policy's template: {error}.", evidence=evidence)
    return _judge(spec, asset, parts, known, evidence)


def _judge(
    spec: Naming,
    asset: AssetRef,
    parts: tuple[Part, ...],
    known: Known,
    evidence: dict[str, Any],
) -> CheckResult:
    found = match(parts, known, asset.name)
    evidence["parts"] = found or {}
    if odd := evidence["odd_characters"]:
        summary = f"The name holds {', '.join(odd)}. Use letters, digits, `.`, `_` and `-`."
    elif not asset.name[:1].isalnum():
        summary = f"The name begins with {asset.name[:1]!r}. Begin it with a letter or a digit."
    elif found is None:
        wanted = example(parts, known, "model")
        summary = f"The name does not follow {spec.template}. Expected one like {wanted}."
    else:
        return answer(
            spec,
            ok=True,
            summary=f"{asset.name} follows {spec.template}.",
            evidence=evidence,
        )
    return answer(spec, ok=False, summary=summary, evidence=evidence)


def odd_characters(name: str) -> list[str]:
    """Return each character that is not plain, by code point, name and what it is dangerous for."""
    return [_told(letter) for letter in dict.fromkeys(name) if letter not in _PLAIN]


def _told(letter: str) -> str:
    name = unicodedata.name(letter, "unnamed")
    text = f"U+{ord(letter):04X} {name}"
    if unicodedata.bidirectional(letter) in _TURNING:
        return f"{text} (turns the reading order)"
    if unicodedata.category(letter).startswith("C"):
        return f"{text} (invisible)"
    if unicodedata.category(letter).startswith(("L", "N")):
        return f"{text} (not a plain letter or digit, whatever it looks like)"
    return text

"""Check: the asset carries the tags and properties that the policy asks for, none of them empty."""

from promotion.checks.answers import answer
from promotion.domain.policy import RequiredTags
from promotion.domain.results import CheckResult
from promotion.domain.snapshot import Snapshot


def run(spec: RequiredTags, snapshot: Snapshot) -> CheckResult:
    """Pass when every named tag and property has a value; otherwise name all that are missing."""
    missing = [
        *(f"tag {name!r}" for name in _absent(spec.tags, snapshot.asset.tags)),
        *(f"property {name!r}" for name in _absent(spec.properties, snapshot.asset.properties)),
    ]
    summary = (
        f"Missing: {', '.join(missing)}. Set them and register a new version."
        if missing
        else "Every tag and property that the policy asks for is there."
    )
    evidence = {
        "tags": list(spec.tags),
        "properties": list(spec.properties),
        "missing": missing,
    }
    return answer(spec, ok=not missing, summary=summary, evidence=evidence)


def _absent(wanted: tuple[str, ...], values: dict[str, str]) -> list[str]:
    return [name for name in wanted if not values.get(name, "").strip()]

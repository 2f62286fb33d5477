"""Check: the asset carries the tags and properties that the policy asks for, none of them empty."""

from promotion.domain.policy import RequiredTags
from promotion.domain.results import CheckResult, Outcome, Snapshot


def run(spec: RequiredTags, snapshot: Snapshot) -> CheckResult:
    """Pass when every named tag and property has a value; otherwise name all that are missing."""
    missing = [
        *(f"tag {name!r}" for name in _absent(spec.tags, snapshot.asset.tags)),
        *(f"property {name!r}" for name in _absent(spec.properties, snapshot.asset.properties)),
    ]
    if missing:
        outcome = Outcome.FAILED
        summary = f"Missing: {', '.join(missing)}. Set them and register a new version."
    else:
        outcome = Outcome.PASSED
        summary = f"All {len(spec.tags) + len(spec.properties)} tags and properties are there."
    return CheckResult(
        name="required_tags",
        outcome=outcome,
        summary=summary,
        evidence={"tags": list(spec.tags), "properties": list(spec.properties), "missing": missing},
    )


def _absent(wanted: tuple[str, ...], values: dict[str, str]) -> list[str]:
    return [name for name in wanted if not values.get(name, "").strip()]

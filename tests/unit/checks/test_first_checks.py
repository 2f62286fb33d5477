"""The first checks, over snapshots: what passes, what fails, what evidence each gives."""

import msgspec
import pytest

from promotion.checks import metric_threshold, registry, required_tags, version_rule
from promotion.domain.policy import MetricThreshold, RequiredTags, VersionRule
from promotion.domain.results import Outcome, TargetVersion
from promotion.domain.snapshot import Snapshot
from tests.building import NOW, PROD, description, manifest, model


def snapshot(version: str = "1", *present: str, **tags: str) -> Snapshot:
    """Return a snapshot of a model of that version, with these versions at the target."""
    asset = model(version=version)
    return Snapshot(
        asset=description(asset, **tags),
        manifest=manifest(),
        target=asset.moved(PROD),
        target_versions=tuple(TargetVersion(version=each) for each in present),
        now=NOW,
    )


def test_all_missing_tags_and_properties_are_named_at_once() -> None:
    spec = RequiredTags(tags=("owner", "team", "use"), properties=("job",))

    result = required_tags.run(spec, snapshot(use="  "))

    assert result.outcome is Outcome.FAILED
    assert result.evidence["missing"] == ["tag 'team'", "tag 'use'", "property 'job'"]
    assert "team" in result.summary


def test_tags_that_are_there_pass() -> None:
    assert required_tags.run(RequiredTags(tags=("owner",)), snapshot()).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("written", "outcome"),
    [
        ("0.8", Outcome.PASSED),
        ("0.80000001", Outcome.PASSED),
        ("0.79999", Outcome.FAILED),
        ("1e0", Outcome.FAILED),
        ("0.95", Outcome.PASSED),
        ("0.96", Outcome.FAILED),
        ("nan", Outcome.FAILED),
        ("NaN", Outcome.FAILED),
        ("inf", Outcome.FAILED),
        ("-inf", Outcome.FAILED),
        ("", Outcome.FAILED),
        ("high", Outcome.FAILED),
        ("0,9", Outcome.FAILED),
    ],
)
def test_a_metric_passes_within_its_bounds_only(written: str, outcome: Outcome) -> None:
    spec = MetricThreshold(metric="r2", at_least=0.8, at_most=0.95)

    result = metric_threshold.run(spec, snapshot(r2=written))

    assert result.outcome is outcome
    msgspec.json.encode(result)


def test_a_metric_that_is_not_there_fails_and_says_where_it_was_looked_for() -> None:
    spec = MetricThreshold(metric="auc", at_least=0.5, read_from="properties")

    result = metric_threshold.run(spec, snapshot())

    assert result.outcome is Outcome.FAILED
    assert "properties" in result.summary


@pytest.mark.parametrize(
    ("scheme", "version", "present", "outcome"),
    [
        ("integer", "3", ("1", "2"), Outcome.PASSED),
        ("integer", "3", ("3",), Outcome.PASSED),
        ("integer", "3", ("10", "2"), Outcome.FAILED),
        ("integer", "3", ("latest-and-greatest",), Outcome.PASSED),
        ("integer", "03", (), Outcome.FAILED),
        ("integer", "0", (), Outcome.FAILED),
        ("integer", "1\n", (), Outcome.FAILED),
        ("integer", "\N{ARABIC-INDIC DIGIT ONE}", (), Outcome.FAILED),
        ("integer", "1.0.0", (), Outcome.FAILED),
        ("semver", "1.10.0", ("1.9.3",), Outcome.PASSED),
        ("semver", "1.9.3", ("1.10.0",), Outcome.FAILED),
        ("semver", "1.2", (), Outcome.FAILED),
        ("semver", "v1.2.3", (), Outcome.FAILED),
        ("semver", "1.2.3-rc.1", (), Outcome.FAILED),
        ("semver", "01.2.3", (), Outcome.FAILED),
    ],
)
def test_a_version_follows_its_scheme_and_is_not_below_the_target(
    scheme: str,
    version: str,
    present: tuple[str, ...],
    outcome: Outcome,
) -> None:
    spec = msgspec.convert({"check": "version_rule", "scheme": scheme}, VersionRule)

    assert version_rule.run(spec, snapshot(version, *present)).outcome is outcome


def test_a_lower_version_passes_where_the_policy_lets_it() -> None:
    spec = VersionRule(not_below_target=False)

    assert version_rule.run(spec, snapshot("3", "10")).outcome is Outcome.PASSED


def test_a_version_that_is_not_known_yet_fails() -> None:
    result = version_rule.run(VersionRule(), snapshot("", "10"))

    assert result.outcome is Outcome.FAILED
    assert "not known" in result.summary
    assert result.evidence["highest_in_target"] == "10"


def test_every_check_of_the_policy_answers_not_only_the_first_that_fails() -> None:
    specs = (
        RequiredTags(tags=("nothing",)),
        MetricThreshold(metric="r2", at_least=2),
        VersionRule(),
    )

    results = registry.run_all(specs, snapshot())

    assert [each.outcome for each in results] == [Outcome.FAILED, Outcome.FAILED, Outcome.PASSED]
    assert not registry.all_passed(results)


def test_no_check_at_all_proves_nothing() -> None:
    assert not registry.all_passed(())

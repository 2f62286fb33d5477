"""Names: the template, the characters, and that neither can make matching slow or wrong."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promotion.checks import naming
from promotion.domain.policy import Naming
from promotion.domain.policy.template import Known, TemplateError, example, match, parse
from promotion.domain.results import Outcome
from tests.building import model
from tests.looking import snapshot

TEMPLATE = "{environment}-{model}-v{version}"
ENVIRONMENTS = ("dev", "prod")
KNOWN = Known(environments=ENVIRONMENTS, version="3", registry="dev-mlops-registry")


def judged(name: str, version: str = "3", template: str = TEMPLATE) -> tuple[Outcome, str]:
    spec = Naming(template=template, environments=ENVIRONMENTS)
    result = naming.run(spec, snapshot(ref=model(name, version)))
    return result.outcome, result.summary


@pytest.mark.parametrize("name", ["dev-taxi-fare-v3", "prod-x-v3", "dev-a.b_c-v3", "dev-v3-v3"])
def test_names_that_follow_the_template_pass(name: str) -> None:
    assert judged(name)[0] is Outcome.PASSED


@pytest.mark.parametrize(
    "name",
    [
        "taxi-fare",
        "dev-taxi-fare-v4",
        "test-taxi-fare-v3",
        "dev--v3x",
        "dev-v3",
        "DEV-taxi-fare-v3",
        "dev-taxi-fare-v3\n",
        "dev-taxi fare-v3",
        "dev-täxi-v3",
    ],
)
def test_names_that_do_not_follow_it_fail(name: str) -> None:
    assert judged(name)[0] is Outcome.FAILED


def test_a_failed_name_is_told_what_it_should_look_like() -> None:
    assert "dev-model-v3" in judged("taxi-fare")[1]


@pytest.mark.parametrize(
    ("letter", "told"),
    [
        ("\u202e", "U+202E RIGHT-TO-LEFT OVERRIDE (turns the reading order)"),
        ("\u0430", "CYRILLIC SMALL LETTER A (not a plain letter or digit"),
        ("\u200b", "ZERO WIDTH SPACE (invisible)"),
        ("\u0663", "ARABIC-INDIC DIGIT THREE (not a plain letter or digit"),
        ("$", "U+0024 DOLLAR SIGN"),
    ],
)
def test_characters_that_deceive_are_named(letter: str, told: str) -> None:
    outcome, summary = judged(f"dev-t{letter}xi-v3")

    assert outcome is Outcome.FAILED
    assert told in summary


def test_a_name_must_begin_with_a_letter_or_a_digit() -> None:
    assert "begins with '-'" in judged("-x", template="{model}")[1]


def test_the_name_in_the_target_can_be_meant() -> None:
    spec = Naming(template="prod-mlops-registry.{model}", of="target")
    looked = snapshot(ref=model("prod-mlops-registry.fares"))

    assert naming.run(spec, looked).evidence["parts"] == {"model": "fares"}


def test_the_registry_can_stand_in_a_name() -> None:
    name = "dev-mlops-registry.fares"

    assert judged(name, template="{registry}.{model}")[0] is Outcome.PASSED


def test_a_template_that_cannot_be_understood_fails_and_says_why() -> None:
    outcome, summary = judged("x", template="{modle}")

    assert outcome is Outcome.FAILED
    assert "did you mean {model}?" in summary


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("plain", "no variable"),
        ("{model}-{model}", "twice"),
        ("{model", "stands alone"),
        ("model}", "stands alone"),
        ("{}", "no variable"),
        ("{mod.el}", "did you mean"),
        ("{model!r}", "did you mean"),
        ("{xyz}", "use {environment}"),
        ("{model}.*", "cannot have"),
        ("{{model}}", "stands alone"),
    ],
)
def test_templates_that_mean_nothing_are_refused(template: str, why: str) -> None:
    with pytest.raises(TemplateError, match=why.replace("{", "\\{")):
        parse(template)


def test_a_long_name_takes_no_time() -> None:
    parts = parse(TEMPLATE)
    started = time.perf_counter()

    assert match(parts, KNOWN, "dev-" + "-v3" * 50_000 + "x") is None

    assert time.perf_counter() - started < 1


@given(st.text(alphabet="ab.-_3v", min_size=1, max_size=20), st.sampled_from(ENVIRONMENTS))
def test_whatever_is_filled_in_is_found_again(word: str, environment: str) -> None:
    parts = parse(TEMPLATE)
    name = f"{environment}-{word}-v3"

    found = match(parts, KNOWN, name)

    assert found == {"environment": environment, "model": word, "version": "3"}


def test_an_example_follows_its_template() -> None:
    parts = parse("{registry}-{environment}-{model}-{version}")

    assert match(parts, KNOWN, example(parts, KNOWN, "fares")) is not None


def test_a_template_without_an_environment_is_followed_in_all_of_its_parts() -> None:
    parts = parse("{model}-v{version}")

    found = [match(parts, KNOWN, name) for name in ("fares-v3", "fares-v4", "fares")]

    assert found == [{"model": "fares", "version": "3"}, None, None]

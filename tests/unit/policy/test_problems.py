"""A policy file's mistakes: all of them at once, each with its line and what to write instead."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from promotion.adapters.policy_file import Problem, check_policy
from promotion.documents.values import read_yaml
from promotion.domain.policy import Policy

HERE = Path(__file__).parent
GOOD = """\
version: 1
routes:
  dev-to-prod:
    source: {registry: dev}
    target: {registry: prod}
    checks:
      - {check: version_rule}
    stages:
      - {name: business, roles: [Promotion.Approver]}
"""


def problems(text: str | bytes) -> tuple[Problem, ...]:
    content = text.encode() if isinstance(text, str) else text
    checked = check_policy(content)
    assert (checked.policy is None) == bool(checked.problems)
    return checked.problems


def only(text: str) -> Problem:
    (found,) = problems(text)
    return found


def test_ten_different_mistakes_give_ten_messages_each_with_its_line() -> None:
    text = (HERE / "ten_mistakes.yaml").read_text()
    marked = {
        int(line.partition("# ")[2]): number
        for number, line in enumerate(text.splitlines(), 1)
        if line.partition("# ")[2].isdigit()
    }

    found = problems(text)

    assert [problem.line for problem in found] == [marked[number] for number in range(1, 11)]
    assert len({problem.problem for problem in found}) == 10
    assert all(problem.path and problem.told("policy.yaml") for problem in found)


def test_a_sound_policy_has_none() -> None:
    assert problems(GOOD) == ()


@pytest.mark.parametrize(
    ("old", "new", "line", "path", "told", "remedy"),
    [
        ("version: 1", "version: 2", 1, "version", "'2' is none", "Known are: 1."),
        ("version: 1\n", "", 1, "version", "'version' is missing", ""),
        ("version_rule", "version-rule", 7, "checks[0].check", "no check", "'version_rule'?"),
        ("{check: version_rule}", "{scheme: integer}", 7, "checks[0]", "which check", "Add"),
        ("{check: version_rule}", "text", 7, "checks[0]", "an entry is a mapping", "{check"),
        ("version_rule", "naming", 7, "checks[0].template", "'template' is missing", ""),
        ("[Promotion.Approver]", "Promotion.Approver", 9, "stages[0].roles", "a list", "Write ["),
        ("[Promotion.Approver]", "[5]", 9, "roles[0]", "text is wanted", "'5'"),
        ("[Promotion.Approver]", "[~]", 9, "roles[0]", "this is nothing", "quotes"),
        ("name: business", "name: ''", 9, "name", "at least 1", ""),
        ("{registry: prod}", "prod", 5, "target", "a mapping of fields", "registry, version"),
        ("{registry: prod}", "[prod]", 5, "target", "a mapping of fields", ""),
        ("registry: prod", "registry: {a: 1}", 5, "registry", "not a mapping", ""),
        ("registry: prod", "registry: [a]", 5, "registry", "not a list", ""),
        (
            "{check: version_rule}",
            "{check: version_rule, not_below_target: yes}",
            7,
            "",
            "",
            "true",
        ),
        (
            "{check: version_rule}",
            "{check: version_rule, not_below_target: 2}",
            7,
            "",
            "",
            "true or",
        ),
        ("{check: version_rule}", "{check: size_limits, files: x}", 7, "files", "a number", ""),
        (
            "{check: version_rule}",
            "{check: size_limits, total: 9 GB}",
            7,
            "total",
            "no size",
            "GiB",
        ),
        ("roles:", "quorum: 0, roles:", 9, "quorum", "'0' must be at least 1", ""),
        ("roles:", "roles: [x], roles:", 9, "roles", "twice, first in line 9", "Keep one."),
        ("    stages:", "    patience: 3 days\n    stages:", 8, "patience", "duration", "P3D"),
        ("    stages:", "    patience: 2h\n    stages:", 8, "patience", "duration", "PT2H"),
        ("    stages:", "    patience: soon\n    stages:", 8, "patience", "duration", "ISO 8601"),
        ("    stages:", "    kinds: [model]\n    stages:", 8, "kinds[0]", "'model'", "'models'?"),
        ("    stages:", "    notifications: x\n    stages:", 8, "notifications", "mapping", "Its"),
        ("{check: version_rule}", "{check: version_rule, ? [a] : 1}", 7, "", "a key is", "plain"),
        ("version_rule", "!!python/name:os.system x", 7, "check", "no check 'x'", ""),
    ],
)
def test_a_mistake_of_form_is_told_with_place_and_remedy(
    old: str, new: str, line: int, path: str, told: str, remedy: str
) -> None:
    assert old in GOOD

    found = only(GOOD.replace(old, new, 1))

    assert found.line == line
    assert path in found.path
    assert told in found.problem
    assert remedy in found.remedy


@pytest.mark.parametrize(
    "text", ["", "# nothing", "just text", "- a\n- list", "5", "a: [1", "\x00"]
)
def test_what_is_no_policy_at_all_is_told(text: str) -> None:
    assert problems(text)


def test_a_broken_entry_does_not_shift_the_lines_of_the_others() -> None:
    text = GOOD.replace(
        "      - {check: version_rule}",
        "      - {check: nope}\n      - {check: metric_threshold, metric: r2}",
    )

    first, second = problems(text)

    assert (first.line, second.line) == (7, 8)
    assert second.path == "routes.dev-to-prod.checks[1]"


def test_a_missing_field_does_not_hide_other_mistakes() -> None:
    text = GOOD.replace("    source: {registry: dev}\n", "    expires_after: P0D\n")

    told = " ".join(problem.problem for problem in problems(text))

    assert "'source' is missing" in told
    assert "no duration above zero" in told


def test_a_problem_is_told_in_the_form_that_tools_recognise() -> None:
    problem = only(GOOD.replace("version: 1", "version: 2", 1))

    assert (
        problem.told("p.yaml") == "p.yaml:1:10: version: '2' is none of its values. Known are: 1."
    )


def test_what_is_built_is_what_msgspec_would_build() -> None:
    checked = check_policy(GOOD.encode())

    assert checked.policy == msgspec.convert(read_yaml(GOOD.encode()), Policy)


WORDS = st.sampled_from([*GOOD.split(), "[]", "{}", "-1", ".nan", "null", "&a", "*a", "P1D", "''"])


@given(st.lists(st.tuples(st.integers(0, 60), WORDS), max_size=4))
def test_no_change_of_words_breaks_the_check(changes: list[tuple[int, str]]) -> None:
    words = GOOD.split(" ")
    for place, word in changes:
        words[place % len(words)] = word

    for problem in problems(" ".join(words)):
        assert problem.told("policy.yaml")


@given(st.binary(max_size=100))
def test_no_bytes_break_the_check(content: bytes) -> None:
    assert problems(content)


@pytest.mark.parametrize(
    ("entry", "path", "told"),
    [
        ("check: size_limits, files: 1.5", "files", "does not fit: expected `int`"),
        ("check: custom, name: x, run: 'a:b', settings: {x: !y 1}", "settings.x", "tag !y"),
        ("check: custom, name: x, run: 'a:b', settings: [1]", "settings", "a mapping of names"),
        ("check: metric_threshold, metric: r2, at_least: [1]", "at_least", "not a list"),
    ],
)
def test_odd_values_are_told_too(entry: str, path: str, told: str) -> None:
    found = only(GOOD.replace("{check: version_rule}", f"{{{entry}}}"))

    assert found.path.endswith(path)
    assert told in found.problem

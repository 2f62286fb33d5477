"""What a well-typed policy can still get wrong: each rule with a policy that breaks it."""

import pytest

from promotion.adapters.policy_file import check_policy

BASE = """\
version: 1
registries:
  dev: {}
  prod: {}
routes:
  dev-to-prod:
    source: {registry: dev}
    target: {registry: prod}
    checks: [{check: version_rule}]
    stages: [{name: business, roles: [Promotion.Approver]}]
"""
CHECK = "{check: version_rule}"

#: A person as a stage names one.
PERSON = "11111111-2222-3333-4444-555555555555/11111111-2222-3333-4444-666666666666"


def told(text: str) -> list[tuple[str, str]]:
    return [(each.path, each.problem) for each in check_policy(text.encode()).problems]


def test_the_base_is_sound() -> None:
    assert told(BASE) == []


@pytest.mark.parametrize(
    ("entry", "path", "problem"),
    [
        ("check: required_tags", "", "neither a tag nor a property"),
        ("check: required_tags, tags: ['']", ".tags[0]", "'' is no tag"),
        ("check: required_tags, properties: [' a']", ".properties[0]", "' a' is no property"),
        ("check: naming, template: '{modle}'", ".template", "did you mean {model}?"),
        ("check: naming, template: '{environment}-{model}'", "", "no environment is listed"),
        ("check: naming, template: '{model}', environments: [a]", ".environments", "not use"),
        ("check: naming, template: '{environment}', environments: ['a b']", "[0]", "cannot stand"),
        ("check: model_type, allowed: []", ".allowed", "no type is allowed"),
        ("check: maximum_age, at_most: PT0S", ".at_most", "no duration above zero"),
        ("check: maximum_age, at_most: -P1D", ".at_most", "no duration above zero"),
        ("check: size_limits", "", "limits nothing"),
        ("check: metric_threshold, metric: r2", "", "has no bound"),
        ("check: metric_threshold, metric: r2, at_least: .nan", ".at_least", "no finite"),
        ("check: metric_threshold, metric: r2, at_most: .inf", ".at_most", "no finite"),
        ("check: metric_threshold, metric: r2, at_least: 2, at_most: 1", "", "no value is"),
        ("check: metric_threshold, metric: ' ', at_least: 2", ".metric", "no name"),
        ("check: metric_threshold, metric: a, at_least: 2, read_from: file", "", "names none"),
        ("check: metric_threshold, metric: a, at_least: 2, file: x", ".file", "a file is named"),
        (
            "check: champion_challenger, metric: a, better: lower, min_absolute_change: .inf",
            ".min_absolute_change",
            "no finite",
        ),
        (
            "check: champion_challenger, metric: a, better: lower, read_from: file",
            "",
            "names none",
        ),
        ("check: mlflow_signature, require: []", ".require", "requires nothing"),
        ("check: licence, allowed: []", ".allowed", "no licence is allowed"),
        ("check: licence, allowed: [MIT], read_from: []", ".read_from", "looks nowhere"),
        ("check: malware_scan, allowed_globals: [os.system]", "_globals[0]", "names no global"),
        ("check: second_opinion, time_limit: PT0S", ".time_limit", "above zero"),
        ("check: second_opinion, time_limit: PT11M", ".time_limit", "is more than PT600S"),
        ("check: second_opinion, largest_file: 0", ".largest_file", "no file is that small"),
        ("check: required_evidence, name: a b", ".name", "no plain name"),
        ("check: required_evidence, name: a, max_age: P0D", ".max_age", "above zero"),
        ("check: required_evidence, name: a, wait: P0D", ".wait", "above zero"),
        ("check: custom, name: a, run: os.system", ".run", "names no function"),
        ("check: custom, name: a, run: 'a:b', time_limit: PT1H", ".time_limit", "more than"),
        ("check: custom, name: a, run: 'a:b', settings: {x: [.nan]}", ".settings", "exact form"),
        ("check: custom, name: a, run: 'a:b', settings: {x: 9007199254740993}", "", "exact form"),
    ],
)
def test_an_entry_that_cannot_work_is_told(entry: str, path: str, problem: str) -> None:
    ((where, what),) = told(BASE.replace(CHECK, f"{{{entry}}}"))

    assert where == f"routes.dev-to-prod.checks[0]{path}" or where.endswith(path)
    assert problem in what


@pytest.mark.parametrize(
    ("old", "new", "path", "problem"),
    [
        (CHECK, f"{CHECK}, {CHECK}", "checks", "'version_rule' stands here 2 times"),
        ("source: {registry: dev}", "source: {}", "source", "exactly one of them"),
        ("{registry: dev}", "{registry: dev, workspace: w}", "source", "exactly one of them"),
        ("target: {registry: prod}", "target: {registry: dev}", "target.registry", "both 'dev'"),
        ("target: {registry: prod}", "target: {registry: ''}", "target.registry", "no name"),
        ("target: {registry: prod}", "target: {registry: prd}", "target.registry", "not among"),
        ("{registry: dev}", "{registry: DEVV}", "source.registry", "not among"),
        ("[Promotion.Approver]", "[]", "stages[0].roles", "names no role"),
        ("[Promotion.Approver]", "[a, A]", "stages[0].roles", "'a' stands here 2 times"),
        ("[Promotion.Approver]", "[' a']", "stages[0].roles[0]", "is no role"),
        ("name: business", "name: ' b'", "stages[0].name", "spaces around it"),
        ("roles:", "quorum: 51, roles:", "stages[0].quorum", "cannot be reached"),
        ("roles:", "rejections: 51, roles:", "stages[0].rejections", "cannot be reached"),
        ("roles:", "alongside: true, roles:", "stages[0].alongside", "is the first"),
        ("roles: [Promotion.Approver]", "people: [a@b.org]", "people[0]", "names no person"),
        (
            "roles: [Promotion.Approver]",
            f"quorum: 2, people: [{PERSON}]",
            "stages[0].quorum",
            "a quorum of 2 cannot be reached",
        ),
        ("roles:", f"people: [{PERSON}, {PERSON}], roles:", "stages[0].people", "stands here 2"),
        ("[{name", "[{name: business, roles: [x]}, {name", "stages", "'business' stands here"),
        ("[{name: business, roles: [Promotion.Approver]}]", "[]", "stages", "no stages"),
        (f"[{CHECK}]", "[]", "checks", "no checks"),
        ("dev-to-prod:", "dev to prod:", "dev to prod", "no name for a route"),
    ],
)
def test_a_route_that_cannot_work_is_told(old: str, new: str, path: str, problem: str) -> None:
    assert old in BASE

    found = told(BASE.replace(old, new, 1))

    assert [path in where and problem in what for where, what in found] == [True]


@pytest.mark.parametrize(
    ("line", "path", "problem"),
    [
        ("kinds: []", "kinds", "no kind"),
        ("kinds: [models, models]", "kinds", "stands here 2 times"),
        ("announced_by: [w, W]", "announced_by", "stands here 2 times"),
        ("announced_by: ['']", "announced_by[0]", "is no workspace"),
        ("patience: -PT1S", "patience", "below zero"),
        ("expires_after: P0D", "expires_after", "above zero"),
        ("remind_every: -P1D", "remind_every", "above zero"),
        ("escalate_after: P1D", "escalate_after", "to nobody"),
        ("escalate_to: [x]", "escalate_to", "never escalates"),
        ("escalate_after: P7D\n    escalate_to: [x]", "escalate_after", "before it escalates"),
        ("escalate_after: P1D\n    escalate_to: [x, x]", "escalate_to", "stands here 2 times"),
        ("notifications: {everyone: [a]}", "everyone[0]", "no plain mail address"),
        ("notifications: {everyone: ['a@b.c\\n']}", "everyone[0]", "no plain mail address"),
        ("notifications: {stages: {busines: [a@b.org]}}", "stages.busines", "no stage here"),
        ("notifications: {roles: {X: [a@b.org]}}", "roles.X", "no stage here"),
        ("notifications: {roles: {Promotion.Approver: [x]}}", "Approver[0]", "no plain mail"),
    ],
)
def test_a_setting_of_a_route_that_cannot_work_is_told(line: str, path: str, problem: str) -> None:
    found = told(f"{BASE}    {line}\n".replace("\\\\n", "\\n"))

    assert [path in where and problem in what for where, what in found] == [True]


@pytest.mark.parametrize(
    ("settings", "path", "problem"),
    [
        ("{retention: {}}", "retention", "keeps everything"),
        ("{retention: {archive_after: -P1D}}", "retention.archive_after", "below zero"),
        ("{checks: [{check: size_limits}]}", "checks[0]", "limits nothing"),
        ("{stages: [{name: a, roles: []}]}", "stages[0].roles", "names no role"),
        ("{notifications: {stages: {x: []}}}", "notifications.stages.x", "business"),
    ],
)
def test_settings_of_a_registry_that_cannot_work_are_told(
    settings: str, path: str, problem: str
) -> None:
    text = BASE.replace("  prod: {}", f"  prod: {settings}")

    (found,) = check_policy(text.encode()).problems

    assert found.path == f"registries.prod.{path}"
    assert problem in found.problem + found.remedy


def test_one_registry_under_two_spellings_is_told() -> None:
    assert "the same registry" in str(told(BASE.replace("  prod: {}", "  prod: {}\n  PROD: {}")))


def test_a_workspace_is_not_announced_by_another() -> None:
    text = BASE.replace("{registry: dev}", "{workspace: w}") + "    announced_by: [x]\n"

    assert told(text) == [
        (
            "routes.dev-to-prod.announced_by",
            "a workspace announces its own models; this is for registries",
        )
    ]


ROUTE = BASE.partition("routes:\n")[2]


def another(name: str, source: str, target: str) -> str:
    return (
        ROUTE.replace("dev-to-prod", name)
        .replace("target: {registry: prod", f"target: {{registry: {target}")
        .replace("source: {registry: dev", f"source: {{registry: {source}")
    )


def test_routes_that_lead_in_a_circle_are_told() -> None:
    text = BASE.replace("  prod: {}", "  prod: {}\n  test: {}")
    text += another("prod-to-test", "PROD", "test") + another("test-to-dev", "test", "Dev")

    ((path, problem),) = told(text)

    assert path == "routes.test-to-dev"
    assert "in a circle" in problem


def test_a_circle_of_different_kinds_is_none() -> None:
    assert told(BASE + another("back", "prod", "dev") + "    kinds: [data]\n") == []


def test_two_routes_that_do_the_same_are_told() -> None:
    assert "same way as the route 'dev-to-prod'" in str(
        told(BASE + another("again", "DEV", "prod"))
    )


def test_an_empty_policy_has_no_route() -> None:
    assert told("version: 1\nroutes: {}\n") == [("routes", "there is no route")]


def test_a_registry_without_a_name_is_told() -> None:
    assert ("registries.", "a registry has no name") in told(
        BASE.replace("  prod: {}", "  prod: {}\n  '': {}")
    )

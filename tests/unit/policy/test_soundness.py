"""What several parts of a policy can get wrong together, besides `mistakes.txt`."""

from tests.unit.policy.mistakes import BASE, told

ROUTE = BASE.partition("routes:\n")[2]


def among(registry: str) -> str:
    """Return the sound policy with one registry more."""
    return BASE.replace("  prod: {}", f"  prod: {{}}\n  {registry}: {{}}")


def another(name: str, source: str, target: str) -> str:
    """Return a route like that of the sound policy."""
    return (
        ROUTE.replace("dev-to-prod", name)
        .replace("target: {registry: prod", f"target: {{registry: {target}")
        .replace("source: {registry: dev", f"source: {{registry: {source}")
    )


def test_one_registry_under_two_spellings_is_told() -> None:
    assert told(among("PROD")) == ["5: registries.PROD: it is the same registry as 'prod'."]


def test_a_registry_without_a_name_is_told() -> None:
    assert told(among("''")) == ["5: registries.: a registry has no name."]


def test_an_empty_policy_has_no_route() -> None:
    assert told("version: 1\nroutes: {}\n") == [
        "2: routes: there is no route. Add one: nothing travels without."
    ]


def test_routes_that_lead_in_a_circle_are_told_at_the_last_of_them() -> None:
    text = among("test") + another("prod-to-test", "PROD", "test")

    (only,) = told(text + another("test-to-dev", "test", "Dev"))

    assert only == (
        "18: routes.test-to-dev: routes lead in a circle: prod -> test -> dev -> prod. "
        "An asset would travel for ever: remove one of them."
    )


def test_a_circle_that_several_kinds_go_is_told_once() -> None:
    there = ROUTE.replace("source:", "kinds: [models, data]\n    source:")
    text = BASE.replace(ROUTE, there)

    (only,) = told(text + another("back", "prod", "dev") + "    kinds: [data, models]\n")

    assert only.startswith("13: routes.back: routes lead in a circle: ")


def test_what_leads_off_a_circle_is_not_part_of_it() -> None:
    text = among("test") + another("back", "prod", "dev") + another("on", "prod", "test")

    (only,) = told(text)

    assert only.startswith("13: routes.back: routes lead in a circle: prod -> dev -> prod.")

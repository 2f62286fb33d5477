"""Settings of triggers and outputs that cannot work are refused at the start, by name."""

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.config import Config
from sandbox.functions_host.app_settings import connection_string, resolve
from sandbox.functions_host.errors import HostError
from sandbox.functions_host.functions import Binding, Function
from sandbox.functions_host.http_trigger import routes
from sandbox.functions_host.outputs import Outputs
from sandbox.functions_host.schedule import Schedule


def _function(name: str, kind: str, *outputs: Binding, **settings: Any) -> Function:  # noqa: ANN401 - JSON values
    trigger = Binding(name="x", kind=kind, settings=settings)
    return Function(id=name, name=name, trigger=trigger, outputs=outputs)


def _refused(act: Callable[[], object]) -> str:
    with pytest.raises(HostError) as refused:
        act()
    return str(refused.value)


def _http(name: str, route: str, *methods: str) -> Function:
    return _function(name, "httpTrigger", route=route, methods=list(methods))


def test_two_functions_on_one_route_and_method_are_refused() -> None:
    twins = [_http("one", "a/{x}", "GET"), _http("two", "A/{y}")]

    assert "one and two have the same route api/A/{y}" in _refused(lambda: routes(twins, "api"))


def test_two_functions_on_one_route_with_other_methods_are_fine() -> None:
    both = [_http("one", "a/{x}", "GET", "HEAD"), _http("two", "a/{x}", "POST")]

    assert len(routes(both, "")) == 2


def test_an_empty_route_is_the_functions_name() -> None:
    (route,) = routes([_http("one", "")], "api")

    assert route.template.text == "api/one"


@pytest.mark.parametrize("route", ["admin/x", "runtime/x", ".auth/me", "Admin"])
def test_the_platforms_own_routes_are_refused(route: str) -> None:
    assert "belongs to the platform" in _refused(lambda: routes([_http("one", route)], ""))


def test_a_bad_route_is_refused_with_the_functions_name() -> None:
    text = _refused(lambda: routes([_http("one", "{id:odd}")], ""))

    assert text.startswith("one: route '{id:odd}'")


def test_a_bad_schedule_says_how_many_fields_there_must_be() -> None:
    with pytest.raises(ValueError, match="has 5 fields, and must have six"):
        Schedule.parse("* * * * *")


def test_a_connection_is_found_as_the_platform_finds_it() -> None:
    environment = {"AzureWebJobsStorage": "host", "AzureWebJobsStore": "first", "Store": "second"}

    assert connection_string("", environment) == "host"
    assert connection_string("Store", environment) == "first"
    assert connection_string("AzureWebJobsStorage", environment) == "host"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("Elsewhere", "the app setting Elsewhere is missing"),
        ("Empty", "the app setting Empty is missing"),
        ("Identity", "the connection Identity is one by identity"),
    ],
)
def test_a_connection_that_cannot_be_used_is_refused(name: str, reason: str) -> None:
    environment = {"Empty": "", "Identity__accountName": "account"}

    assert reason in _refused(lambda: connection_string(name, environment))


def test_app_settings_are_put_into_bindings() -> None:
    assert resolve("%A%-x-%B%", {"A": "1", "B": "2"}) == "1-x-2"
    assert resolve(["%A%", 3, None], {"A": "1"}) == ["1", 3, None]
    assert resolve("100% of %A%", {"A": "1"}) == "100% of 1"


def test_a_missing_app_setting_of_a_binding_is_named() -> None:
    assert "the app setting A is missing" in _refused(lambda: resolve("%A%", {}))


@pytest.mark.parametrize(
    ("kind", "settings", "reason"),
    [
        ("queue", {"queueName": "q", "connection": "Lost"}, "the app setting Lost is missing"),
        ("queue", {"queueName": "q", "connection": "Bad"}, "Bad is no storage connection string"),
        ("queue", {"connection": "Good"}, "it has no queue name"),
        (
            "eventGrid",
            {"topicEndpointUri": "Good", "topicKeySetting": "Lost"},
            "topicKeySetting names the app setting 'Lost', which is missing",
        ),
        ("eventGrid", {"topicKeySetting": "Good"}, "topicEndpointUri names"),
    ],
)
def test_an_output_that_cannot_work_is_refused(
    sandbox_config: Config,
    kind: str,
    settings: dict[str, str],
    reason: str,
) -> None:
    environment = {"Good": sandbox_config.connection_string(), "Bad": "nonsense"}
    output = Binding(name="out", kind=kind, settings=settings)
    function = _function("one", "timerTrigger", output)

    text = _refused(lambda: Outputs([function], environment, "base64"))

    assert text.startswith("one, output out: ")
    assert reason in text

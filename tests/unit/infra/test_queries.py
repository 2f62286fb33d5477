"""What the workbook and the alerts ask for is what the code tells: messages, metrics, functions."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from opentelemetry import metrics
from opentelemetry.sdk.metrics import MeterProvider

import function_app
from promotion.adapters.telemetry import MetricsChannel

ROOT: Final = Path(__file__).parent.parent.parent.parent
WORKBOOK: Final = json.loads((ROOT / "infra" / "workbook.json").read_text())
ALERTS: Final = (ROOT / "infra" / "modules" / "alerts.bicep").read_text()

#: Where something is compared with texts: `Name == "..."`, `Message in ("...", "...")`.
_ASKED: Final = re.compile(r'\b(?P<column>\w+) (?:==|in) (?P<texts>\([^)]*\)|"[^"]*")')
_PROPERTY: Final = re.compile(r'Properties\["(\w+)"\]')
#: Columns whose texts come from this app, by table.
_OURS: Final = {
    "AppTraces": {"Message"},
    "AppMetrics": {"Name"},
    "AppRequests": {"OperationName"},
}


def queries() -> list[str]:
    shown = [item["content"].get("query", "") for item in WORKBOOK["items"]]
    return [*filter(None, shown), *re.findall(r"query: '([^']*)'", ALERTS)]


def asked(table: str) -> set[str]:
    """Return the texts that queries of a table compare with."""
    return {
        text
        for query in queries()
        if query.startswith(f"{table} ")
        for found in _ASKED.finditer(query)
        if found["column"] in _OURS[table]
        for text in re.findall(r'"([^"]*)"', found["texts"])
    }


def logged() -> set[str]:
    """Return every message that the app logs."""
    files = [*(ROOT / "promotion").rglob("*.py"), ROOT / "function_app.py"]
    return {message for path in files for message in _messages(ast.parse(path.read_text()))}


def _messages(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="_log")),
                args=[ast.Constant(value=str(said)), *_],
            ):
                yield said
            case _:
                pass


class Names(MeterProvider):
    """Remembers the names of instruments."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def get_meter(self, name: str, *arguments: Any, **options: Any) -> metrics.Meter:  # noqa: ANN401 -- the base class's
        meter = super().get_meter(name, *arguments, **options)
        for kind in ("create_histogram", "create_counter"):
            setattr(meter, kind, self._noting(getattr(meter, kind)))
        return meter

    def _noting(self, create: Any) -> Any:  # noqa: ANN401 -- as above
        def noted(name: str, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401 -- as above
            self.names.add(name)
            return create(name, *arguments, **options)

        return noted


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The names of the metrics that the app tells."""
    provider = Names()
    monkeypatch.setattr(metrics, "get_meter", provider.get_meter)
    channel = MetricsChannel()
    for name in ("_lag", "_age", "_decided", "_refusals", "_copies", "_bytes"):
        assert getattr(channel, name)
    provider.shutdown()
    return provider.names


def test_every_message_that_is_asked_for_is_logged() -> None:
    assert len(asked("AppTraces")) > 5
    assert asked("AppTraces") - logged() == set()


def test_every_metric_is_asked_for_and_every_one_asked_for_is_told(told: set[str]) -> None:
    assert asked("AppMetrics") == told


def test_every_function_that_is_asked_for_is_there_and_every_one_is_watched() -> None:
    functions = {each.get_function_name() for each in function_app.app.get_functions()}

    assert asked("AppRequests") == functions


def test_metrics_are_split_by_attributes_that_they_have() -> None:
    source = (ROOT / "promotion" / "adapters" / "telemetry" / "metrics.py").read_text()

    names = {name for query in queries() for name in _PROPERTY.findall(query)}

    assert names
    assert [name for name in names if f'"{name}":' not in source] == []


def test_no_query_asks_a_table_that_nobody_writes() -> None:
    tables = {query.split()[0] for query in queries()}

    assert tables == {"AppTraces", "AppMetrics", "AppRequests", "StorageBlobLogs"}

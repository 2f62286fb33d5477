"""Every setting that the app reads stands in the documentation and the sample, and nothing else does."""

import json
import re

import pytest

from promotion.settings import read_settings
from tests.unit.infra.conftest import ROOT
from tools.infra_check import facts
from tools.infra_check.settings import read_by_the_app

_ROW = re.compile(r"^\| `(\w+)` \|.*\| (\S[^|]*) \|$", re.MULTILINE)


def _documented() -> dict[str, str]:
    return dict(_ROW.findall((ROOT / "docs/settings.md").read_text()))


def _sample() -> dict[str, str]:
    sample = json.loads((ROOT / "local.settings.sample.json").read_text())
    values: dict[str, str] = sample["Values"]
    return values


def test_the_documentation_names_exactly_the_settings_that_are_read() -> None:
    assert set(_documented()) == read_by_the_app()


def test_the_sample_names_exactly_the_settings_that_are_read() -> None:
    assert set(_sample()) == read_by_the_app()


def test_the_sample_is_a_working_set_of_settings() -> None:
    settings = read_settings(_sample())

    assert settings.public_url == "http://127.0.0.1:7071"


def test_what_is_never_set_in_azure_is_documented_so() -> None:
    by_hand_or_local = {name for name, by in _documented().items() if by in {"hand", "local"}}

    assert by_hand_or_local == set(facts.NOT_IN_AZURE)


def test_what_the_platform_sets_is_documented_so() -> None:
    by_platform = {name for name, by in _documented().items() if by == "platform"}

    assert by_platform == facts.PLATFORM_SETS


@pytest.mark.parametrize("name", sorted(facts.PLATFORM_READS))
def test_what_the_platform_reads_is_documented(name: str) -> None:
    assert f"`{name}`" in (ROOT / "docs/settings.md").read_text()


def test_no_message_waits_for_a_thread_of_an_instance() -> None:
    queues = json.loads((ROOT / "host.json").read_text())["extensions"]["queues"]
    at_once = queues["batchSize"] + queues["newBatchThreshold"]

    template = (ROOT / "infra/main.bicep").read_text()

    assert f"PYTHON_THREADPOOL_THREAD_COUNT: instanceMemory < 2048 ? '4' : '{at_once}'" in template

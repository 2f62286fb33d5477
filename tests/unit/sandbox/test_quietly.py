"""What the SDK says beside the screen: kept in a log, and only while it is asked to be quiet."""

import io
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.azureml.client import quietly
from sandbox.config import Config, create


@pytest.fixture
def screen() -> Iterator[io.StringIO]:
    """Where the SDK's logger writes since it was imported."""
    logger, kept = logging.getLogger("azure.ai.ml"), io.StringIO()
    handler = logging.StreamHandler(kept)
    logger.addHandler(handler)
    yield kept
    logger.removeHandler(handler)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return create(tmp_path)


def test_what_the_sdk_prints_and_logs_is_kept_in_a_file(
    config: Config, screen: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    with quietly(config):
        sys.stdout.write("a bar\n")
        sys.stderr.write("a notice\n")
        logging.getLogger("azure.ai.ml").warning("an experimental method")

    log = (config.folder / "logs" / "sdk.log").read_text()
    assert all(said in log for said in ("a bar", "a notice", "an experimental method"))
    assert screen.getvalue() == ""
    assert capsys.readouterr() == ("", "")


def test_it_speaks_again_afterwards_even_when_a_call_failed(
    config: Config, screen: io.StringIO
) -> None:
    with pytest.raises(ValueError, match="refused"), quietly(config):
        raise ValueError("refused")

    logging.getLogger("azure.ai.ml").warning("heard again")

    assert "heard again" in screen.getvalue()

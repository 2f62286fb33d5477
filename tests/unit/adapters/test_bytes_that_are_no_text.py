"""JSON whose texts are not UTF-8 is refused like any other that cannot be read: the parser has an error of its own for it."""

from pathlib import Path

import pytest

from promotion.adapters.azureml.receipts import _decoded
from promotion.adapters.queues import read_message
from promotion.cli.client import UnreachableError, decoded
from promotion.cli.reaching import NoWayError, _ready
from promotion.domain.errors import InvalidError
from tests.building import model

NO_TEXT = b'{"request": "\xff", "functions_url": "\xff", "done": {"\xff": "\xff"}}'


def test_a_queue_message_is_refused() -> None:
    with pytest.raises(InvalidError, match="not a hint"):
        read_message(NO_TEXT)


def test_an_answer_is_called_unexpected() -> None:
    with pytest.raises(UnreachableError, match="not what this version expects"):
        decoded(NO_TEXT, dict)


def test_a_ready_file_is_called_none(tmp_path: Path) -> None:
    file = tmp_path / "ready.json"
    file.write_bytes(NO_TEXT)

    with pytest.raises(NoWayError, match="no ready file"):
        _ready(file)


def test_a_copys_record_is_begun_anew() -> None:
    assert _decoded(b'["\xff"]', model()) == _decoded(b"[]", model())

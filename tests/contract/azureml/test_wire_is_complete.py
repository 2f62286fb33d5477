"""Every recorded exchange is asked of the service by some test here, and the check can fail."""

import json
import re
from pathlib import Path

import pytest
import requests

from tests.contract.azureml.wire import RECORDED, check, compare

TESTS = sorted(Path(__file__).parent.glob("test_wire_*.py"))


@pytest.mark.parametrize("exchange", RECORDED)
def test_a_recorded_exchange_is_checked_somewhere(exchange: str) -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in TESTS)

    assert f'check("{exchange}"' in re.sub(r"\(\s+", "(", text)


def test_a_missing_a_surplus_and_a_wrong_key_are_told() -> None:
    tree = {"id": "string:uuid", "name": "={name}", "size?": "number"}

    found = compare(tree, {"name": "other", "extra": 1, "size": True}, {"name": "mine"})

    assert found == [
        "body.id is missing",
        "body.name is 'other', not ={name}",
        "body.extra was never seen",
        "body.size is True, not number",
    ]


def test_another_status_and_a_header_never_seen_are_told() -> None:
    answer = requests.Response()
    answer.status_code = 200
    answer.headers.update({"Content-Type": "application/json; charset=utf-8", "Retry-After": "1"})
    answer._content = json.dumps(None).encode()

    with pytest.raises(AssertionError, match=r"status 200 is not in \[202\]"):
        check("model.put", answer)

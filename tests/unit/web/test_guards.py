"""The guards against forged forms, by themselves."""

import hmac

import pytest

from promotion.domain.errors import ForbiddenError
from promotion.web import guards
from tests.surfing import ABSENT, APPROVER

KEY = b"k" * 32


def test_tokens_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[bytes, bytes]] = []
    real = hmac.compare_digest

    def recording(first: bytes, second: bytes) -> bool:
        compared.append((first, second))
        return real(first, second)

    monkeypatch.setattr(hmac, "compare_digest", recording)
    token = guards.form_token(KEY, APPROVER, ABSENT, 3)
    wrong = "0" * 64

    guards.require_form_token(KEY, token, APPROVER, ABSENT, 3)
    with pytest.raises(ForbiddenError):
        guards.require_form_token(KEY, wrong, APPROVER, ABSENT, 3)

    assert compared == [(token.encode(), token.encode()), (token.encode(), wrong.encode())]

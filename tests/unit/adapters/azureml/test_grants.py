"""Grants are read from signed addresses and renewed before they end."""

import datetime as dt
import time

import pytest

from promotion.adapters.azureml.grants import Grant, RenewingSignature
from promotion.domain.errors import BrokenError


def signed(lifetime: float = 3600, mark: str = "a") -> str:
    """Return the signed address of a container."""
    ends = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=lifetime)
    return f"https://Acct.blob.core.windows.net:443/c1?se={ends:%Y-%m-%dT%H:%M:%S.%fZ}&sig={mark}"


def test_a_grant_names_its_store_in_one_spelling() -> None:
    grant = Grant.of(signed(), "up/model/")

    assert grant.store == "acct.blob.core.windows.net/c1"
    assert grant.endpoint == "https://acct.blob.core.windows.net"
    assert grant.root == "up/model"


def test_a_grant_shows_no_signature() -> None:
    assert "sig" not in repr(Grant.of(signed()))
    assert "sig" not in str([Grant.of(signed())])


@pytest.mark.parametrize(
    "address",
    [
        "http://a.invalid/c?sig=x",
        "https://a.invalid/c",
        "https://a.invalid/?sig=x",
        "https://a.invalid/c/d?sig=x",
    ],
)
def test_what_is_no_signed_container_is_refused_without_showing_it(address: str) -> None:
    with pytest.raises(BrokenError) as caught:
        Grant.of(address)

    assert "sig=x" not in str(caught.value)


def test_a_signature_is_used_while_it_lives() -> None:
    renewals: list[Grant] = []
    signature = RenewingSignature(Grant.of(signed(mark="a")), lambda: renewals[0])

    assert signature.signature.endswith("sig=a")


def test_a_signature_is_renewed_before_it_ends() -> None:
    signature = RenewingSignature(
        Grant.of(signed(0.4, "a")),
        lambda: Grant.of(signed(3600, "b")),
    )
    before = signature.signature

    time.sleep(0.35)

    assert before.endswith("sig=a")
    assert signature.signature.endswith("sig=b")


def test_a_signature_without_an_end_is_kept() -> None:
    grant = Grant.of("https://a.invalid/c?sig=forever")

    assert grant.expires is None
    assert RenewingSignature(grant, lambda: grant).signature == "sig=forever"

"""Addresses are translated between the front and Azurite byte for byte, foreign ones left alone."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.blob_front.addresses import Addresses, UnknownAccountError
from sandbox.config import create

ADDRESSES = Addresses(
    front=20001,
    azurite=20002,
    accounts=frozenset({"stdevws", "stprodreg1"}),
    by_port={20003: "stdevws", 20004: "stprodreg1"},
)


def test_the_addresses_of_a_configuration_cover_every_account(tmp_path: Path) -> None:
    config = create(tmp_path)

    addresses = Addresses.of(config)

    assert set(addresses.by_port.values()) == set(config.ports.accounts)
    assert addresses.accounts == set(config.account_keys)
    assert config.ports.blob_front in addresses.ports


@pytest.mark.parametrize(
    ("host", "port", "account"),
    [
        ("stdevws.blob.localhost:20001", 20001, "stdevws"),
        ("STDEVWS.blob.LOCALHOST", 20001, "stdevws"),
        ("localhost:20004", 20004, "stprodreg1"),
        ("127.0.0.1:20003", 20003, "stdevws"),
        ("anything at all", 20003, "stdevws"),
    ],
)
def test_the_port_names_the_account_or_else_the_host_does(
    host: str,
    port: int,
    account: str,
) -> None:
    assert ADDRESSES.account(host, port) == account


@pytest.mark.parametrize(
    "host",
    ["localhost:20001", "127.0.0.1:20001", "nobody.blob.localhost", "", "stdevws.queue.localhost"],
)
def test_a_host_that_names_no_account_is_refused_with_those_there_are(host: str) -> None:
    with pytest.raises(UnknownAccountError, match="one of stdevws, stprodreg1"):
        ADDRESSES.account(host, 20001)


@pytest.mark.parametrize(
    "base",
    [
        "https://stdevws.blob.localhost:20001",
        "https://stdevws.blob.localhost:20003",
        "https://localhost:20003",
        "https://127.0.0.1:20003",
    ],
)
def test_an_address_of_the_front_becomes_azurites(base: str) -> None:
    rest = "/c/a%2Fb%20%C3%BC+.bin?sv=1&sig=a%2Bb%3D"

    assert ADDRESSES.to_azurite(base + rest) == f"http://127.0.0.1:20002/stdevws{rest}"


@pytest.mark.parametrize(
    "address",
    [
        "https://account.blob.core.windows.net/c/b?sig=x",
        "http://localhost:20003/c/b",
        "https://localhost:20001/c/b",
        "https://stprodreg1.blob.localhost:20003/c/b",
        "https://nobody.blob.localhost:20001/c/b",
        "https://localhost:notaport/c/b",
        "https://localhost:99999999/c/b",
        "http://127.0.0.1:20002/stdevws/c/b",
        "not an address",
        "",
    ],
)
def test_any_other_copy_source_is_left_for_azurite_to_judge(address: str) -> None:
    assert ADDRESSES.to_azurite(address) == address


@pytest.mark.parametrize(
    "address",
    ["https://account.blob.core.windows.net/c/b", "http://127.0.0.1:20002/nobody/c", "", "?"],
)
def test_an_address_that_is_not_azurites_is_left_alone(address: str) -> None:
    assert ADDRESSES.to_front(address) == address


@given(st.text())
def test_no_copy_source_breaks_the_translation(address: str) -> None:
    assert isinstance(ADDRESSES.to_azurite(address), str)
    assert isinstance(ADDRESSES.to_azurite(f"https://{address}"), str)


@given(st.text(st.characters(codec="ascii", exclude_characters="/?# \t\r\n")))
def test_there_and_back_is_where_it_started(path: str) -> None:
    address = f"https://stdevws.blob.localhost:20001/{path}?q"

    assert ADDRESSES.to_front(ADDRESSES.to_azurite(address)) == address

"""Names below localhost are loopback, all others are left to the system."""

import asyncio
import socket

import pytest

from sandbox import resolver


def addresses(host: str | bytes) -> set[str | int]:
    return {entry[4][0] for entry in socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)}


@pytest.fixture(autouse=True)
def installed() -> None:
    resolver.install()


@pytest.mark.parametrize(
    "host",
    ["stdevws.blob.localhost", "A.LOCALHOST", "a.localhost.", b"stdevws.blob.localhost"],
)
def test_a_name_below_localhost_is_loopback(host: str | bytes) -> None:
    assert addresses(host) == {"127.0.0.1"}


def test_asyncio_resolves_the_same_way() -> None:
    async def resolve() -> str | int:
        loop = asyncio.get_running_loop()
        entries = await loop.getaddrinfo("stdevws.blob.localhost", 443)
        return entries[0][4][0]

    assert asyncio.run(resolve()) == "127.0.0.1"


def test_other_names_are_left_to_the_system() -> None:
    with pytest.raises(socket.gaierror):
        # Not asking the network: only what the resolver turns into an address passes.
        socket.getaddrinfo("notlocalhost", 443, flags=socket.AI_NUMERICHOST)

    assert socket.getaddrinfo("192.0.2.1", 443)[0][4][0] == "192.0.2.1"


def test_installing_twice_changes_nothing() -> None:
    first = socket.getaddrinfo

    resolver.install()

    assert socket.getaddrinfo is first

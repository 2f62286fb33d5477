"""The far end of a network: what the figures rely on is that every connection has its share, and no more."""

import socket

import pytest

from bench.slow_link import _SO_MAX_PACING_RATE, CONNECTIONS, RATE, paced


def test_each_connection_that_is_taken_has_its_share_of_the_rate() -> None:
    with paced(0) as listening, socket.create_connection(listening.getsockname()):
        taken, _ = listening.accept()
        with taken:
            rate = taken.getsockopt(socket.SOL_SOCKET, _SO_MAX_PACING_RATE)

    assert rate * CONNECTIONS == pytest.approx(RATE)

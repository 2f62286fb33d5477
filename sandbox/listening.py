"""Who listens on the sandbox's loopback ports. Knows sockets, not what is served there."""

import socket
from collections.abc import Mapping
from pathlib import Path

from sandbox.errors import PortTakenError


def answers(*ports: int) -> bool:
    """Whether something accepts connections on each of these ports."""
    for port in ports:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            return False
    return True


def refuse_taken(ports: Mapping[str, int], state: Path) -> None:
    """Return when all of these ports are free.

    Args:
        ports: what each is for -> its number.
        state: the folder of the sandbox that is to listen there.

    Raises:
        PortTakenError: something listens there already.
    """
    for purpose, port in ports.items():
        if answers(port):
            raise PortTakenError(
                f"port {port} ({purpose}) of the sandbox in {state} is taken. If this sandbox is running "
                "already, use that one or stop it; if another program is there, stop that, or start on "
                "another state folder, which takes other ports: `python -m sandbox up --state FOLDER`"
            )

"""Probes of what is reached over the network: the clock beside the storage's, and the channels' hosts.

Nothing is sent to a channel: a connection, secured where it must be, is all that is tried.
"""

import datetime as dt
import socket
import ssl
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urlsplit

from promotion.bootstrap import storage
from promotion.bootstrap.storage import Identity
from promotion.domain.findings import Finding, bad, ok, warn
from promotion.settings import Settings, StorageSettings

_TIMEOUT: Final = 10
#: Signatures and tokens are refused by clocks further apart than this.
_APART: Final = dt.timedelta(minutes=5)
_TLS_PORT: Final = 443


def clock(settings: StorageSettings, identity: Identity) -> Iterator[Finding]:
    """Yield how far the machine's clock is from the storage service's."""
    import requests

    address = str(storage.blobs(settings, identity).url)
    try:
        # Whatever it answers, it answers with its time.
        answer = requests.head(address, timeout=_TIMEOUT)
        theirs = parsedate_to_datetime(answer.headers["Date"])
    except (requests.RequestException, KeyError, ValueError) as error:
        found = f"The storage service does not tell its time ({type(error).__name__})."
        yield bad("clock", found, "Check DNS, private endpoints and network rules of the storage.")
        return
    apart = abs(dt.datetime.now(dt.UTC) - theirs)
    seconds = apart.total_seconds()
    if apart > _APART:
        found = f"It is {seconds:.0f} s away from the storage service's."
        yield bad("clock", found, "Correct the machine's time: signatures and tokens are refused.")
    else:
        yield ok("clock", f"Within {max(seconds, 1):.0f} s of the storage service's.")


def channels(settings: Settings) -> Iterator[Finding]:
    """Yield whether each channel's host can be reached."""
    for name, url in (
        ("topic", settings.topic_endpoint),
        ("Teams", settings.teams_webhook),
        ("mail", settings.mail.endpoint),
    ):
        if url:
            parts = urlsplit(url)
            tls = parts.scheme == "https"
            # The address itself may hold a secret: only its host is told.
            host = parts.hostname or ""
            yield _reached(name, host, parts.port or _TLS_PORT, tls=tls)
    mail = settings.mail
    if mail.smtp_host:
        yield _reached("mail", mail.smtp_host, mail.smtp_port, tls=mail.smtp_security == "tls")


def _reached(name: str, host: str, port: int, *, tls: bool) -> Finding:
    try:
        with socket.create_connection((host, port), timeout=_TIMEOUT) as connection:
            if tls:
                with ssl.create_default_context().wrap_socket(connection, server_hostname=host):
                    pass
    except (OSError, ValueError) as error:
        found = f"{host}:{port} cannot be reached ({error})."
        remedy = "Check the address in the settings, DNS, and outbound network rules of the app."
        return warn("channel", found, remedy, name)
    return ok("channel", f"{host}:{port} can be reached.", name)

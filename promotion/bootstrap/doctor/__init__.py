"""Probes of the technology behind the ports, as the settings name it. Each reads only, and knows its remedy."""

from collections.abc import Callable, Iterator

from promotion.bootstrap.storage import Identity
from promotion.domain.findings import Finding
from promotion.ports import Probe
from promotion.settings import Settings


def probes(settings: Settings, identity: Identity) -> tuple[Probe, ...]:
    """Return the probes of settings, identity, storage, clock and channels."""
    from promotion.bootstrap.doctor import identity as identities
    from promotion.bootstrap.doctor import reaching, storage
    from promotion.bootstrap.doctor import settings as configured

    return (
        _Probe("settings", lambda: configured.settings(settings)),
        _Probe("identity", lambda: identities.identity(identity)),
        _Probe("queues", lambda: storage.queues(settings.storage, identity)),
        _Probe("storage", lambda: storage.kept(settings.storage, identity)),
        _Probe("clock", lambda: reaching.clock(settings.storage, identity)),
        _Probe("channels", lambda: reaching.channels(settings)),
    )


class _Probe:
    def __init__(self, name: str, look: Callable[[], Iterator[Finding]]) -> None:
        self.name = name
        self._look = look

    def look(self) -> Iterator[Finding]:
        yield from self._look()

"""A large export for measuring: `python -m tests.many_trails FILE FACTS`, with the public key at FILE.pem."""

import datetime as dt
import sys
from pathlib import Path
from typing import Final

from promotion.adapters.memory import MemoryRegistries
from promotion.domain import lifecycle
from promotion.domain.actors import SWEEP
from promotion.domain.export import Scope
from promotion.domain.request import Request
from promotion.usecases.export_audit import Export
from tests import trails
from tests.building import Stage

#: Facts of one request: people were reminded often before they agreed.
_EACH: Final = 100
_REMINDERS: Final = 92


def write(path: Path, count: int) -> int:
    """Write an export of `count` facts (a multiple of 100) of honest promotions; return how many it has."""
    stage = trails.stage()
    for number in range(count // _EACH):
        stage.clock.move(dt.timedelta(minutes=1))
        # What exists in a registry is looked through with every request: not what is measured here.
        stage.registries = MemoryRegistries()
        request = _reminded(stage, trails.pending(stage, str(number + 1)))
        trails.finished(stage, trails.agreed(stage, request))
    return _exported(stage, path)


def _reminded(stage: Stage, request: Request) -> Request:
    for _ in range(_REMINDERS):
        trails.later(stage)
        stored = stage.requests.get(request.id)
        step = lifecycle.remind(stored.request, actor=SWEEP, now=stage.clock.now())
        request = stage.requests.save(stored, step).request
    return request


def _exported(stage: Stage, path: Path) -> int:
    done = Export(stage.world, Scope())
    with path.open("wb") as file:
        file.writelines(done.write())
    Path(f"{path}.pem").write_text(stage.signer.public_key)
    return done.facts


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]))

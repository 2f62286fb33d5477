"""One copy between two registries, each way in a process of its own: ours, and azure-ai-ml's.

Both are told the same: source, target, how often to look at operations. Before anything is measured,
both copy a model of one byte, so that modules are loaded and connections open on both sides.
"""

import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import msgspec

from bench import local_cloud, memory, wire
from bench.child import call
from promotion.domain.manifest import Manifest
from sandbox.azureml.client import ml_client
from sandbox.config import Config
from sandbox.people import APP

#: Seconds between two looks at an operation, on both sides.
_POLLING: Final = 1
_WARM: Final = "warm"
_PROBES: Final = ("seconds", "memory", "bytes")


def prepare(config: Config, room: Path, name: str, *, size: int, files: int) -> None:
    """Register a model in the source registry and keep its manifest, as validation would."""
    for each, length, count in ((_WARM, 1, 1), (name, size, files)):
        if manifest_path(room, each).exists():
            continue
        folder = room / each
        local_cloud.write_model(folder, length, count)
        call("bench.local_cloud:register", state=config.state, name=each, path=str(folder))
        shutil.rmtree(folder)
        call(
            "bench.copying:keep_manifest",
            state=config.state,
            name=each,
            path=str(manifest_path(room, each)),
        )


def manifest_path(room: Path, name: str) -> Path:
    """Return where the manifest of a model is kept."""
    return room / f"{name}.manifest.json"


def keep_manifest(state: str, name: str, path: str) -> None:
    """Read a model's manifest and write it to a file."""
    adapter = local_cloud.registries(Config.load(Path(state)), polling=_POLLING)
    manifest = adapter.read_manifest(local_cloud.model(name))
    Path(path).write_bytes(msgspec.json.encode(manifest))


def ours(state: str, room: str, name: str, target: str, probe: str) -> dict[str, Any]:
    """Copy server-side and create the version, as the app does; return what the probe saw."""
    adapter = local_cloud.registries(Config.load(Path(state)), polling=_POLLING)

    def copy(source: str, to: str) -> None:
        manifest = msgspec.json.decode(
            manifest_path(Path(room), source).read_bytes(), type=Manifest
        )
        asset = local_cloud.model(source)
        there = local_cloud.model(to, local_cloud.TARGET)
        while not adapter.transfer(asset, manifest, there).complete:
            pass
        adapter.create(adapter.describe(asset), manifest, there, {"promotion.request": "bench"})

    return _probed(copy, name, target, probe)


def theirs(state: str, room: str, name: str, target: str, probe: str) -> dict[str, Any]:
    """Download and create with azure-ai-ml, as a user does; return what the probe saw."""
    from azure.ai.ml.entities import Model

    config = Config.load(Path(state))
    there = ml_client(
        config,
        APP,
        registry=local_cloud.TARGET.name,
        polling_interval=_POLLING,
        show_progress=False,
    )
    here = ml_client(
        config,
        APP,
        registry=local_cloud.SOURCE.name,
        polling_interval=_POLLING,
        show_progress=False,
    )

    def copy(source: str, to: str) -> None:
        with tempfile.TemporaryDirectory(dir=room) as folder:
            here.models.download(source, "1", download_path=folder)
            root = next(path.parent for path in Path(folder).rglob("part-0.bin"))
            model = Model(name=to, version="1", path=str(root), type="custom_model")
            there.models.create_or_update(model)

    return _probed(copy, name, target, probe)


def _probed(
    copy: Callable[[str, str], None],
    name: str,
    target: str,
    probe: str,
) -> dict[str, Any]:
    if probe not in _PROBES:
        raise ValueError(f"there is no probe {probe!r}; there are {', '.join(_PROBES)}")
    copy(_WARM, f"{target}-{_WARM}")
    match probe:
        case "seconds":
            started = time.perf_counter()
            copy(name, target)
            return {"seconds": time.perf_counter() - started}
        case "memory":
            before = memory.start()
            copy(name, target)
            return {"before": before, "growth": memory.peak() - before}
        case _:
            with wire.counted() as traffic:
                copy(name, target)
            return {
                "bytes": traffic.received + traffic.sent,
                "received": traffic.received,
                "sent": traffic.sent,
                "requests": len(traffic.requests),
            }


def pair(config: Config, room: Path, name: str, probe: str, run: int) -> dict[str, Any]:
    """Play both ways once; return `ours_*` and `reference_*`."""
    answers: dict[str, Any] = {}
    for side, function in (("ours", "ours"), ("reference", "theirs")):
        found = call(
            f"bench.copying:{function}",
            state=config.state,
            room=str(room),
            name=name,
            target=f"{name}-{probe}-{side}-{run}",
            probe=probe,
        )
        answers |= {f"{side}_{key}": value for key, value in found.items()}
    return answers

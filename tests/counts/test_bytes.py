"""How many bytes pass through the process: exact, whatever the machine."""

from pathlib import Path

import pytest

from bench import copying, torch_file
from bench.child import call
from bench.scale import MIB
from sandbox.config import Config

SIZE = 16 * MIB


@pytest.fixture(scope="session")
def room(cloud: Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder, and a model in four files registered in the source registry."""
    folder = tmp_path_factory.mktemp("room")
    copying.prepare(cloud, folder, "model", size=SIZE, files=4)
    return folder


@pytest.mark.sandbox
def test_a_copy_lets_less_than_a_hundredth_of_the_model_pass_through_the_process(
    cloud: Config, room: Path
) -> None:
    found = call(
        "bench.copying:ours",
        state=cloud.state,
        room=str(room),
        name="model",
        target="copied",
        probe="bytes",
    )

    assert 0 < found["bytes"] <= SIZE // 100


@pytest.mark.sandbox
def test_a_manifest_reads_every_byte_exactly_once(cloud: Config, room: Path) -> None:
    assert room.is_dir()

    found = call("bench.reading:manifest_bytes", state=cloud.state, name="model")

    assert SIZE <= found["received"] <= SIZE * 1.01


def test_a_scan_reads_less_than_a_hundredth_of_a_torch_file(tmp_path: Path) -> None:
    path = tmp_path / "model.pt"
    torch_file.write(path, 128 * MIB, 8)

    found = call("bench.scanning:ours", path=str(path))

    assert not found["blocked"]
    assert 0 < found["bytes"] <= path.stat().st_size // 100

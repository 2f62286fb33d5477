"""What keeps a sandbox from starting is told before anything runs: its folder, its ports, its log's last words."""

import os
import shutil
import socket
from pathlib import Path

import pytest

from sandbox.config import Config, create
from sandbox.errors import PortTakenError, StateError
from sandbox.parts import Part, PartError
from sandbox.running import Sandbox, open_state


def test_a_new_folder_gets_a_state_that_is_kept(tmp_path: Path) -> None:
    first, new = open_state(tmp_path / "deep" / "state")
    second, again = open_state(tmp_path / "deep" / "state")

    assert (new, again) == (True, False)
    assert second == first


def test_what_is_asked_for_holds_for_a_kept_state_too(tmp_path: Path) -> None:
    open_state(tmp_path)

    changed, _ = open_state(tmp_path, topology="central", time_scale=1)
    kept, _ = open_state(tmp_path)

    assert (changed.topology, changed.time_scale) == ("central", 1)
    assert kept == changed


def test_a_state_folder_works_where_it_was_moved_to(tmp_path: Path) -> None:
    before, _ = open_state(tmp_path / "before")
    shutil.move(tmp_path / "before", tmp_path / "after")

    after = Config.load(tmp_path / "after")

    assert after.folder == tmp_path / "after"
    assert after.ports == before.ports


def test_a_folder_that_cannot_be_made_is_named_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")

    with pytest.raises(StateError, match=r"file: File exists\. .*up --state FOLDER"):
        open_state(tmp_path / "file")


@pytest.mark.parametrize("content", [b"{", b"{}", b"\xff", b'{"state": "x", "ports": {}}'])
def test_a_state_that_cannot_be_read_is_named_with_the_way_out(
    tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "sandbox.json").write_bytes(content)

    with pytest.raises(StateError, match=r"no state of a sandbox of this version.*begin anew"):
        open_state(tmp_path)


@pytest.mark.parametrize("purpose", ["inbox", "functions", "azurite_table", "stdevws"])
def test_a_taken_port_is_told_with_its_purpose_before_anything_starts(
    tmp_path: Path, purpose: str
) -> None:
    config = create(tmp_path)
    running = Sandbox(config)

    with (
        socket.create_server(("127.0.0.1", config.ports.by_purpose()[purpose])),
        pytest.raises(PortTakenError, match=rf"\({purpose}\).*is taken.*up --state FOLDER"),
    ):
        running.start()

    assert not running.azurite.running
    assert not (tmp_path / "logs").exists()


def test_what_an_earlier_run_logged_is_not_told_again(tmp_path: Path) -> None:
    part = Part("inbox", "sandbox.no_such_part", create(tmp_path), ready=lambda: False)
    part.environment = dict(os.environ)
    part.log.parent.mkdir()
    part.log.write_text("said by an earlier run\n")

    part.launch()
    with pytest.raises(PartError, match="no_such_part") as caught:
        part.wait()
    part.stop()

    assert "earlier run" not in str(caught.value)
    assert str(part.log) in str(caught.value)

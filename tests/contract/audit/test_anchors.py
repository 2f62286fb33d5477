"""The contract of the port `Anchors`, and the use case over each implementation."""

import base64
import datetime as dt
import re
import uuid
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from azure.storage.blob import BlobServiceClient

from promotion.adapters.anchors import BlobAnchors
from promotion.adapters.memory import MemoryAnchors
from promotion.adapters.signing import LocalSigner
from promotion.domain.anchor import Broken, read_anchor, verified
from promotion.domain.dsse import ANCHOR, canonical, wrap
from promotion.domain.errors import BrokenError, DamagedError, RetryableError, StaleError
from promotion.ports import Anchors, Damage, Page, Tip
from promotion.usecases import anchor as usecase
from promotion.usecases.anchor import anchor
from promotion.wire.public_keys import PublicKey
from sandbox.azurite import Azurite
from sandbox.config import Config
from tests import trails
from tests.building import Stage


@pytest.fixture(params=["memory", pytest.param("blobs", marks=pytest.mark.azurite)])
def anchors(request: pytest.FixtureRequest) -> Iterator[Anchors]:
    if request.param == "memory":
        yield MemoryAnchors()
        return
    azurite: Azurite = request.getfixturevalue("azurite")
    config: Config = request.getfixturevalue("sandbox_config")
    assert azurite.running
    with BlobServiceClient.from_connection_string(config.connection_string()) as service:
        yield BlobAnchors(service, container=f"anchors-{uuid.uuid4().hex}")


@pytest.fixture
def stage(anchors: Anchors) -> Stage:
    stage = trails.stage()
    stage.anchors = anchors  # type: ignore[assignment]  # any implementation
    return stage


def test_there_is_no_line_before_the_first(anchors: Anchors) -> None:
    assert anchors.tip().line == b""
    assert anchors.tip().position == 0
    assert list(anchors.lines()) == []


def test_lines_are_kept_in_their_order(anchors: Anchors) -> None:
    for line in (b"one\n", b"two\n", b"three\n"):
        anchors.append(line, position=anchors.tip().position)

    assert list(anchors.lines()) == [b"one\n", b"two\n", b"three\n"]
    assert anchors.tip().line == b"three\n"


def test_of_two_writers_one_is_told_that_it_lost(anchors: Anchors) -> None:
    tip = anchors.tip()
    anchors.append(b"first\n", position=tip.position)

    with pytest.raises(StaleError):
        anchors.append(b"second\n", position=tip.position)
    assert list(anchors.lines()) == [b"first\n"]


def test_long_lines_are_kept_whole(anchors: Anchors) -> None:
    line = b"x" * 3_000_000 + b"\n"
    anchors.append(b"before\n", position=0)
    anchors.append(line, position=anchors.tip().position)

    assert anchors.tip().line == line
    assert [len(each) for each in anchors.lines()] == [7, len(line)]


def test_each_anchor_holds_what_changed_since_the_one_before(stage: Stage) -> None:
    old = trails.promoted(stage, "1")
    anchored_later(stage)
    stage.clock.move(dt.timedelta(days=1))
    new = trails.promoted(stage, "2")
    anchor(stage.world)

    key = PublicKey(stage.signer.public_key.encode())
    first, second = verified(stage.anchors.lines(), key)

    assert [head.request for head in first.heads] == [old.id]
    assert [(head.request, head.hash) for head in second.heads] == [(new.id, new.head)]


def test_a_quiet_day_is_anchored_as_a_quiet_day(stage: Stage) -> None:
    trails.promoted(stage)
    anchored_later(stage)
    stage.clock.move(dt.timedelta(days=1))

    assert anchor(stage.world).heads == 0
    assert len(list(verified(stage.anchors.lines(), None))) == 2


def test_many_heads_go_on_in_the_next_line(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usecase, "_MOST", 2)
    for version in range(5):
        trails.pending(stage, str(version))

    done = anchor(stage.world)

    assert (done.heads, done.lines) == (5, 3)
    assert [each.complete for each in verified(stage.anchors.lines(), None)] == [False, False, True]


def test_a_look_that_was_broken_off_is_done_again_whole(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(usecase, "_MOST", 2)
    for version in range(3):
        trails.pending(stage, str(version))
    anchored_later(stage)
    begun, _ = list(stage.anchors.lines())
    stage.anchors = MemoryAnchors(kept=[begun])  # as if the process had died after the first line
    stage.clock.move(dt.timedelta(days=1))

    assert anchor(stage.world).heads == 3
    assert [each.complete for each in verified(stage.anchors.lines(), None)] == [
        False,
        False,
        True,
    ]


def anchored_later(stage: Stage) -> None:
    """Anchor when everything so far is older than the hour that is looked at twice."""
    stage.clock.move(dt.timedelta(hours=2))
    anchor(stage.world)


@pytest.mark.parametrize("change", ["removed", "swapped", "other key", "one bit"])
def test_anchors_that_were_touched_are_found_out(stage: Stage, change: str) -> None:
    for version in range(3):
        trails.pending(stage, str(version))
        anchor(stage.world)
    lines = list(stage.anchors.lines())
    key = PublicKey(stage.signer.public_key.encode())
    match change:
        case "removed":
            del lines[1]
        case "swapped":
            lines[0], lines[1] = lines[1], lines[0]
        case "other key":
            key = PublicKey(LocalSigner.generated().public_key.encode())
        case _:
            middle = len(lines[1]) // 2
            lines[1] = lines[1][:middle] + bytes([lines[1][middle] ^ 1]) + lines[1][middle + 1 :]

    with pytest.raises(Broken, match=r"Anchor [12]"):
        list(verified(lines, key))


def test_nothing_is_added_after_a_line_that_cannot_be_read(stage: Stage) -> None:
    stage.anchors.append(b"not an anchor\n", position=0)

    with pytest.raises(DamagedError, match="last line"):
        anchor(stage.world)


def test_a_world_without_a_place_for_anchors_says_what_to_set(stage: Stage) -> None:
    stage.anchors = None  # type: ignore[assignment]  # a world without one

    with pytest.raises(BrokenError, match="PROMOTION_ANCHOR_CONTAINER"):
        anchor(stage.world)


def test_a_damaged_request_is_no_reason_not_to_anchor_the_others(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    trails.pending(stage)
    read = stage.requests.page

    def page(*asked: Any, **options: Any) -> Page:  # noqa: ANN401 -- passed on
        damage = Damage(request_id="a" * 26, problem="Its row cannot be read.")
        return msgspec.structs.replace(read(*asked, **options), damaged=(damage,))

    monkeypatch.setattr(stage.requests, "page", page)

    assert anchor(stage.world).heads == 1
    assert "damaged requests not anchored" in caplog.messages


def test_many_requests_are_looked_through_page_by_page(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for version in range(3):
        trails.pending(stage, str(version))
    read = stage.requests.page
    monkeypatch.setattr(
        stage.requests, "page", lambda query, *, cursor, **_: read(query, cursor=cursor, limit=1)
    )

    assert anchor(stage.world).heads == 3


@pytest.mark.parametrize("change", ["spaces around", "spaces inside"])
def test_an_anchor_in_another_form_is_found_out(stage: Stage, change: str) -> None:
    trails.pending(stage)
    anchor(stage.world)
    (line,) = stage.anchors.lines()
    if change == "spaces around":
        other = line.replace(b"{", b"{ ", 1)
    else:
        content = read_anchor(line)[1].content.replace(b"{", b"{ ", 1)
        other = canonical(wrap(ANCHOR, content)) + b"\n"

    with pytest.raises(Broken, match="canonical form"):
        list(verified([other], None))


@pytest.mark.azurite
def test_a_blob_that_was_made_and_never_written_is_begun(
    azurite: Azurite, sandbox_config: Config
) -> None:
    assert azurite.running
    name = f"anchors-{uuid.uuid4().hex}"
    with BlobServiceClient.from_connection_string(sandbox_config.connection_string()) as service:
        service.create_container(name).get_blob_client("heads.jsonl").create_append_blob()
        anchors = BlobAnchors(service, container=name)

        assert anchors.tip() == Tip()
        anchors.append(b"cut off", position=0)

        assert list(anchors.lines()) == [b"cut off"]


@pytest.mark.azurite
def test_a_missing_role_on_the_anchors_is_named(azurite: Azurite, sandbox_config: Config) -> None:
    assert azurite.running
    wrong = "AccountKey=" + base64.b64encode(b"another key").decode()
    text = re.sub("AccountKey=[^;]*", wrong, sandbox_config.connection_string())
    with (
        BlobServiceClient.from_connection_string(text) as service,
        pytest.raises(RetryableError, match="Storage Blob Data Contributor"),
    ):
        BlobAnchors(service, container="anchors-denied").append(b"line\n", position=0)

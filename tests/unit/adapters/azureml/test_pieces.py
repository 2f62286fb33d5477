"""Buffers, block sizes, names of files, refusals that are forgotten."""

import io
import threading
import time

import pytest

from promotion.adapters.azureml.buffers import BufferReader, Buffers
from promotion.adapters.azureml.connections import Detours
from promotion.adapters.azureml.courier import count_failure
from promotion.adapters.azureml.files import _path
from promotion.adapters.azureml.receipts import Receipt
from promotion.adapters.azureml.store import quoted
from promotion.adapters.azureml.ways import block_size
from promotion.domain.errors import BrokenError, InvalidError
from promotion.domain.manifest import ManifestFile

MIB = 1024 * 1024
FILE = ManifestFile(path="a", size=3, sha256="0" * 64)


def test_buffers_are_lent_and_used_again() -> None:
    buffers = Buffers(1, 8)
    first = buffers.borrow()

    assert buffers.try_borrow() is None
    buffers.give_back(first)
    assert buffers.try_borrow() is first


def test_who_finds_no_buffer_waits_for_one() -> None:
    buffers = Buffers(1, 8)
    held = buffers.borrow()
    threading.Timer(0.1, buffers.give_back, [held]).start()
    started = time.monotonic()

    assert buffers.borrow() is held
    assert time.monotonic() - started > 0.05


def test_a_buffer_reads_like_a_file() -> None:
    reader = BufferReader(memoryview(b"abcdef"))

    assert reader.read(4) == b"abcd"
    assert reader.tell() == 4
    assert reader.read() == b"ef"
    assert reader.read(1) == b""
    assert reader.seek(-2, io.SEEK_END) == 4
    assert reader.seek(-1, io.SEEK_CUR) == 3
    assert reader.seek(99) == 6
    assert reader.readable()
    assert reader.seekable()


@pytest.mark.parametrize(
    ("wanted", "file", "expected"),
    [
        (4 * MIB, 0, 4 * MIB),
        (100, 5_000_000, 100),
        (100, 5_000_001, MIB),
        (4 * MIB, 200_000 * MIB, 4 * MIB),
        (4 * MIB, 200_001 * MIB, 5 * MIB),
    ],
)
def test_blocks_grow_only_where_there_would_be_too_many(
    wanted: int, file: int, expected: int
) -> None:
    assert block_size(wanted, file) == expected


@pytest.mark.parametrize("path", ["a", "a b/ü", "..a/b.", "a\\b", "a\nb"])
def test_names_that_are_paths_are_kept(path: str) -> None:
    assert _path("asset", path) == path


@pytest.mark.parametrize("path", ["", "/a", "a/", "a//b", "./a", "a/..", "../a", "a\0b"])
def test_names_that_are_no_paths_are_refused(path: str) -> None:
    with pytest.raises(InvalidError):
        _path("asset", path)


@pytest.mark.parametrize(("etag", "expected"), [("0x1", '"0x1"'), ('"0x1"', '"0x1"'), ("", "")])
def test_etags_have_one_spelling(etag: str, expected: str) -> None:
    assert quoted(etag) == expected


def test_a_refusal_is_remembered_between_two_accounts_and_told_once() -> None:
    detours = Detours()

    assert detours.refuse(("a", "b"), 0)
    assert not detours.refuse(("a", "b"), 0)
    assert detours.first(("a", "b")) == 1
    assert detours.first(("b", "a")) == 0


def test_a_refusal_is_forgotten_after_a_while() -> None:
    detours = Detours(lifetime=0.05)
    detours.refuse(("a", "b"), 1)

    time.sleep(0.1)

    assert detours.first(("a", "b")) == 0


def test_a_copy_may_be_given_up_as_often_as_is_allowed() -> None:
    receipt = Receipt(copy_id="c")
    count_failure(receipt, FILE, "", 1)

    assert receipt.copy_id == ""
    with pytest.raises(BrokenError, match="2 times, at last with: 500 InternalError"):
        count_failure(receipt, FILE, "500 InternalError", 1)

"""Files with odd names, no bytes, or odd company arrive exactly, or the whole is refused."""

import base64
import unicodedata

import pytest

from tests.contract.registries.copies import Copy
from tests.contract.registries.front import Front
from tests.contract.registries.test_leftovers import folder
from tests.contract.registries.worlds import LocalWorld

pytestmark = pytest.mark.azurite

ODD = {
    "Model.pkl": b"upper",
    "model.pkl": b"lower",
    unicodedata.normalize("NFC", "größe.bin"): b"composed",
    unicodedata.normalize("NFD", "größe.bin"): b"decomposed",
    "100%.txt": b"a percent sign",
    "100%25.txt": b"its code",
    "a b+c&d=e#f.txt": b"reserved",
    "what?.txt": b"a question",
    "dir.with.dots./file.": b"trailing dots",
    " leading and trailing /  x  ": b"spaces",
    "semi;colon,comma'quote\"double.txt": b"quotes",
    "~tilde[bracket]{brace}|^`.txt": b"marks",
    "emoji-\N{ROCKET}/\N{SNOWMAN}.bin": b"beyond the plane",
    "deep/" * 20 + "file": b"deep",
    "empty": b"",
    "data/__init__.py": b"",
}


def test_names_are_kept_to_the_letter(local: LocalWorld) -> None:
    copy = Copy(local, dict(ODD))

    assert copy.transfer().complete
    copy.create()

    assert copy.arrived()
    assert local.registries.read_manifest(copy.target).digest == copy.manifest.digest


def test_names_are_kept_where_this_process_carries_the_bytes(
    local: LocalWorld, front: Front
) -> None:
    copy = Copy(local, dict(ODD))
    front.plan(method="PUT", copying=True, times=999, status=403, code="CannotVerifyCopySource")

    assert copy.transfer().complete
    copy.create()

    assert copy.arrived()


@pytest.mark.parametrize("refused", ["", "CannotVerifyCopySource"])
@pytest.mark.parametrize("length", [8, 48])
def test_blocks_that_somebody_left_do_not_stop_a_file(
    local: LocalWorld, front: Front, refused: str, length: int
) -> None:
    # Storage takes blocks of one blob only when all their ids have the same length.
    copy = Copy(local)
    blob = local.container_of(copy.target).get_blob_client(f"{folder(copy)}/part-2.bin")
    blob.stage_block(base64.b64encode(b"x" * length).decode(), b"left")
    if refused:
        front.plan(method="PUT", copying=True, times=999, status=403, code=refused)

    assert copy.transfer().complete
    copy.create()

    assert copy.arrived()


def test_a_file_that_another_worker_finished_meanwhile_is_not_swept_away(
    local: LocalWorld, front: Front
) -> None:
    copy = Copy(local)
    blob = local.container_of(copy.target).get_blob_client(f"{folder(copy)}/part-2.bin")
    blob.stage_block(base64.b64encode(b"x" * 8).decode(), b"left")
    content = copy.files["part-2.bin"]
    front.plan(
        method="PUT",
        path="part-2.bin",
        query="comp=blocklist",
        before=lambda: blob.upload_blob(content, overwrite=True),
    )

    assert copy.transfer().complete
    copy.create()

    assert copy.arrived()

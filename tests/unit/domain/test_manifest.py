"""The manifest's digest: canonical, and the same as the command in its documentation prints."""

import hashlib
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promotion.domain.errors import InvalidError
from promotion.domain.manifest import Manifest, ManifestFile, make_manifest

COMMAND = "find . -type f -printf '%P\\0' | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum"


def entry(path: str, content: bytes) -> ManifestFile:
    return ManifestFile(
        path=path,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def test_the_digest_is_what_the_documented_command_prints(tmp_path: Path) -> None:
    contents = {
        "MLmodel": b"flavors: {}\n",
        "data/model.pkl": b"\x80\x04N.",
        "data.txt": b"",
        "Ünïcode name with spaces.bin": b"x" * 100_000,
        "back\\slash": b"1",
        "new\nline": b"2",
        "carriage\rreturn": b"3",
        "Z": b"4",
        "a": b"5",
    }
    for path, content in contents.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(content)

    printed = subprocess.run(  # noqa: S602 -- the documented command, as it is documented
        COMMAND,
        shell=True,
        cwd=tmp_path,
        capture_output=True,
        check=True,
        text=True,
    ).stdout

    manifest = make_manifest([entry(path, content) for path, content in contents.items()])
    assert manifest.digest == f"sha256:{printed.split()[0]}"


FILES = st.dictionaries(st.text(min_size=1, max_size=20), st.binary(max_size=20), min_size=1)


@given(files=FILES, data=st.data())
def test_the_order_in_which_files_are_found_does_not_matter(
    files: dict[str, bytes], data: st.DataObject
) -> None:
    entries = [entry(path, content) for path, content in files.items()]

    shuffled = data.draw(st.permutations(entries))

    assert make_manifest(shuffled) == make_manifest(entries)


@given(first=FILES, second=FILES)
def test_different_files_have_different_digests(
    first: dict[str, bytes], second: dict[str, bytes]
) -> None:
    digests = {
        make_manifest([entry(path, content) for path, content in files.items()]).digest
        for files in (first, second)
    }

    assert len(digests) == (1 if first == second else 2)


def test_an_asset_without_files_has_no_manifest() -> None:
    with pytest.raises(InvalidError):
        make_manifest([])


def test_one_path_twice_is_refused() -> None:
    with pytest.raises(InvalidError):
        make_manifest([entry("a", b"1"), entry("a", b"2")])


def test_files_stand_in_the_order_of_their_names_bytes() -> None:
    # The middle one is the byte 80 alone, which is no text.
    names = ["a", "\udc80", "\u00e9"]

    found = make_manifest([entry(name, b"") for name in reversed(names)])

    assert [each.path for each in found.files] == names
    listing = b"".join(
        entry(name, b"").sha256.encode() + b"  " + name.encode(errors="surrogateescape") + b"\n"
        for name in names
    )
    assert found.digest == f"sha256:{hashlib.sha256(listing).hexdigest()}"


def test_a_manifest_is_of_a_folder_that_is_kept_nowhere_unless_told_otherwise() -> None:
    files = [entry("a", b"1")]

    assert make_manifest(files) == Manifest(files=tuple(files), store="", single_file=False)
    assert make_manifest(files, store="s", single_file=True) == Manifest(
        files=tuple(files), store="s", single_file=True
    )

"""Local folders for the scan: every file once, no link out of the folder, no waiting for a pipe."""

import os
from pathlib import Path

import pytest

from promotion.adapters.local_files import UnreadablePathError, open_paths
from promotion.checks.scan import scan_files


def _folder(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    (folder / "data").mkdir(parents=True)
    (folder / "MLmodel").write_text("flavors: {}\n")
    (folder / "data" / "x.csv").write_text("a,b\n")
    return folder


def test_files_of_a_folder_are_named_by_their_place_in_it(tmp_path: Path) -> None:
    found = open_paths([_folder(tmp_path)])

    assert sorted(file.path for file in found.files) == ["MLmodel", "data/x.csv"]
    assert found.findings == ()


def test_a_file_is_named_by_its_name(tmp_path: Path) -> None:
    found = open_paths([_folder(tmp_path) / "data" / "x.csv"])

    assert [(file.path, file.reader.size, file.reader.read(2, 5)) for file in found.files] == [
        ("x.csv", 4, b"b\n")
    ]


def test_several_paths_keep_their_names_apart(tmp_path: Path) -> None:
    first, second = _folder(tmp_path / "a"), _folder(tmp_path / "b")

    found = open_paths([first, second / "MLmodel"])

    assert sorted(file.path for file in found.files) == [
        "MLmodel",
        "model/MLmodel",
        "model/data/x.csv",
    ]


def test_a_link_inside_the_folder_is_followed(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    (folder / "again.csv").symlink_to("data/x.csv")

    found = open_paths([folder])

    assert "again.csv" in {file.path for file in found.files}
    assert found.findings == ()


@pytest.mark.parametrize("target", ["../outside.csv", "/etc/hostname", "missing.csv", "data", ".."])
def test_a_link_that_leads_elsewhere_is_a_finding_and_not_opened(
    tmp_path: Path, target: str
) -> None:
    folder = _folder(tmp_path)
    (tmp_path / "outside.csv").write_text("a\n")
    (folder / "link.csv").symlink_to(target)

    found = open_paths([folder])

    assert [(finding.rule, finding.path) for finding in found.findings] == [
        ("file-link", "link.csv")
    ]
    assert "link.csv" not in {file.path for file in found.files}


def test_a_pipe_is_a_finding_and_nobody_waits_for_it(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    os.mkfifo(folder / "pipe.csv")

    found = open_paths([folder])

    assert [finding.path for finding in found.findings] == ["pipe.csv"]


def test_a_missing_path_cannot_be_scanned(tmp_path: Path) -> None:
    with pytest.raises(UnreadablePathError, match="cannot be read"):
        open_paths([tmp_path / "missing"])


def test_a_file_that_changes_meanwhile_is_no_answer(tmp_path: Path) -> None:
    path = _folder(tmp_path) / "data" / "x.csv"
    found = open_paths([path])
    path.write_text("something longer\n")

    with pytest.raises(UnreadablePathError, match="changed while it was scanned"):
        scan_files(found.files)

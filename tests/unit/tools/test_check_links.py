"""`tools/check_links.py`: which links of Markdown files lead nowhere."""

import subprocess
from pathlib import Path

import pytest

from tools import check_links


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A git work tree with one page to point at."""
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "page one.md").write_text(
        "# Title\n\n## What's new, `code` & more\n\n## Twice\n\n## Twice\n\n<a id='by-hand'></a>\n",
    )
    return tmp_path


@pytest.mark.parametrize(
    "link",
    [
        "[a](docs)",
        "[a](docs/page%20one.md)",
        "[a](<docs/page one.md>)",
        "[a](/docs/page%20one.md#title)",
        "[a](docs/page%20one.md#whats-new-code--more)",
        "[a](docs/page%20one.md#twice-1)",
        "[a](docs/page%20one.md#by-hand)",
        "[a](#here)",
        "[a][ref]\n\n[ref]: docs/page%20one.md",
        "https://example.com/x and [a](https://example.com/missing.md) and [m](mailto:a@b.c)",
        "`[a](missing.md)`",
        "```\n[a](missing.md)\n```",
    ],
)
def test_a_link_that_leads_somewhere_is_fine(
    tree: Path,
    link: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tree / "README.md").write_text(f"# Here\n\n{link}\n")

    assert check_links.main(tree) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("link", "reason"),
    [
        ("[a](missing.md)", "missing.md (no such file)"),
        ("![a](missing.png)", "missing.png (no such file)"),
        ("[a][ref]\n\n[ref]: missing.md", "missing.md (no such file)"),
        ('<img src="missing.svg" alt="">', "missing.svg (no such file)"),
        ('text <a href="missing.md">inline</a>', "missing.md (no such file)"),
        ("[a](docs/page%20one.md#no)", "#no (no such heading in page one.md)"),
        ("[a](#there)", "#there (no such heading in README.md)"),
        ("[a](../outside.md)", "../outside.md (outside of the repository)"),
    ],
)
def test_a_link_that_leads_nowhere_is_reported_with_its_file(
    tree: Path,
    link: str,
    reason: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tree / "README.md").write_text(f"# Here\n\n{link}\n")

    assert check_links.main(tree) == 1
    reported = capsys.readouterr().err
    assert reported.startswith("README.md: ")
    assert reported.strip().endswith(reason)


def test_ignored_files_are_not_checked(tree: Path) -> None:
    (tree / ".gitignore").write_text("build/\n")
    (tree / "build").mkdir()
    (tree / "build" / "made.md").write_text("[a](missing.md)")

    assert check_links.main(tree) == 0

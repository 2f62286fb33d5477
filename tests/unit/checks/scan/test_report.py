"""A result as text and JSON: every finding with its place, nothing that could steer a terminal."""

import json

from promotion.checks.scan import ScanPolicy
from promotion.checks.scan.report import as_json, as_text, exit_code
from tests.corpus.hostile.sample import CALL4
from tests.corpus.readers import scan


def test_a_clean_result_exits_with_zero_and_says_clean() -> None:
    result = scan({"notes.md": b"# Fares\n"})

    assert exit_code(result) == 0
    read = result.statistics.bytes_read
    assert as_text(result) == f"clean: 1 file of 8 bytes, 0 members inside; {read} bytes read\n"


def test_a_blocked_result_exits_with_one_and_names_place_rule_and_reason() -> None:
    result = scan({"model.pkl": CALL4})

    lines = as_text(result).splitlines()

    assert exit_code(result) == 1
    assert lines[0].startswith(
        "BLOCK model.pkl @14: [pickle-global] A pickle refers to os.getcwd, which runs programs"
    )
    assert lines[-1].startswith("blocked by 1 finding:")


def test_notes_do_not_block() -> None:
    policy = ScanPolicy(allowed_globals=frozenset({"os:getcwd"}))
    result = scan({"model.pkl": CALL4}, policy)

    assert exit_code(result) == 0
    assert as_text(result).startswith("note  model.pkl: [pickle-global]")
    assert "\nclean, 1 note: 1 file of " in as_text(result)


def test_json_holds_the_whole_result() -> None:
    result = scan({"model.pkl": CALL4, "notes.md": b"# Fares\n"})

    told = json.loads(as_json(result))

    assert told["blocked"] is True
    assert [
        (finding["rule"], finding["severity"], finding["offset"]) for finding in told["findings"]
    ] == [("pickle-global", "block", 14)]
    assert {item["path"] for item in told["inventory"]} == {"model.pkl", "notes.md"}
    assert told["statistics"]["files"] == 2


def test_names_from_files_cannot_steer_the_terminal() -> None:
    result = scan({"a\x1b[2Jb\r\n.pkl": CALL4})

    text = as_text(result)

    assert "\x1b" not in text
    assert "\r" not in text

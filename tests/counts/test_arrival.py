"""What `python -m bench.arrival` plays in full, on little: every byte arrives, and a wrong one is noticed."""

import hashlib
import io

import msgspec
import pytest

from bench import arrival, synthetic
from bench.arrival import Arrival
from bench.child import call
from bench.scale import MIB
from bench.synthetic import Content
from sandbox.config import Config


def arrived() -> Arrival:
    """Return an arrival within its bounds."""
    return Arrival(
        case=arrival.SMALL["many"],
        odd=[],
        arrived=60 * 1024,
        manifest_seconds=1,
        copy_seconds=1,
        growth=MIB,
    )


@pytest.fixture(scope="session")
def warm(cloud: Config) -> None:
    """What `carry` promotes first, so that modules are loaded and connections open."""
    call("bench.synthetic:put", state=cloud.state, name=synthetic.WARM, files=1, size=1)


@pytest.mark.sandbox
@pytest.mark.parametrize(("files", "size"), [(60, 1024), (1, 24 * MIB)], ids=["many", "large"])
def test_files_arrive_as_they_were_written(
    cloud: Config, warm: None, files: int, size: int
) -> None:
    assert warm is None
    name = f"arrival-{files}"

    written = call("bench.synthetic:put", state=cloud.state, name=name, files=files, size=size)
    carried = call("bench.synthetic:carry", state=cloud.state, name=name)
    there = call("bench.synthetic:arrived", state=cloud.state, name=name)

    assert len(written) == files
    assert written == carried["hashes"] == there["hashes"]
    assert there["bytes"] == files * size


def test_content_is_never_the_same_and_is_hashed_as_it_is_read() -> None:
    contents = [Content(number, 9 * MIB) for number in range(2)]
    read = [io.BufferedReader(each, MIB).read() for each in contents]

    assert [len(each) for each in read] == [9 * MIB, 9 * MIB]
    assert read[0] != read[1]
    assert read[0][: 4 * MIB] != read[0][4 * MIB : 8 * MIB]
    hashes = [hashlib.sha256(each).hexdigest() for each in read]
    assert [each.hash.hexdigest() for each in contents] == hashes


def test_an_arrival_within_its_bounds_is_met() -> None:
    assert arrived().met


@pytest.mark.parametrize(
    "wrong",
    [
        {"odd": ["part 0/a"]},
        {"arrived": 60 * 1024 - 1},
        {"copy_seconds": 1000.0},
        {"growth": arrival.SMALL["many"].growth + 1},
    ],
    ids=["another hash", "a byte too few", "too late", "too large"],
)
def test_an_arrival_out_of_its_bounds_is_not_met(wrong: dict[str, object]) -> None:
    assert not msgspec.structs.replace(arrived(), **wrong).met


def test_paths_that_differ_are_named_on_either_side() -> None:
    written = {"same": "1", "other": "2", "missing": "3"}

    found = arrival._differing(written, {"same": "1", "other": "x", "foreign": "4"})

    assert found == {"other", "missing", "foreign"}

"""Every hostile sample is blocked by its rule at its place; every model of a real library passes."""

import functools
from types import ModuleType

import pytest

from promotion.checks.scan import Finding, Severity
from promotion.checks.scan.rules import RULES
from tests.corpus.benign import folders, formats, pickled
from tests.corpus.hostile import PARTS
from tests.corpus.hostile.sample import SOMEWHERE, Sample
from tests.corpus.readers import scan

_BENIGN = [pickled, formats, folders]


@functools.cache
def _scanned(part: ModuleType) -> tuple[tuple[Sample, tuple[Finding, ...]], ...]:
    """Return a part's samples with what the scan finds in them; making them takes seconds, so once."""
    return tuple((sample, scan(sample.files).findings) for sample in part.samples())


def _all_hostile() -> list[tuple[Sample, tuple[Finding, ...]]]:
    return [pair for part in PARTS for pair in _scanned(part)]


def _is_expected(sample: Sample, finding: Finding) -> bool:
    somewhere = sample.offset == SOMEWHERE and finding.offset is not None
    return (
        finding.severity is Severity.BLOCK
        and (finding.rule, finding.path) == (sample.rule, sample.place)
        and (somewhere or finding.offset == sample.offset)
    )


def _name(part: ModuleType) -> str:
    return part.__name__.rpartition(".")[2]


@pytest.mark.parametrize("part", PARTS, ids=_name)
def test_every_hostile_sample_is_blocked_by_its_rule_at_its_place(part: ModuleType) -> None:
    missed = {
        sample.name: (sample.rule, sample.place, sample.offset, findings)
        for sample, findings in _scanned(part)
        if not any(_is_expected(sample, finding) for finding in findings)
    }

    assert missed == {}


@pytest.mark.parametrize("part", _BENIGN, ids=_name)
def test_every_model_of_a_real_library_passes_without_a_finding(part: ModuleType) -> None:
    blocked = {sample.name: findings for sample, findings in _scanned(part) if findings}

    assert blocked == {}


def test_the_corpus_covers_what_it_must() -> None:
    hostile_names = [sample.name for sample, _ in _all_hostile()]
    benign_names = [sample.name for part in _BENIGN for sample, _ in _scanned(part)]

    assert len(set(hostile_names)) == len(hostile_names) >= 60
    assert len(set(benign_names)) == len(benign_names) >= 30


def test_no_sample_meets_a_defect_of_the_scanner() -> None:
    rules = {finding.rule for _, findings in _all_hostile() for finding in findings}

    assert "scanner-defect" not in rules


def test_every_rule_that_blocks_has_a_sample() -> None:
    met = {finding.rule for _, findings in _all_hostile() for finding in findings}

    # The rest: what only a defect, a local folder or a limit of the policy brings about.
    assert set(RULES) - met == {"scanner-defect", "file-link", "more-findings"}


def test_every_finding_says_where_why_and_what_to_do() -> None:
    for sample, findings in _all_hostile():
        for finding in findings:
            sentences = finding.message.count(". ") + finding.message.endswith(".")
            assert finding.path, sample.name
            assert sentences >= 2, (sample.name, finding.message)

"""What an asset needs, as people, programs and mails see it."""

import msgspec
import pytest

from promotion.domain.assets import Registry
from promotion.domain.request import Request
from promotion.messages import about, plain
from promotion.web.shapes import Promotion
from tests.building import PROD, Stage, model
from tests.surfing import APPROVER, REQUESTER, Surfer, said, words
from tests.unit.usecases.needing import (
    CHAIN,
    DATA,
    ENVIRONMENT,
    RULES,
    furnished,
    policy,
    promoted,
    put,
    validated,
)


@pytest.fixture
def surfer() -> Surfer:
    """Return a site over a world whose model needs four others."""
    surfer = Surfer(stage=furnished())
    surfer.stage.policy.policy = policy().policy
    return surfer


def staying(stage: Stage) -> Request:
    """Validate a model of which something stays in another registry."""
    rules = msgspec.structs.replace(RULES, stay=("azureml",))
    stage.policy.policy = policy(rules).policy
    put(stage, DATA, needs=ENVIRONMENT.moved(Registry("azureml"), name="curated"))
    return validated(stage)


def test_the_page_lists_them_with_what_becomes_of_each(surfer: Surfer) -> None:
    request = validated(surfer.stage)

    page = surfer.page(f"/promotions/{request.id}", APPROVER)

    rows = [said(each) for each in page.query("section[aria-labelledby=along] tbody tr")]
    assert len(rows) == len(CHAIN)
    for row, each in zip(rows, CHAIN, strict=True):
        assert f"{each.kind.singular} {each.label}" in row
        assert "travels along" in row
    assert "4 assets, approved along with it" in words(page, "section[aria-labelledby=along]")
    assert "and about all that it needs" in words(page, "#decide")


def test_the_page_says_what_is_not_bit_for_bit_the_same(surfer: Surfer) -> None:
    request = validated(surfer.stage)

    page = surfer.page(f"/promotions/{request.id}", APPROVER)

    told = words(page, "section[aria-labelledby=along]")
    assert "its image is built anew" in told
    assert f"{PROD.name} gets exactly this definition and builds an image of its own" in told


def test_the_page_says_what_stays_where_it_is(surfer: Surfer) -> None:
    request = staying(surfer.stage)

    page = surfer.page(f"/promotions/{request.id}", APPROVER)

    told = words(page, "section[aria-labelledby=along]")
    assert "environment curated:1" in told
    assert "stays in azureml, unread" in told


def test_without_any_the_page_says_nothing_of_them() -> None:
    surfer = Surfer()

    page = surfer.page(f"/promotions/{surfer.pending().id}", APPROVER)

    assert page.query("section[aria-labelledby=along]") == []


def test_the_api_lists_them_in_the_order_they_travel(surfer: Surfer) -> None:
    request = validated(surfer.stage)

    answer = surfer.call("GET", f"/api/promotions/{request.id}")

    told = msgspec.json.decode(answer.body, type=Promotion).dependencies
    assert [each.asset.id for each in told] == [each.id for each in CHAIN]
    assert [each.target.registry for each in told] == [PROD.name] * len(CHAIN)
    assert [each.rebuilt for each in told] == [each == ENVIRONMENT for each in CHAIN]
    assert told[-1].named[0].by == model().id
    assert told[-1].named[0].where == "tags.needs"


def test_a_dry_run_lists_them(surfer: Surfer) -> None:
    asked = {"asset": model().id, "dry_run": True}

    seen = surfer.json("POST", "/api/promotions", REQUESTER, body=asked)

    told = seen["examination"]["dependencies"]
    assert [each["asset"]["id"] for each in told] == [each.id for each in CHAIN]


def test_a_dry_run_says_what_would_be_refused_with_its_path(surfer: Surfer) -> None:
    surfer.stage.registries.delete(DATA)
    asked = {"asset": model().id, "dry_run": True}

    seen = surfer.json("POST", "/api/promotions", REQUESTER, body=asked)

    assert seen["examination"] is None
    assert "environment environment:1 -> data data:1: it is not there" in seen["problem"]


def test_progress_ends_at_everything_that_travelled(surfer: Surfer) -> None:
    request = promoted(surfer.stage)

    answer = surfer.call("GET", f"/api/promotions/{request.id}")

    progress = msgspec.json.decode(answer.body, type=Promotion).progress
    assert progress.files == progress.files_done == request.files + len(CHAIN)


def test_cards_and_mails_count_them() -> None:
    request = validated(furnished())

    (told,) = [each.value for each in about.journey(request) if each.label == "Needs"]

    assert told == "4 assets: 4 travel along, 27 bytes; images are built anew"


def test_cards_and_mails_count_what_does_not_travel() -> None:
    request = staying(furnished())

    (told,) = [each.value for each in about.journey(request) if each.label == "Needs"]

    assert told.startswith("5 assets: 4 travel along")
    assert "1 do not" in told


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("required_tags (environment fares:3)", "Required tags (environment fares:3)"),
        ("metric_threshold:r2 (model base:1)", "Metric threshold: r2 (model base:1)"),
        ("metric_threshold:r2", "Metric threshold: r2"),
        ("lineage", "Lineage"),
    ],
)
def test_a_check_is_titled_with_what_it_is_about(name: str, title: str) -> None:
    assert plain.title(name) == title

"""The overview: what waits for whom, what is under way, what was done, and the search."""

import datetime as dt

import pytest

from promotion.adapters.memory import MemoryRequests
from promotion.domain.actors import EVENT_GRID, Person
from promotion.domain.approvals import Verdict
from promotion.domain.assets import AssetKind, AssetRef
from promotion.domain.lifecycle import Opening
from promotion.ports import Damage, Page, Query
from promotion.usecases.decide import decide
from promotion.usecases.open_request import announce
from promotion.usecases.promote import promote
from promotion.usecases.validate import validate
from tests.building import WORKSPACE, Stage, ballot, model
from tests.surfing import (
    APPROVER,
    OPERATOR,
    READER,
    REQUESTER,
    SECOND,
    SECURITY,
    Surfer,
    attributes,
    said,
    words,
)


def section(surfer: Surfer, heading: str, who: Person) -> str:
    """Return the text of one section of the overview."""
    return words(surfer.page("/", who), f'section[aria-labelledby="{heading}"]')


def test_an_empty_overview_explains_how_a_promotion_begins() -> None:
    surfer = Surfer()

    page = surfer.page("/", REQUESTER)

    assert words(page, "h1") == "Nothing has asked to travel yet"
    assert "POST https://promotion.example/api/promotions" in words(page, "code")
    assert "Your role lets you ask" in words(page, "main")
    assert "which you do not hold" in words(surfer.page("/", READER), "main")


def test_what_waits_for_me_comes_first() -> None:
    surfer = Surfer()
    surfer.pending(model("mine"))

    page = surfer.page("/", APPROVER)

    headings = [said(each) for each in page.query("h2")]
    assert headings == ["Waiting for you", "Under way", "Done lately"]
    assert words(page, "h1") == "1 request waits for you"
    assert "mine:1" in section(surfer, "mine", APPROVER)
    assert words(page, "title") == "(1) Promotions"


@pytest.mark.parametrize("person", [READER, SECURITY, OPERATOR, REQUESTER])
def test_what_waits_for_others_is_under_way(person: Person) -> None:
    surfer = Surfer()
    surfer.pending(model("theirs"))

    assert words(surfer.page("/", person), "h1") == "Nothing waits for you"
    assert "theirs:1" in section(surfer, "moving", person)
    assert "Nothing needs your decision" in section(surfer, "mine", person)


def test_what_i_decided_on_waits_for_others() -> None:
    surfer = Surfer()
    request = surfer.pending(model("half"))
    decide(surfer.stage.world, request.id, ballot(request, APPROVER))

    assert "half:1" in section(surfer, "moving", APPROVER)
    assert "half:1" in section(surfer, "mine", SECOND)
    assert "2 approvals missing" in section(surfer, "mine", SECOND)


def test_what_is_done_is_told_by_how_it_ended() -> None:
    surfer = Surfer()
    promote(surfer.stage.world, surfer.approved(model("good")).id)
    surfer.stage.clock.move(dt.timedelta(hours=1))
    request = surfer.pending(model("bad"))
    decide(surfer.stage.world, request.id, ballot(request, APPROVER, Verdict.REJECT, comment="No."))

    done = section(surfer, "done", READER)

    assert done.index("bad:1") < done.index("good:1")
    assert "Rejected" in done
    assert "Promoted" in done


def test_a_failure_stays_under_way_and_says_why() -> None:
    surfer = Surfer()
    surfer.failed(model("stuck"))

    shown = section(surfer, "moving", OPERATOR)

    assert "stuck:1" in shown
    assert "The storage refuses." in shown


def test_a_model_that_is_awaited_says_for_what() -> None:
    surfer = Surfer()
    asset = AssetRef(home=WORKSPACE, kind=AssetKind.MODELS, name="late", version="1")
    (opened,) = announce(surfer.stage.world, asset, Opening(actor=EVENT_GRID))
    validate(surfer.stage.world, opened.request.id)

    shown = section(surfer, "moving", READER)

    assert "late:1 is not in dev-mlops-registry yet" in shown
    assert "model registration (this app)" in shown


def test_the_search_finds_a_name_in_a_state() -> None:
    surfer = Surfer()
    surfer.pending(model("wanted"))
    surfer.asked(model("wanted", "2"))
    surfer.pending(model("other"))

    page = surfer.page("/?name=wanted&state=pending")

    links = [attributes(each)["href"] for each in page.query("li.row a")]
    assert len(links) == 1
    assert words(page, "li.row h3") == "wanted:1"
    assert words(page, "h1") == "Waiting for approval for wanted"
    (field,) = page.query("input#name")
    assert attributes(field)["value"] == "wanted"
    (chosen,) = page.query("option[selected]")
    assert attributes(chosen)["value"] == "pending"


def test_a_search_that_finds_nothing_says_what_to_try() -> None:
    assert "No request matches" in words(Surfer().page("/?name=absent"), "main")


@pytest.mark.parametrize("query", ["state=lost", "state=&name=", "colour=red", "name=%20"])
def test_a_search_for_nothing_known_is_the_overview(query: str) -> None:
    assert words(Surfer().page(f"/?{query}"), "h1") == "Nothing has asked to travel yet"


def test_a_search_pages_to_its_end() -> None:
    surfer = Surfer(settings={"page_size": 2})
    for number in range(1, 4):
        surfer.asked(model(version=str(number)))
        surfer.stage.clock.move(dt.timedelta(seconds=1))

    first = surfer.page("/?state=received")
    (link,) = first.query("p.more a")
    second = surfer.page(attributes(link)["href"])

    assert [said(each) for each in first.query("li.row h3")] == ["taxi-fare:3", "taxi-fare:2"]
    assert [said(each) for each in second.query("li.row h3")] == ["taxi-fare:1"]
    assert second.query("p.more a") == []


def test_a_cut_link_begins_at_the_beginning() -> None:
    surfer = Surfer()
    surfer.asked()

    page = surfer.page("/?state=received&cursor=cut")

    assert "This is the first page" in words(page, ".notice")
    assert len(page.query("li.row")) == 1


def test_more_pending_than_a_page_shows_where_they_go_on() -> None:
    surfer = Surfer(settings={"page_size": 1})
    surfer.pending(model("a"))
    surfer.stage.clock.move(dt.timedelta(seconds=1))
    surfer.pending(model("b"))

    (link,) = surfer.page("/", APPROVER).query("p.more a")

    assert words(surfer.page(attributes(link)["href"], APPROVER), "li.row h3") == "a:1"


class WithDamage(MemoryRequests):
    """Requests of which one cannot be read back."""

    def page(self, query: Query, *, cursor: str = "", limit: int = 50) -> Page:
        """Return the page with the damaged one."""
        found = super().page(query, cursor=cursor, limit=limit)
        damage = Damage(request_id="b" * 26, problem="Its row is cut.")
        return Page(items=found.items, next_cursor=found.next_cursor, damaged=(damage,))


@pytest.mark.parametrize("path", ["/", "/?state=pending"])
def test_a_damaged_record_is_told_and_keeps_no_other_from_being_shown(path: str) -> None:
    surfer = Surfer(Stage(requests=WithDamage()))
    surfer.pending()

    page = surfer.page(path, APPROVER)

    assert "1 request cannot be shown" in words(page, ".notice")
    assert "Its row is cut." in words(page, ".notice")
    assert len(page.query("li.row")) == 1


def test_a_damaged_record_is_told_by_the_api() -> None:
    surfer = Surfer(Stage(requests=WithDamage()))

    listed = surfer.json("GET", "/api/promotions")

    assert listed["damaged"] == [{"id": "b" * 26, "problem": "Its row is cut."}]

"""People decide in a real browser: by mouse, by keyboard, without scripts, one after the other."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from promotion.domain.actors import SWEEP
from promotion.domain.lifecycle import expire
from promotion.usecases.promote import promote
from tests.building import model
from tests.surfing import APPROVER, OPERATOR, REQUESTER, SECOND, SECURITY, Surfer, somebody

pytestmark = pytest.mark.browser

type OpenAs = Callable[..., Page]


def decide(page: Page, verdict: str = "Approve", comment: str = "") -> None:
    """Fill in the form as a person would, and send it."""
    page.get_by_role("radio", name=verdict).check()
    page.get_by_label("Comment").fill(comment)
    page.get_by_role("checkbox", name="I looked at the checks").check()
    page.get_by_role("button", name="Record my decision").click()


def test_the_overview_leads_to_the_decision(served: Surfer, open_as: OpenAs) -> None:
    request = served.pending()
    page = open_as(APPROVER)

    page.get_by_role("link", name="Review taxi-fare:1").click()
    decide(page, comment="Numbers agree.")

    expect(page).to_have_url(re.compile(f"/promotions/{request.id}$"))
    expect(page.get_by_role("complementary")).to_contain_text("Approving approved")
    expect(page.locator("#decide")).to_contain_text("a decision counts once")
    assert served.state(request) == "pending"


def test_two_stages_with_a_quorum_bring_a_model_to_production(
    served: Surfer, open_as: OpenAs
) -> None:
    request = served.pending()

    for person in (APPROVER, SECOND, SECURITY):
        page = open_as(person, f"/promotions/{request.id}?verdict=approve")
        expect(page.get_by_role("radio", name="Approve")).to_be_checked()
        page.get_by_role("checkbox", name="I looked at the checks").check()
        page.get_by_role("button", name="Record my decision").click()
        expect(page.locator("#decide input[type=radio]")).to_have_count(0)
    promote(served.stage.world, request.id)
    page = open_as(APPROVER, f"/promotions/{request.id}")

    expect(page.get_by_role("heading", level=1)).to_have_text(
        "taxi-fare:1 is in prod-mlops-registry, exactly as approved"
    )


def test_a_rejection_asks_for_its_reason_and_ends_the_request(
    served: Surfer, open_as: OpenAs
) -> None:
    request = served.pending()
    page = open_as(APPROVER, f"/promotions/{request.id}?verdict=reject")

    decide(page, "Reject")
    expect(page.get_by_role("alert")).to_contain_text("A rejection needs a comment.")
    decide(page, "Reject", "The hold-out set overlaps.")

    expect(page.get_by_role("heading", level=1)).to_have_text(
        "taxi-fare:1 was not let into prod-mlops-registry"
    )
    expect(page.locator(".timeline")).to_contain_text("The hold-out set overlaps.")
    assert served.state(request) == "rejected"


def test_nothing_is_sent_before_the_box_is_ticked(served: Surfer, open_as: OpenAs) -> None:
    request = served.pending()
    page = open_as(APPROVER, f"/promotions/{request.id}?verdict=approve")

    page.get_by_role("button", name="Record my decision").click()

    box = page.get_by_role("checkbox", name="I looked at the checks")
    assert box.evaluate("box => box.validity.valueMissing") is True
    assert served.stage.requests.get(request.id).request.decisions == ()


def test_a_page_that_went_stale_shows_what_changed(served: Surfer, open_as: OpenAs) -> None:
    request = served.pending()
    first = open_as(APPROVER, f"/promotions/{request.id}?verdict=approve")
    second = open_as(SECOND, f"/promotions/{request.id}?verdict=reject")
    decide(first, comment="I was faster.")
    expect(first.locator("#decide")).to_contain_text("counts once")

    decide(second, "Reject", "My long thoughts.")

    expect(second.get_by_role("heading", level=1)).to_have_text(
        "The request changed since you looked"
    )
    expect(second.get_by_role("main")).to_contain_text("I was faster.")
    expect(second.get_by_role("main")).to_contain_text("My long thoughts.")
    second.get_by_role("link", name="Look at it as it is now").click()
    decide(second)
    expect(second.locator(".stages")).to_contain_text("Approving too approved")


def test_an_expired_request_says_so_to_who_comes_late(served: Surfer, open_as: OpenAs) -> None:
    request = served.pending()
    page = open_as(APPROVER, f"/promotions/{request.id}?verdict=approve")
    stored = served.stage.requests.get(request.id)
    now = served.stage.clock.now()
    served.stage.requests.save(stored, expire(stored.request, actor=SWEEP, now=now))

    decide(page)
    expect(page.get_by_role("alert")).to_contain_text("Your decision was not recorded.")
    page.get_by_role("link", name="Look at it as it is now").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Nobody decided in time")
    expect(page.locator("form")).to_have_count(0)


@pytest.mark.parametrize("name", ["Author", "Requesting"])
def test_who_made_or_asked_for_it_reads_why_they_may_not(
    served: Surfer, open_as: OpenAs, name: str
) -> None:
    request = served.pending()
    author = somebody(name, "Promotion.Approver")

    page = open_as(author, f"/promotions/{request.id}?verdict=approve")

    expect(page.locator("#decide")).to_contain_text("may not decide on it")
    expect(page.locator("#decide form")).to_have_count(0)


def test_everything_works_without_scripts(served: Surfer, open_as: OpenAs) -> None:
    request = served.pending()
    page = open_as(APPROVER, f"/promotions/{request.id}?verdict=approve", java_script_enabled=False)

    decide(page)

    expect(page.locator(".stages")).to_contain_text("Approving approved")


def test_a_decision_can_be_made_by_keyboard_alone(served: Surfer, open_as: OpenAs) -> None:
    request = served.pending()
    page = open_as(APPROVER, f"/promotions/{request.id}")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.get_by_role("link", name="Decide", exact=True).focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_role("radio", name="Approve")).to_be_checked()
    for key in ("Tab", "F", "i", "n", "e", "Tab", "Space", "Tab", "Enter"):
        page.keyboard.press(key)

    expect(page.locator(".stages")).to_contain_text("Approving approved")
    (said,) = served.stage.requests.get(request.id).request.decisions
    assert said.comment == "Fine"


def test_whoever_asked_takes_it_back(served: Surfer, open_as: OpenAs) -> None:
    request = served.pending()
    page = open_as(REQUESTER, f"/promotions/{request.id}")

    page.get_by_text("Cancel this request").click()
    page.get_by_label("Why").fill("Version 2 follows.")
    page.get_by_role("button", name="Cancel it").click()

    expect(page.locator(".badge")).to_have_text("Cancelled")
    assert served.state(request) == "cancelled"


def test_an_operator_has_a_failure_tried_again(served: Surfer, open_as: OpenAs) -> None:
    request = served.failed()
    page = open_as(OPERATOR, f"/promotions/{request.id}")

    page.get_by_label("Why").first.fill("The firewall was corrected.")
    page.get_by_role("button", name="Try again").click()

    expect(page.locator(".badge")).to_have_text("Approved")


HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>**b**{{7*7}}\u202egpj.exe"


def test_a_hostile_name_runs_nothing_and_turns_nothing_around(
    served: Surfer, open_as: OpenAs
) -> None:
    request = served.pending(model(HOSTILE.replace("/", "")), reason=HOSTILE)

    for path in ("/", f"/promotions/{request.id}", f"/promotions/{request.id}/audit"):
        page = open_as(APPROVER, path)
        text = page.locator("body").inner_text()
        assert "<img src=x onerror=alert(1)>" in text
        assert "\u202e" not in text
        assert page.locator("img, main script").count() == 0

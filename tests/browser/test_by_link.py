"""A link made for one person, in a real browser without a session: look, decide, once."""

import msgspec
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from promotion.domain.policy import Links
from promotion.ports import Query
from promotion.usecases.invite import invite
from tests.browser.conftest import OpenAs, Served
from tests.building import policy
from tests.surfing import NOBODY, STAGES
from tests.unit.web.test_by_link import INVITED, decisions

pytestmark = pytest.mark.browser


def mailed(served: Served) -> str:
    """Return the path of a link that somebody got by mail."""
    linked = msgspec.structs.replace(policy(*STAGES), links=Links(people=(INVITED,)))
    served.stage.policy.policy = linked
    request = served.pending()
    fact = served.stage.requests.facts(request.id)[-1]
    (made,) = invite(served.stage.world, request, fact)
    return f"/promotions/{request.id}/link/{made.handle}"


def fill(page: Page, address: str) -> None:
    """Fill in the form."""
    page.get_by_label("Approve").check()
    page.get_by_label("Your mail address").fill(address)
    page.get_by_label("I looked at the checks").check()
    page.get_by_role("button", name="Record my decision").click()


def test_the_addressee_decides_and_reads_that_it_is_recorded(
    served: Served, open_as: OpenAs
) -> None:
    page = open_as(NOBODY, mailed(served))

    fill(page, INVITED.mail)

    expect(page.get_by_text("Your decision is recorded.")).to_be_visible()
    expect(page.get_by_role("button", name="Record my decision")).to_have_count(0)
    (request,) = served.stage.requests.page(Query()).items
    assert decisions(served, request) == [("Invited", "approve")]


def test_another_address_is_refused_beside_the_form_which_keeps_what_was_chosen(
    served: Served, open_as: OpenAs
) -> None:
    page = open_as(NOBODY, mailed(served))

    fill(page, "somebody@tests.invalid")

    expect(page.get_by_role("alert")).to_contain_text("not the mail address")
    expect(page.get_by_label("Approve")).to_be_checked()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(served: Served, open_as: OpenAs, scheme: str) -> None:
    page = open_as(NOBODY, mailed(served), color_scheme=scheme)

    assert [each["id"] for each in Axe().run(page).response["violations"]] == []


def test_nothing_is_wider_than_the_screen(served: Served, open_as: OpenAs) -> None:
    page = open_as(NOBODY, mailed(served))

    for width in (320, 390, 768, 1280):
        page.set_viewport_size({"width": width, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth") <= width

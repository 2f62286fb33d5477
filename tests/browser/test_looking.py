"""How pages look and read: accessibility by axe, narrow screens, dark screens, paper."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from promotion.usecases.decide import decide
from promotion.usecases.promote import promote
from tests.building import ballot, model
from tests.lineages import waiting_after_a_share
from tests.surfing import ABSENT, APPROVER, NOBODY, OPERATOR, SECOND, Surfer

pytestmark = pytest.mark.browser

type OpenAs = Callable[..., Page]

#: Path with `{name}` for a request's id, and who looks.
PAGES = {
    "overview": ("/", APPROVER),
    "search": ("/?state=pending", APPROVER),
    "nothing found": ("/?name=absent", APPROVER),
    "pending": ("/promotions/{pending}?verdict=approve", APPROVER),
    "half decided": ("/promotions/{half}", SECOND),
    "shared": ("/promotions/{shared}", SECOND),
    "refused": ("/promotions/{refused}", APPROVER),
    "approved": ("/promotions/{approved}", APPROVER),
    "promoted": ("/promotions/{promoted}", APPROVER),
    "failed": ("/promotions/{failed}", OPERATOR),
    "audit": ("/promotions/{promoted}/audit", APPROVER),
    "lineage": ("/lineage/prod-mlops-registry/promoted/1", APPROVER),
    "nowhere": ("/nowhere", APPROVER),
    "unknown": (f"/promotions/{ABSENT}", APPROVER),
    "no role": ("/", NOBODY),
}


def stocked(surfer: Surfer) -> dict[str, str]:
    """Fill the site with a request in every state that looks its own way; return their ids."""
    half = surfer.pending(model("half"))
    decide(surfer.stage.world, half.id, ballot(half, APPROVER, comment="Fine.\nReally."))
    promoted = surfer.approved(model("promoted"))
    promote(surfer.stage.world, promoted.id)
    return {
        "pending": surfer.pending(model("n" * 255), reason="Because.").id,
        "half": half.id,
        "shared": waiting_after_a_share(surfer, "s" * 255).id,
        "refused": surfer.pending(model("refused"), r2="0.1", owner="").id,
        "approved": surfer.approved(model("approved")).id,
        "promoted": promoted.id,
        "failed": surfer.failed(model("failed")).id,
    }


def violations(page: Page) -> list[dict[str, Any]]:
    """Return what axe finds, whatever its weight."""
    found = Axe().run(page).response["violations"]
    return [
        {"rule": each["id"], "weight": each["impact"], "at": [n["html"] for n in each["nodes"]]}
        for each in found
    ]


def walk(open_as: OpenAs, ids: dict[str, str], **options: Any) -> Iterator[tuple[str, Page]]:  # noqa: ANN401 -- whatever Playwright takes
    """Visit every page, as who looks at it."""
    pages: dict[str, Page] = {}
    for name, (path, who) in PAGES.items():
        page = pages.get(who.oid) or open_as(who, "/favicon.ico", **options)
        pages[who.oid] = page
        page.goto(path.format(**ids))
        yield name, page


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(served: Surfer, open_as: OpenAs, scheme: str) -> None:
    found = {
        name: complaints
        for name, page in walk(open_as, stocked(served), color_scheme=scheme)
        if (complaints := violations(page))
    }

    assert found == {}


def test_axe_finds_nothing_on_an_empty_overview(open_as: OpenAs) -> None:
    assert violations(open_as(APPROVER, "/")) == []


def test_axe_would_find_something(open_as: OpenAs) -> None:
    page = open_as(APPROVER, "/")
    page.evaluate("document.querySelector('label').remove()")

    assert violations(page) != []


def test_nothing_is_wider_than_the_screen(served: Surfer, open_as: OpenAs) -> None:
    for name, page in walk(open_as, stocked(served)):
        for width in (320, 360, 768, 1280):
            page.set_viewport_size({"width": width, "height": 700})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)


def test_controls_are_large_enough_to_hit(served: Surfer, open_as: OpenAs) -> None:
    ids = stocked(served)
    page = open_as(
        APPROVER,
        f"/promotions/{ids['pending']}?verdict=approve",
        viewport={"width": 320, "height": 700},
    )

    for control in page.locator("button:visible, .button:visible, select:visible").all():
        box = control.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 24


def test_on_paper_only_what_belongs_into_a_file_is_left(served: Surfer, open_as: OpenAs) -> None:
    ids = stocked(served)
    page = open_as(APPROVER, f"/promotions/{ids['promoted']}/audit")

    page.emulate_media(media="print")

    assert not page.locator("header.top").is_visible()
    assert page.locator(".trail").is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_a_page_that_waits_looks_again_by_itself(served: Surfer, open_as: OpenAs) -> None:
    ids = stocked(served)
    page = open_as(APPROVER, f"/promotions/{ids['approved']}")

    promote(served.stage.world, ids["approved"])

    expect(page.locator(".badge")).to_have_text("Promoted", timeout=20_000)

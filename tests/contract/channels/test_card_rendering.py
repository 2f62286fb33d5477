"""Cards in the official renderer: no complaint, and text from outside stays text."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from promotion.domain.facts import FactType
from promotion.messages import card
from promotion.messages.compose import TOLD, compose
from tests.building import model
from tests.conftest import ROOT
from tests.telling import PUBLIC_URL, hostile_words, story

_MODULES: Final = ROOT / "sandbox" / "node_modules"
_SCRIPTS: Final = (
    _MODULES / "adaptivecards" / "dist" / "adaptivecards.min.js",
    _MODULES / "markdown-it" / "dist" / "markdown-it.min.js",
)
_CHROMIUM: Final = Path("/usr/bin/chromium")
_FLAGS: Final = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")

#: Renders with Markdown switched on, as Teams does, and tells what the renderer complained of.
_RENDER: Final = """
content => {
  AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
    result.outputHtml = window.markdownit().render(text); result.didProcess = true;
  };
  const card = new AdaptiveCards.AdaptiveCard();
  const context = new AdaptiveCards.SerializationContext(AdaptiveCards.Versions.v1_4);
  card.parse(content, context);
  const complaints = card.validateProperties().validationEvents.map(event => event.message);
  for (let i = 0; i < context.eventCount; i++) complaints.push(context.getEventAt(i).message);
  document.body.replaceChildren(card.render());
  return complaints;
}
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium without a window."""
    if not _CHROMIUM.exists():
        pytest.fail(f"{_CHROMIUM} is missing: install the package chromium", pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=_FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """An empty page with the renderer and its Markdown."""
    for script in _SCRIPTS:
        if not script.exists():
            pytest.fail(f"{script.name} is missing: run `make setup`", pytrace=False)
    page = browser.new_page()
    for script in _SCRIPTS:
        page.add_script_tag(path=script)
    yield page
    page.close()


def rendered(page: Page, content: dict[str, Any]) -> list[str]:
    """Render a card; return what the renderer complained of."""
    complaints: list[str] = page.evaluate(_RENDER, content)
    return complaints


def build(kind: FactType, words: str = "") -> dict[str, Any]:
    """Return a card; with `words`, every text from outside is these."""
    asset = model(words.replace("/", "") or "taxi-fare")
    request, fact = story(kind, asset, words=words or "Fine.", reason=words)
    notice = compose(request, fact, PUBLIC_URL)
    assert notice is not None
    return card.build(notice)


@pytest.mark.browser
@pytest.mark.parametrize("kind", sorted(TOLD))
def test_the_renderer_complains_of_nothing(page: Page, kind: FactType) -> None:
    assert rendered(page, build(kind)) == []
    assert "taxi-fare:1" in page.inner_text("body")


@pytest.mark.browser
def test_the_renderer_would_complain_of_a_wrong_card(page: Page) -> None:
    wrong = build(FactType.APPROVAL_REQUESTED)
    wrong["actions"].append({"type": "Action.Http", "title": "Approve", "method": "POST"})

    assert rendered(page, wrong) != []


@pytest.mark.browser
@pytest.mark.parametrize("words", hostile_words())
@pytest.mark.parametrize("kind", [FactType.APPROVAL_REQUESTED, FactType.REQUEST_REJECTED])
def test_hostile_text_becomes_neither_markup_nor_macro(
    page: Page, words: str, kind: FactType
) -> None:
    assert rendered(page, build(kind, words)) == []

    markup = page.locator("body a, body img, body script, body strong, body em, body li")
    assert markup.count() == 0
    if "DATE" in words:
        assert "DATE(2026-03-01T00:00:00Z" in page.inner_text("body")


@pytest.mark.browser
def test_the_same_text_would_become_markup_in_an_element_that_knows_it(page: Page) -> None:
    naive = build(FactType.APPROVAL_REQUESTED)
    naive["body"].append({"type": "TextBlock", "text": hostile_words()[0]})

    rendered(page, naive)

    assert page.locator("body a, body strong").count() > 0


@pytest.mark.browser
def test_buttons_lead_to_the_app_alone(page: Page) -> None:
    rendered(page, build(FactType.APPROVAL_REQUESTED))

    assert page.get_by_role("link").count() + page.get_by_role("button").count() == 3

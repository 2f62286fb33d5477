"""The Teams webhook: what is answered, and what becomes of a message."""

import json

import pytest

from sandbox.config import Config
from tests.contract.inbox.inbox import CARD_TYPE, Inbox, card, envelope, running_inbox

pytestmark = pytest.mark.asyncio


def open_url(url: str, title: str = "Open") -> dict[str, str]:
    return {"type": "Action.OpenUrl", "title": title, "url": url}


async def test_card_is_accepted_and_kept_with_its_texts_and_links(inbox: Inbox) -> None:
    facts = {"type": "FactSet", "facts": [{"title": "RMSE", "value": "1.9"}]}
    runs = {"type": "RichTextBlock", "inlines": ["Model ", {"type": "TextRun", "text": "taxi"}]}
    sent = card("A promotion waits", actions=[open_url("https://example.invalid/1", "Review")])
    sent["body"] += [facts, runs]

    status = await inbox.post(envelope(sent))

    (message,) = await inbox.messages()
    assert status == 202
    assert message["channel"] == "teams"
    assert message["subject"] == "A promotion waits"
    assert message["text"].splitlines() == [
        "A promotion waits",
        "RMSE: 1.9",
        "Model taxi",
        "Review",
    ]
    assert message["links"] == ["https://example.invalid/1"]
    assert message["card"] == sent
    assert message["problem"] is None


async def test_links_are_found_wherever_a_card_may_hold_them(inbox: Inbox) -> None:
    hidden = card(
        "x",
        actions=[
            {"type": "Action.ShowCard", "card": card(actions=[open_url("https://a.invalid")])}
        ],
        selectAction=open_url("https://b.invalid"),
    )
    run = {"type": "TextRun", "text": "t", "selectAction": open_url("https://c.invalid")}
    column = {"items": [{"type": "RichTextBlock", "inlines": [run]}]}
    hidden["body"].append({"type": "ColumnSet", "columns": [column]})

    await inbox.post(envelope(hidden))

    (message,) = await inbox.messages()
    assert sorted(message["links"]) == [
        "https://a.invalid",
        "https://b.invalid",
        "https://c.invalid",
    ]


async def test_each_attachment_becomes_a_message(inbox: Inbox) -> None:
    await inbox.post(envelope(card("first"), card("second")))

    assert {message["subject"] for message in await inbox.messages()} == {"first", "second"}


@pytest.mark.parametrize("change", ["sig=", "sig=wrong&x=", "sig=%C3%A4&x=", "other="])
async def test_wrong_signature_is_401_and_nothing_is_kept(inbox: Inbox, change: str) -> None:
    url = inbox.config.teams_webhook.replace("sig=", change)
    if change == "sig=":
        url = url.replace(inbox.config.teams_secret, "")

    assert await inbox.post(envelope(card("x")), url=url) == 401
    assert await inbox.messages() == []


async def test_message_over_28_kilobytes_is_413(inbox: Inbox) -> None:
    assert await inbox.post(envelope(card("x" * 28 * 1024))) == 413
    assert await inbox.messages() == []


async def test_message_just_below_the_limit_is_taken(inbox: Inbox) -> None:
    empty = len(str(envelope(card(""))))

    assert await inbox.post(envelope(card("x" * (28 * 1024 - empty - 20)))) == 202


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff", "not JSON"),
        (b"[" * 10_000 + b"]" * 10_000, "not JSON"),
        ([], "object"),
        ({"text": "hello"}, "`type`"),
        ({"type": "message"}, "`attachments`"),
        ({"type": "message", "attachments": []}, "`attachments`"),
        ({"type": "message", "attachments": [1]}, "contentType"),
        ({"type": "message", "attachments": [{"content": card("x")}]}, "contentType"),
        ({"type": "message", "attachments": [{"contentType": CARD_TYPE}]}, "AdaptiveCard"),
        (envelope({"type": "MessageCard"}), "AdaptiveCard"),
        (envelope({"type": "AdaptiveCard", "body": []}), "version"),
        (envelope(card("x", actions=[{"type": "Action.Submit"}])), "Action.Submit"),
        (envelope(card("x", actions=[{"type": "Action.Http"}])), "Action.Http"),
    ],
)
async def test_message_that_the_flow_cannot_use_is_202_and_shown_with_its_problem(
    inbox: Inbox,
    body: object,
    reason: str,
) -> None:
    status = await inbox.post(body)

    (message,) = await inbox.messages()
    assert status == 202
    assert reason in message["problem"]


@pytest.mark.parametrize(
    "strange",
    [
        card("x", actions="none"),
        card("x") | {"body": {"type": "TextBlock", "text": 5}},
        card("x") | {"body": [None, 5, {"type": 7}, {"type": "FactSet", "facts": [1, {}]}]},
        card("x") | {"body": [{"type": "RichTextBlock", "inlines": 5}]},
        card("x") | {"actions": [{"type": "Action.OpenUrl", "url": 5, "title": []}]},
    ],
)
async def test_card_of_any_shape_is_kept(inbox: Inbox, strange: dict[str, object]) -> None:
    assert await inbox.post(envelope(strange)) == 202

    (message,) = await inbox.messages()
    assert message["card"] == strange
    assert (await inbox.get("/"))[0] == 200


@pytest.mark.parametrize("levels", [30, 300, 900])
async def test_deeply_nested_card_is_kept(inbox: Inbox, levels: int) -> None:
    opening, closing = '{"type":"Container","items":[', "]}"
    inner = opening * levels + '{"type":"TextBlock","text":"bottom"}' + closing * levels
    body = json.dumps(envelope(card("top"))).replace('"body": [', f'"body": [{inner},')

    assert await inbox.post(body.encode()) == 202
    assert len(await inbox.messages()) == 1
    assert (await inbox.get("/"))[0] == 200


async def test_planned_refusals_come_first_and_end(inbox: Inbox) -> None:
    await inbox.admin("POST", "/sandbox/faults", {"place": "teams", "status": 429, "times": 2})

    statuses = [await inbox.post(envelope(card("x"))) for _ in range(3)]

    assert statuses == [429, 429, 202]
    assert len(await inbox.messages()) == 1


async def test_restart_keeps_messages_newest_first(config: Config) -> None:
    async with running_inbox(config) as inbox:
        await inbox.post(envelope(card("older")))
        await inbox.post(envelope(card("newer")))
    async with running_inbox(config) as inbox:
        await inbox.post(envelope(card("newest")))
        subjects = [message["subject"] for message in await inbox.messages()]

    assert subjects == ["newest", "newer", "older"]

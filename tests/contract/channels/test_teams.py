"""The webhook gets one card at a time, follows nobody elsewhere, and its address stays a secret."""

import datetime as dt
import logging
import time
import traceback
from collections.abc import Iterator

import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError

from promotion.adapters.teams import TeamsChannel
from promotion.domain.errors import BrokenError, InvalidError, PromotionError, RetryableError
from promotion.domain.facts import FactType
from sandbox import tls
from sandbox.config import Config
from tests.contract.channels.receiver import Answer, Receiver, receiving
from tests.telling import PUBLIC_URL, story

SECRET = "Zx9%2Bkq_Secret-1"
PLAIN_SECRET = "Zx9+kq_Secret-1"
PATH = f"/workflows/1/triggers/manual/paths/invoke?api-version=1&sp=%2Ftriggers&sig={SECRET}"


class Identity:
    """An identity that gets tokens, or none."""

    def __init__(self, *, known: bool = True) -> None:
        self.known = known
        self.scopes: list[str] = []

    def get_token(self, *scopes: str, **_options: object) -> AccessToken:
        """Return a token."""
        self.scopes.extend(scopes)
        if not self.known:
            raise ClientAuthenticationError(f"no identity for {PLAIN_SECRET}")
        return AccessToken("a-token", 2**40)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A webhook that answers as a test plans, 202 otherwise."""
    with receiving(Answer(202)) as receiver:
        yield receiver


@pytest.fixture
def teams(receiver: Receiver) -> Iterator[TeamsChannel]:
    """The channel to that webhook."""
    channel = TeamsChannel(f"{receiver.url}{PATH}", public_url=PUBLIC_URL, allow_loopback=True)
    yield channel
    channel.close()


def test_a_card_goes_to_the_whole_address_and_names_its_fact(
    receiver: Receiver, teams: TeamsChannel
) -> None:
    request, fact = story(FactType.APPROVAL_REQUESTED)

    teams.deliver(request, fact)

    (got,) = receiver.got
    assert got.path == PATH
    assert got.headers["content-type"] == "application/json"
    assert got.headers["x-ms-client-tracking-id"] == fact.id


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirection_is_not_followed(
    receiver: Receiver, teams: TeamsChannel, status: int
) -> None:
    receiver.plan(status, headers={"Location": f"{receiver.url}/elsewhere"})

    with pytest.raises(RetryableError, match="not followed"):
        teams.deliver(*story(FactType.APPROVAL_REQUESTED))

    assert [got.path for got in receiver.got] == [PATH]


def test_throttling_is_passed_on_with_its_time(receiver: Receiver, teams: TeamsChannel) -> None:
    receiver.plan(429, headers={"Retry-After": "30"})

    with pytest.raises(RetryableError) as refused:
        teams.deliver(*story(FactType.APPROVAL_REQUESTED))

    assert refused.value.after == dt.timedelta(seconds=30)
    assert len(receiver.got) == 1


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_an_address_that_works_no_more_waits_for_an_operator(
    receiver: Receiver, teams: TeamsChannel, status: int
) -> None:
    receiver.plan(status)

    with pytest.raises(RetryableError, match="PROMOTION_TEAMS_WEBHOOK"):
        teams.deliver(*story(FactType.APPROVAL_REQUESTED))


@pytest.mark.parametrize("status", [400, 413])
def test_a_card_that_is_refused_is_given_up(
    receiver: Receiver, teams: TeamsChannel, status: int
) -> None:
    receiver.plan(status, b"The card is wrong.")

    with pytest.raises(BrokenError, match=r"The card is wrong\."):
        teams.deliver(*story(FactType.APPROVAL_REQUESTED))


@pytest.mark.parametrize("status", [302, 400, 403, 429, 500])
def test_an_answer_that_repeats_the_address_gives_nothing_away(
    receiver: Receiver, teams: TeamsChannel, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    receiver.plan(status, f"cannot serve {PATH} or {PLAIN_SECRET}".encode())

    with caplog.at_level(logging.DEBUG), pytest.raises(PromotionError) as refused:
        teams.deliver(*story(FactType.APPROVAL_REQUESTED))

    shown = "".join(traceback.format_exception(refused.value)) + caplog.text
    assert "Secret-1" not in shown
    assert refused.value.__context__ is None


def test_an_answer_that_is_no_text_is_no_obstacle(receiver: Receiver, teams: TeamsChannel) -> None:
    receiver.plan(500, b"\xff\xfe\x00" * 10_000, {"Content-Type": "text/plain; charset=nonsense"})

    with pytest.raises(RetryableError, match="answered 500"):
        teams.deliver(*story(FactType.APPROVAL_REQUESTED))


def test_at_most_four_cards_a_second_are_sent(receiver: Receiver, teams: TeamsChannel) -> None:
    began = time.monotonic()

    for _ in range(5):
        teams.deliver(*story(FactType.APPROVAL_REQUESTED))

    assert time.monotonic() - began >= 1.0
    assert len(receiver.got) == 5


def test_a_flow_that_asks_for_a_token_gets_one_over_tls(
    sandbox_config: Config, certificates: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert certificates is None
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(sandbox_config.ca_bundle))
    identity = Identity()

    with receiving(Answer(202), tls.server_context(sandbox_config)) as receiver:
        channel = TeamsChannel(
            f"{receiver.url}/invoke",
            public_url=PUBLIC_URL,
            credential=identity,
            allow_loopback=True,
        )
        channel.deliver(*story(FactType.APPROVAL_REQUESTED))
        channel.close()

    assert receiver.got[0].headers["authorization"] == "Bearer a-token"
    assert identity.scopes == ["https://service.flow.microsoft.com//.default"]


def test_an_identity_that_cannot_sign_in_is_told_apart_from_silence() -> None:
    channel = TeamsChannel(
        "https://a.logic.azure.com/invoke",
        public_url=PUBLIC_URL,
        credential=Identity(known=False),
    )

    with pytest.raises(RetryableError, match="could not sign in") as refused:
        channel.deliver(*story(FactType.APPROVAL_REQUESTED))

    assert PLAIN_SECRET not in "".join(traceback.format_exception(refused.value))
    channel.close()


@pytest.mark.parametrize(
    "webhook",
    [
        f"https://evil.example{PATH}",
        f"http://a.logic.azure.com{PATH}",
        f"http://127.0.0.1:9{PATH}",
        f"https://a.logic.azure.com@evil.example{PATH}",
    ],
)
def test_another_address_than_a_workflows_webhook_is_refused(webhook: str) -> None:
    with pytest.raises(InvalidError) as refused:
        TeamsChannel(webhook, public_url=PUBLIC_URL)

    assert "Secret-1" not in str(refused.value)


def test_hosts_of_another_cloud_are_allowed_by_name() -> None:
    channel = TeamsChannel(
        "https://a.logic.azure.us/invoke", public_url=PUBLIC_URL, hosts=(".logic.azure.us",)
    )

    assert channel.name == "teams"

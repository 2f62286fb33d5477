"""Posts cards to a Teams channel through a Workflows webhook. Knows no topic and no mail.

The answer 202 means that the flow was started, not that a card was shown: the flow runs afterwards and
tells nobody when it fails. Reminders and mail are there for that.

The address is a secret unless the flow asks for a token: whoever has it can post. It appears in no
error, no log and no traceback.

Sent by azure-core's pipeline rather than by requests itself: it is loaded already, does not follow
redirections, honours the proxy settings, and knows the app's identity when the flow wants a token.
"""

import datetime as dt
from functools import cached_property
from typing import TYPE_CHECKING, Final

from azure.core.credentials import TokenCredential
from azure.core.exceptions import AzureError
from azure.core.rest import HttpRequest

from promotion.domain.errors import BrokenError, RetryableError
from promotion.domain.facts import Fact
from promotion.domain.request import Request
from promotion.messages import card, plain
from promotion.messages.compose import compose
from promotion.wire import answers, redaction
from promotion.wire.addresses import check_address
from promotion.wire.pace import Pace

if TYPE_CHECKING:
    from typing import Any

    from azure.core import PipelineClient
    from azure.core.rest import HttpResponse

#: Hosts of Workflows webhooks: the old ones and the present ones (power-automate documentation).
HOSTS: Final = (".logic.azure.com", ".environment.api.powerplatform.com")

#: The audience is `https://service.flow.microsoft.com/`, with the slash: hence two of them.
_SCOPE: Final = "https://service.flow.microsoft.com//.default"
_WHO: Final = "The Teams webhook"
_ADDRESS: Final = "Open the flow, copy its address again into PROMOTION_TEAMS_WEBHOOK, and check who may trigger it."
_REMEDIES: Final = {401: _ADDRESS, 403: _ADDRESS, 404: _ADDRESS, 410: _ADDRESS}

_ACCEPTED: Final = range(200, 300)
#: Bytes of a refusal that are looked at.
_READ: Final = 2_000

#: Requests per second that Teams takes from one webhook.
_RATE: Final = 4.0
#: Seconds.
_CONNECT_TIMEOUT: Final = 10
_READ_TIMEOUT: Final = 30


class TeamsChannel:
    """The chat channel: cards for what people are asked or told."""

    name = "teams"

    def __init__(
        self,
        webhook: str,
        *,
        public_url: str,
        credential: TokenCredential | None = None,
        hosts: tuple[str, ...] = HOSTS,
        allow_loopback: bool = False,
    ) -> None:
        """Post to a Workflows webhook.

        Args:
            webhook: its address, with the signature unless the flow asks for a token.
            public_url: the app's own address, to which the buttons lead.
            credential: the app's identity, for a flow that only named identities may trigger.
            hosts: suffixes of hosts that may be called; sovereign clouds have their own.
            allow_loopback: whether the webhook may be on this machine, without TLS.

        Raises:
            InvalidError: the address is not one that may be called; it is not repeated there.
        """
        setting = "PROMOTION_TEAMS_WEBHOOK"
        self._webhook = check_address(
            webhook, setting=setting, hosts=hosts, allow_loopback=allow_loopback
        )
        self._secrets = redaction.secrets_of(webhook)
        self._public_url = public_url
        self._credential = credential
        self._pace = Pace(per_second=_RATE)
        redaction.guard_logs()

    def deliver(self, request: Request, fact: Fact) -> None:
        """Post a card for a fact that people are told; pass over the others.

        The card's last line and the header `x-ms-client-tracking-id`, which the flow's run history
        shows, hold the fact's id.

        Raises:
            RetryableError: the webhook is away, throttles, or its address or rights must be mended.
            BrokenError: it will never take this card.
        """
        notice = compose(request, fact, self._public_url)
        if notice is None:
            return
        self._pace.wait()
        failure = self._post(card.message(notice), notice.fact)
        # Raised here, not where it was caught: no cause, no context that could show the address.
        if failure is not None:
            raise failure

    def close(self) -> None:
        """Close the connections, where there are any."""
        if "_client" in self.__dict__:
            self._client.close()

    def _post(self, body: bytes, fact_id: str) -> RetryableError | BrokenError | None:
        headers = {"Content-Type": "application/json", "x-ms-client-tracking-id": fact_id}
        request = HttpRequest("POST", self._webhook, content=body, headers=headers)
        try:
            response = self._client.send_request(
                request,
                connection_timeout=_CONNECT_TIMEOUT,
                read_timeout=_READ_TIMEOUT,
            )
        except AzureError as error:
            return answers.unanswered(_WHO, error)
        if response.status_code in _ACCEPTED:
            return None
        return self._refusal(response)

    def _refusal(self, response: "HttpResponse") -> RetryableError | BrokenError:
        written = response.content[:_READ].decode("utf-8", "replace")
        said = plain.plain(redaction.hide(written, self._secrets))
        wait = answers.retry_after(response.headers, now=_now())
        return answers.refusal(_WHO, response.status_code, said, after=wait, remedies=_REMEDIES)

    @cached_property
    def _client(self) -> "PipelineClient[HttpRequest, HttpResponse]":
        from azure.core import PipelineClient  # noqa: PLC0415 -- loaded with the first card
        from azure.core.pipeline import policies  # noqa: PLC0415 -- as above

        # Neither retries nor redirections, and none of the policies that log or trace addresses.
        used: list[Any] = [
            policies.UserAgentPolicy("azureml-promotion"),
            policies.ProxyPolicy(),
        ]
        if self._credential is not None:
            used.append(policies.BearerTokenCredentialPolicy(self._credential, _SCOPE))
        return PipelineClient(base_url="", policies=used)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)

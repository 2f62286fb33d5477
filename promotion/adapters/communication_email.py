"""Sends notices through Azure Communication Services. Knows no SMTP server.

The answer 202 means that the service took the mail, not that it arrived: that shows in the resource's
own logs and delivery reports. One mail per recipient, each with an operation id of its own that is the
same whenever the same fact is told again.
"""

import datetime as dt
import uuid
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Final

from azure.core.credentials import AzureKeyCredential, TokenCredential
from azure.core.exceptions import AzureError, ResourceExistsError

from promotion.domain.facts import Fact
from promotion.domain.request import Request
from promotion.messages import mail
from promotion.messages.mail import Mail
from promotion.messages.post import Post
from promotion.wire import answers
from promotion.wire.addresses import check_address
from promotion.wire.mailboxes import Mailing
from promotion.wire.recipients import Told, tell_each

if TYPE_CHECKING:
    from azure.communication.email import EmailClient

_WHO: Final = "Azure Communication Services"
_ROLE: Final = (
    "Give the app's identity the role Communication and Email Service Owner on the resource."
)
_REMEDIES: Final = {
    401: _ROLE,
    403: _ROLE,
    404: "Check PROMOTION_MAIL_ENDPOINT, and that the domain of PROMOTION_MAIL_SENDER is linked there.",
}
#: Namespace of the operation ids.
_NAMESPACE: Final = uuid.uuid5(uuid.NAMESPACE_URL, "urn:mlpromotion:mail")

#: Seconds.
_CONNECT_TIMEOUT: Final = 10
_READ_TIMEOUT: Final = 30


class CommunicationEmailChannel:
    """The mail channel over Azure Communication Services."""

    name = "email"

    def __init__(
        self,
        endpoint: str,
        credential: TokenCredential | AzureKeyCredential,
        mailing: Mailing,
        post: Post,
        *,
        allow_loopback: bool = False,
    ) -> None:
        """Send through the resource at `endpoint` what `post` has for each recipient.

        Args:
            endpoint: `https://{resource}.{region}.communication.azure.com`.
            credential: the app's identity, or the resource's key where there is none.
            mailing: the sender (an address of a domain linked to the resource), made by
                `promotion.wire.mailboxes.mailing`.
            post: who gets which mail.
            allow_loopback: whether the endpoint may be on this machine, without TLS.

        Raises:
            InvalidError: the endpoint is not one that may be called.
        """
        setting = "PROMOTION_MAIL_ENDPOINT"
        self._endpoint = check_address(endpoint, setting=setting, allow_loopback=allow_loopback)
        self._credential = credential
        self._mailing = mailing
        self._post = post
        self._told = Told()

    def deliver(self, request: Request, fact: Fact) -> None:
        """Mail a fact that people are told to every recipient; pass over the others.

        Raises:
            RetryableError: the service is away, throttles, or an operator must mend something first.
            BrokenError: it refuses a mail for good; the other recipients have theirs.
        """
        letters = self._post.letters(request, fact)
        tell = partial(self._send, letters)
        tell_each(fact.id, tuple(letters), self._told, tell)

    def close(self) -> None:
        """Close the connections, where there are any."""
        if "_client" in self.__dict__:
            self._client.close()

    def _send(self, letters: dict[str, Mail], recipient: str) -> None:
        letter = letters[recipient]
        try:
            # Without polling: how the mail travels on is the service's business.
            self._client.begin_send(
                self._message(letter, recipient),
                operation_id=operation_id(letter.fact, recipient),
                polling=False,
            )
        except ResourceExistsError:
            # The operation id is this mail's own: it was taken before, or is being taken now.
            return
        except AzureError as error:
            now = dt.datetime.now(dt.UTC)
            raise answers.translate(_WHO, error, remedies=_REMEDIES, now=now) from error

    def _message(self, letter: Mail, recipient: str) -> dict[str, Any]:
        return {
            "senderAddress": self._mailing.sender,
            "recipients": {"to": [{"address": recipient}]},
            "content": {
                "subject": letter.subject,
                "plainText": letter.text,
                "html": letter.html,
            },
            "headers": mail.headers(letter, recipient=recipient, domain=self._mailing.domain),
            # Tracking would lead the links through the service's own host.
            "userEngagementTrackingDisabled": True,
        }

    @cached_property
    def _client(self) -> "EmailClient":
        # 69 ms: loaded by the function that sends, not by those that do not.
        from azure.communication.email import EmailClient  # noqa: PLC0415 -- see above

        return EmailClient(
            self._endpoint,
            self._credential,
            connection_timeout=_CONNECT_TIMEOUT,
            read_timeout=_READ_TIMEOUT,
            # Trying again is the queue's business: the SDK would sleep through any Retry-After.
            retry_total=0,
        )


def operation_id(fact: str, recipient: str) -> str:
    """Return the id under which the service knows the mail of one fact to one recipient."""
    return str(uuid.uuid5(_NAMESPACE, f"{fact}\n{recipient}"))

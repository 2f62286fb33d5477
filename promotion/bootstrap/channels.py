"""The channels that the settings name; none is an error, as a channel can be left out on purpose."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from promotion.ports import Channel, Evidence, World
from promotion.settings import Settings

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential

type Identity = Callable[[], "TokenCredential"]


def channels(settings: Settings, world: World, identity: Identity) -> tuple[Channel, ...]:
    """Return topic, Teams and mail, those of them that are configured."""
    made: list[Channel] = []
    if settings.topic_endpoint:
        made.append(_topic(settings, world.evidence, identity))
    if settings.teams_webhook:
        made.append(_teams(settings, identity))
    if settings.mail.endpoint or settings.mail.smtp_host:
        made.append(_mail(settings, world, identity))
    if settings.telemetry:
        from promotion.adapters.telemetry import MetricsChannel

        made.append(MetricsChannel())
    return tuple(made)


def _topic(settings: Settings, evidence: Evidence, identity: Identity) -> Channel:
    from azure.core.credentials import AzureKeyCredential

    from promotion.adapters.event_grid import EventGridTopic

    key = settings.topic_key
    return EventGridTopic(
        settings.topic_endpoint,
        AzureKeyCredential(key) if key else identity(),
        evidence,
        allow_loopback=settings.allow_loopback,
    )


def _teams(settings: Settings, identity: Identity) -> Channel:
    from promotion.adapters.teams import TeamsChannel

    # A flow that does not sign its address asks for a token instead.
    signed = "sig" in parse_qs(urlsplit(settings.teams_webhook).query)
    return TeamsChannel(
        settings.teams_webhook,
        public_url=settings.public_url,
        credential=None if signed else identity(),
        allow_loopback=settings.allow_loopback,
    )


def _mail(settings: Settings, world: World, identity: Identity) -> Channel:
    from promotion.adapters.communication_email import CommunicationEmailChannel
    from promotion.adapters.smtp import Security, SmtpChannel, SmtpServer
    from promotion.messages.post import Post
    from promotion.usecases import addressees, invite
    from promotion.wire.mailboxes import mailing

    mail = settings.mail
    people = mailing(sender=mail.sender, recipients=mail.recipients)
    post = Post(
        public_url=settings.public_url,
        everyone=people.recipients,
        named=partial(addressees.named, world),
        invite=partial(invite.invite, world),
    )
    if mail.endpoint:
        return CommunicationEmailChannel(mail.endpoint, identity(), people, post)
    server = SmtpServer(
        host=mail.smtp_host,
        port=mail.smtp_port,
        security=Security(mail.smtp_security),
        user=mail.smtp_user,
        password=mail.smtp_password,
    )
    return SmtpChannel(server, people, post)

"""Probe of the settings that are legal and still leave something out."""

from collections.abc import Iterator
from typing import Final

from promotion.domain.findings import Finding, bad, ok, warn
from promotion.settings import Settings

_PROBE: Final = "settings"
#: Bytes of a key that signs forms.
_LONG_ENOUGH: Final = 32


def settings(settings: Settings) -> Iterator[Finding]:
    """Yield what the settings leave out, and what is dangerous about them."""
    found = [*_dangerous(settings), *_left_out(settings)]
    yield from found or [ok(_PROBE, f"Complete; people reach the app at {settings.public_url}.")]


def _dangerous(settings: Settings) -> Iterator[Finding]:
    if len(settings.csrf_key.encode()) < _LONG_ENOUGH:
        yield bad(
            _PROBE,
            f"The key that signs forms has fewer than {_LONG_ENOUGH} bytes: decisions by form fail.",
            "Set it to at least 32 random bytes, the same on every instance.",
            "PROMOTION_CSRF_KEY",
        )
    if not settings.auth_enabled:
        yield bad(
            _PROBE,
            "App Service authentication is off: nobody is signed in, and nobody can decide.",
            "Turn on Easy Auth (docs/deploy.md).",
            "WEBSITE_AUTH_ENABLED",
        )


def _left_out(settings: Settings) -> Iterator[Finding]:
    wanted = {
        "PROMOTION_TOPIC_ENDPOINT": (settings.topic_endpoint, "Facts are not published."),
        "PROMOTION_TEAMS_WEBHOOK": (settings.teams_webhook, "Nobody is told in Teams."),
        "PROMOTION_MAIL_ENDPOINT": (
            settings.mail.endpoint or settings.mail.smtp_host,
            "Nobody is told by mail.",
        ),
    }
    for name, (value, effect) in wanted.items():
        if not value:
            yield warn(
                _PROBE, effect, "Set it, if that is not on purpose (docs/settings.md).", name
            )

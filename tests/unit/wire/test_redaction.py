"""Secrets in addresses stay out of texts and logs."""

import logging
from urllib.parse import quote

import pytest

from promotion.wire import redaction

ADDRESS = "https://a.logic.azure.com/workflows/1?api-version=2016-06-01&sp=%2Ftriggers&sv=1.0&sig=Zx9%2Bkq_Secret-1"


def test_every_written_form_of_a_secret_is_hidden() -> None:
    secrets = redaction.secrets_of(ADDRESS)
    written = f"{ADDRESS} Zx9+kq_Secret-1 {quote('Zx9+kq_Secret-1')}"

    shown = redaction.hide(written, secrets)

    assert "Secret-1" not in shown
    assert "api-version=2016-06-01" in shown


@pytest.mark.parametrize("name", ["sig", "SIG", "code", "sas", "token"])
def test_parameters_known_as_secrets_are_hidden_unasked(name: str) -> None:
    shown = redaction.hide(f"url: /path?a=1&{name}=abc%2Fdef&b=2 (Caused by x)")

    assert shown == f"url: /path?a=1&{name}=***&b=2 (Caused by x)"


def test_text_without_a_secret_is_left_as_it_is() -> None:
    assert redaction.hide("design=good, encoded=yes") == "design=good, encoded=yes"


def test_the_http_librarys_logs_are_guarded(caplog: pytest.LogCaptureFixture) -> None:
    redaction.guard_logs()
    redaction.guard_logs()
    log = logging.getLogger("urllib3.connectionpool")

    with caplog.at_level(logging.DEBUG, "urllib3.connectionpool"):
        log.debug('%s "%s %s"', "host", "POST", "/invoke?sv=1.0&sig=Secret-1")

    assert caplog.messages == ['host "POST /invoke?sv=1.0&sig=***"']

"""The app's settings: the environment, read once, typed, with every problem named at once.

Each setting stands in docs/settings.md and local.settings.sample.json. Knows names and forms, no service.
"""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

import msgspec

from promotion.domain.errors import BrokenError
from promotion.domain.ready import ready

_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


class StorageSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The storage account: a connection string (local), or its name and the app's identity (Azure)."""

    connection_string: str = ""
    account: str = ""
    #: Suffix of the account's addresses; sovereign clouds have their own.
    suffix: str = "core.windows.net"
    #: Whether a person waits at a terminal: then storage that is down is told after seconds.
    attended: bool = False


class MailSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where mail goes out: a Communication Services endpoint, or an SMTP server; neither means no mail."""

    endpoint: str = ""
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_security: str = "starttls"
    smtp_user: str = ""
    smtp_password: str = ""
    sender: str = ""
    recipients: tuple[str, ...] = ()


class ProvingSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What makes the audit trail provable: the key that signs, the place of the anchors."""

    #: Identifier of a Key Vault key, version included; or a PEM file, on one machine.
    key: str = ""
    key_file: str = ""
    anchor_container: str = "anchors"
    #: Storage account of the anchors and the identity that may add to them; the app's own when empty.
    anchor_account: str = ""
    anchor_client_id: str = ""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the app is told from outside."""

    storage: StorageSettings
    policy_file: str
    public_url: str
    #: Client id of the user-assigned identity, or empty for the system-assigned one.
    client_id: str = ""
    #: Whether App Service authentication is on; only then are its headers believed.
    auth_enabled: bool = False
    tenant_id: str = ""
    #: Signs the page's form tokens.
    csrf_key: str = ""
    topic_endpoint: str = ""
    topic_key: str = ""
    teams_webhook: str = ""
    mail: MailSettings = msgspec.field(default_factory=MailSettings)
    proving: ProvingSettings = msgspec.field(default_factory=ProvingSettings)
    #: Whether somebody collects OpenTelemetry's spans and metrics.
    telemetry: bool = False
    #: Whether that is a collector of one's own, which the app itself sends them to.
    own_collector: bool = False
    #: Only for loopback targets: lets channels talk to a local stand-in without TLS.
    allow_loopback: bool = False
    #: `MLClient(cloud_metadata=...)` of a cloud that is not a public one; empty for Azure.
    cloud_metadata: dict[str, str] = msgspec.field(default_factory=dict)
    #: Seconds between two looks at an Azure ML operation.
    azureml_poll_seconds: float = 5.0
    #: Whether registries import what comes from workspaces, in the place of the app copying it.
    share_from_workspaces: bool = False

    def attended(self) -> "Settings":
        """Return the same for a command that a person waits for."""
        storage = msgspec.structs.replace(self.storage, attended=True)
        return msgspec.structs.replace(self, storage=storage)


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Return the settings of an environment.

    Raises:
        BrokenError: some are missing or malformed; all of them are named.
    """
    reader = _Reader(environ)
    insights = reader.flag("PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY")
    settings = Settings(
        storage=_storage(reader),
        policy_file=reader.text("PROMOTION_POLICY_FILE", "policy.yaml"),
        public_url=_public_url(reader),
        client_id=reader.text("AZURE_CLIENT_ID"),
        auth_enabled=reader.flag("WEBSITE_AUTH_ENABLED"),
        tenant_id=reader.text("PROMOTION_TENANT_ID"),
        csrf_key=reader.text("PROMOTION_CSRF_KEY"),
        topic_endpoint=reader.url("PROMOTION_TOPIC_ENDPOINT"),
        topic_key=reader.text("PROMOTION_TOPIC_KEY"),
        teams_webhook=reader.url("PROMOTION_TEAMS_WEBHOOK"),
        mail=_mail(reader),
        proving=_proving(reader),
        telemetry=insights or reader.flag("PYTHON_ENABLE_OPENTELEMETRY"),
        own_collector=reader.flag("PYTHON_ENABLE_OPENTELEMETRY") and not insights,
        allow_loopback=reader.flag("PROMOTION_ALLOW_LOOPBACK"),
        cloud_metadata=reader.mapping("PROMOTION_CLOUD_METADATA"),
        azureml_poll_seconds=reader.number("PROMOTION_AZUREML_POLL_SECONDS", 5.0),
        share_from_workspaces=reader.flag("PROMOTION_SHARE_FROM_WORKSPACES"),
    )
    if reader.problems:
        raise BrokenError(
            "The app's settings are not complete: " + " ".join(reader.problems),
            "docs/settings.md tells each one.",
        )
    return settings


def _storage(reader: "_Reader") -> StorageSettings:
    settings = StorageSettings(
        connection_string=reader.text("AzureWebJobsStorage"),
        account=reader.text("AzureWebJobsStorage__accountName"),
        suffix=reader.text("PROMOTION_STORAGE_SUFFIX", "core.windows.net"),
    )
    if not settings.connection_string and not settings.account:
        reader.problems.append(
            "AzureWebJobsStorage__accountName (or AzureWebJobsStorage) is missing."
        )
    return settings


def _mail(reader: "_Reader") -> MailSettings:
    recipients = reader.text("PROMOTION_MAIL_RECIPIENTS")
    settings = MailSettings(
        endpoint=reader.url("PROMOTION_MAIL_ENDPOINT"),
        smtp_host=reader.text("PROMOTION_SMTP_HOST"),
        smtp_port=int(reader.number("PROMOTION_SMTP_PORT", 587)),
        smtp_security=reader.text("PROMOTION_SMTP_SECURITY", "starttls"),
        smtp_user=reader.text("PROMOTION_SMTP_USER"),
        smtp_password=reader.text("PROMOTION_SMTP_PASSWORD"),
        sender=reader.text("PROMOTION_MAIL_SENDER"),
        recipients=tuple(each.strip() for each in recipients.split(",") if each.strip()),
    )
    wanted = settings.endpoint or settings.smtp_host
    if wanted and not (settings.sender and settings.recipients):
        reader.problems.append(
            "PROMOTION_MAIL_SENDER and PROMOTION_MAIL_RECIPIENTS are needed for mail."
        )
    return settings


def _proving(reader: "_Reader") -> ProvingSettings:
    return ProvingSettings(
        key=reader.url("PROMOTION_SIGNING_KEY"),
        key_file=reader.text("PROMOTION_SIGNING_KEY_FILE"),
        anchor_container=reader.text("PROMOTION_ANCHOR_CONTAINER", "anchors"),
        anchor_account=reader.text("PROMOTION_ANCHOR_ACCOUNT"),
        anchor_client_id=reader.text("PROMOTION_ANCHOR_CLIENT_ID"),
    )


def _public_url(reader: "_Reader") -> str:
    host = reader.text("WEBSITE_HOSTNAME")
    url = reader.url("PROMOTION_PUBLIC_URL", f"https://{host}" if host else "")
    if not url:
        reader.problems.append("PROMOTION_PUBLIC_URL is missing: links in cards and mails need it.")
    return url.rstrip("/")


class _Reader:
    """Reads single settings and collects what is wrong with them."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self.problems: list[str] = []

    def text(self, name: str, default: str = "") -> str:
        return self._environ.get(name, "").strip() or default

    def flag(self, name: str) -> bool:
        # App Service writes "True"; people write "true" or "1".
        return self.text(name).lower() in {"true", "1"}

    def number(self, name: str, default: float) -> float:
        text = self.text(name)
        try:
            return float(text) if text else default
        except ValueError:
            self.problems.append(f"{name} is not a number.")
            return default

    def url(self, name: str, default: str = "") -> str:
        # Not shown when wrong: some of these addresses hold a secret.
        text = self.text(name, default)
        parts = urlsplit(text)
        secure = parts.scheme == "https" or (
            parts.scheme == "http" and (parts.hostname or "") in _LOOPBACK
        )
        if text and not (secure and parts.hostname):
            self.problems.append(f"{name} is not an https address.")
        return text

    def mapping(self, name: str) -> dict[str, str]:
        text = self.text(name)
        try:
            return msgspec.json.decode(text, type=ready(dict[str, str])) if text else {}
        except msgspec.DecodeError:
            self.problems.append(f"{name} is not a JSON object of texts.")
            return {}

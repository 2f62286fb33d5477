"""The app's settings in the sandbox: the same names as in Azure, with loopback values.

Knows names of settings; what the app does with them is its own matter.
"""

import hashlib
import hmac
import os
from pathlib import Path

import msgspec

from promotion.adapters.signing import LocalSigner
from sandbox.config import Config

#: Who gets the sandbox's mails.
RECIPIENT = "approvers@sandbox.invalid"


def app_environment(config: Config) -> dict[str, str]:
    """Return the environment of the Functions host's process."""
    return {
        **_inherited(),
        "AzureWebJobsStorage": config.connection_string(),
        "PROMOTION_PUBLIC_URL": config.functions_url,
        "PROMOTION_POLICY_FILE": policy_file(config),
        "PROMOTION_CSRF_KEY": _derived(config, "csrf"),
        "PROMOTION_SIGNING_KEY_FILE": str(signing_key(config)),
        "PROMOTION_TOPIC_ENDPOINT": config.custom_topic_endpoint,
        "PROMOTION_TOPIC_KEY": config.topic_key,
        "PROMOTION_TEAMS_WEBHOOK": config.teams_webhook,
        "PROMOTION_SMTP_HOST": "127.0.0.1",
        "PROMOTION_SMTP_PORT": str(config.ports.smtp),
        "PROMOTION_SMTP_SECURITY": "plain",
        "PROMOTION_MAIL_SENDER": "promotion@sandbox.invalid",
        "PROMOTION_MAIL_RECIPIENTS": RECIPIENT,
        "PROMOTION_ALLOW_LOOPBACK": "true",
        # Paths that Easy Auth lets anyone to, parted by commas: for tests of what the app does by itself.
        "SANDBOX_EXCLUDED": os.environ.get("SANDBOX_EXCLUDED", "/api/health"),
        "PROMOTION_CLOUD_METADATA": msgspec.json.encode(config.cloud_metadata).decode(),
        "PROMOTION_AZUREML_POLL_SECONDS": "0.2",
        # The App Service identity endpoint that azure-identity looks for.
        "IDENTITY_ENDPOINT": f"http://127.0.0.1:{config.ports.identity}/msi/token",
        "IDENTITY_HEADER": config.master_key,
        "REQUESTS_CA_BUNDLE": str(config.ca_bundle),
    }


def policy_file(config: Config) -> str:
    """Return the policy of the sandbox's topology; PROMOTION_POLICY_FILE overrides it."""
    default = "policy.yaml" if config.topology == "two-registries" else "docs/policies/central.yaml"
    return os.environ.get("PROMOTION_POLICY_FILE", default)


def signing_key(config: Config) -> Path:
    """Return the file of the key that signs the audit trail, made at random when it is first asked for.

    The public key stands beside it, for whoever verifies.
    """
    private = config.folder / "signing-key.pem"
    if not private.exists():
        signer = LocalSigner.generated()
        part = private.with_suffix(".part")
        part.touch(mode=0o600)
        part.write_bytes(signer.pem)
        public_key(config).write_text(signer.public_key)
        part.replace(private)
    return private


def public_key(config: Config) -> Path:
    """Return the file of the public key."""
    return config.folder / "signing-key.pub.pem"


def _inherited() -> dict[str, str]:
    # Neither settings of a real deployment nor credentials of its owner reach the sandbox.
    keep = {"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "PYTHONHASHSEED", "COVERAGE_PROCESS_CONFIG"}
    return {
        name: value for name, value in os.environ.items() if name in keep or _of_telemetry(name)
    }


def _of_telemetry(name: str) -> bool:
    # Whoever runs a collector beside the sandbox sees its traces: docs/audit.md.
    return name == "PYTHON_ENABLE_OPENTELEMETRY" or name.startswith("OTEL_")


def _derived(config: Config, purpose: str) -> str:
    return hmac.digest(config.signing_key.encode(), purpose.encode(), hashlib.sha256).hex()

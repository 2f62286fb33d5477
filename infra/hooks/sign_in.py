"""Makes the Entra app registration that people sign in to, and lets the app's identity vouch for it.

`register`, before provisioning: the registration with the app roles of `infra/app-roles.json`, its service
principal (only people with a role get in), and PROMOTION_AUTH_CLIENT_ID in the azd environment.
`trust`, after it: the address to come back to, and a federated credential for the app's managed identity in
the place of a client secret. Both change nothing when run again. Needs the right to register applications;
who lacks it has somebody else do it and sets PROMOTION_AUTH_CLIENT_ID (docs/deploy.md).
"""

import json
import os
import sys
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parents[2]))
from infra.hooks.azure_cli import HookError, az, main, remember, setting

_ROLES: Final = Path(__file__).parent.parent / "app-roles.json"
_CREDENTIAL: Final = "promotion-app-identity"
_AUDIENCE: Final = "api://AzureADTokenExchange"


def register() -> None:
    """Make or update the registration and its service principal."""
    client_id = os.environ.get("PROMOTION_AUTH_CLIENT_ID") or _found() or _made()
    az("ad", "app", "update", "--id", client_id, "--app-roles", f"@{_ROLES}")
    az("ad", "app", "update", "--id", client_id, "--identifier-uris", f"api://{client_id}")
    if not az("ad", "sp", "list", "--filter", f"appId eq '{client_id}'"):
        az("ad", "sp", "create", "--id", client_id)
    az("ad", "sp", "update", "--id", client_id, "--set", "appRoleAssignmentRequired=true")
    remember("PROMOTION_AUTH_CLIENT_ID", client_id)
    print(f"sign-in: registration {client_id}, {len(json.loads(_ROLES.read_text()))} app roles")


def trust() -> None:
    """Let people come back to the app, and the app's identity speak for the registration."""
    client_id = setting("PROMOTION_AUTH_CLIENT_ID")
    callback = f"{setting('PROMOTION_APP_URL')}/.auth/login/aad/callback"
    az("ad", "app", "update", "--id", client_id, "--web-redirect-uris", callback)
    subject = setting("PROMOTION_APP_PRINCIPAL_ID")
    kept = az("ad", "app", "federated-credential", "list", "--id", client_id) or []
    mine = next((each for each in kept if each["name"] == _CREDENTIAL), None)
    if mine is None:
        credential = ["--parameters", json.dumps(_credential(subject))]
        az("ad", "app", "federated-credential", "create", "--id", client_id, *credential)
    elif mine["subject"] != subject:
        raise HookError(
            f"The registration {client_id} trusts another identity under {_CREDENTIAL}: delete that "
            "federated credential if it is of a deployment that is gone, then run this again."
        )
    print(f"sign-in: {callback}, trusted without a secret")


def _found() -> str | None:
    name = _name()
    listed = az("ad", "app", "list", "--filter", f"displayName eq '{name}'")
    if len(listed) > 1:
        raise HookError(
            f"Several registrations are called {name}: set PROMOTION_AUTH_CLIENT_ID to one."
        )
    return str(listed[0]["appId"]) if listed else None


def _made() -> str:
    made = az(
        *("ad", "app", "create", "--display-name", _name()),
        *("--sign-in-audience", "AzureADMyOrg", "--enable-id-token-issuance", "true"),
        *("--requested-access-token-version", "2"),
    )
    return str(made["appId"])


def _name() -> str:
    return f"promotion-{setting('AZURE_ENV_NAME')}"


def _credential(subject: str) -> dict[str, Any]:
    tenant = az("account", "show")["tenantId"]
    return {
        "name": _CREDENTIAL,
        "issuer": f"https://login.microsoftonline.com/{tenant}/v2.0",
        "subject": subject,
        "audiences": [_AUDIENCE],
    }


if __name__ == "__main__":
    works = {"register": register, "trust": trust}
    if len(sys.argv) != 2 or sys.argv[1] not in works:  # noqa: PLR2004 -- the program and one word
        sys.exit(f"usage: sign_in.py {'|'.join(works)}")
    sys.exit(main(works[sys.argv[1]]))

"""Shared access signatures: what clients may do with the blobs of an asset or a datastore.

Permissions and times are those recorded of the real service. There, the container signatures are
user delegation ones; Azurite's accounts have no Entra ID, so the account key signs here. Knows
nothing of who asks.
"""

import datetime as dt
from typing import Final

from azure.storage.blob import generate_account_sas, generate_container_sas

from sandbox.azureml.addresses import BlobAddress
from sandbox.config import Config

WRITE: Final = "rcwl"
READ: Final = "rl"
#: Read, create, update, write, delete, list: what `listSecrets` gives for the default datastore.
DATASTORE: Final = "rwdlcu"

LIFETIME: Final = dt.timedelta(hours=8)
_BEFORE: Final = dt.timedelta(minutes=10)


def container_sas(
    config: Config,
    address: BlobAddress,
    permission: str,
    *,
    now: dt.datetime,
    lifetime: dt.timedelta = LIFETIME,
) -> str:
    """Return the container's HTTPS address with a signature: ten minutes ago until `lifetime`."""
    token = generate_container_sas(
        account_name=address.account,
        container_name=address.container,
        account_key=config.account_keys[address.account],
        permission=permission,
        start=_whole(now - _BEFORE),
        expiry=_whole(now + lifetime),
    )
    return f"{BlobAddress(address.account, address.container).https(config)}?{token}"


def account_sas(
    config: Config,
    account: str,
    permission: str,
    *,
    now: dt.datetime,
    lifetime: dt.timedelta = LIFETIME,
) -> str:
    """Return an account signature for containers and objects, with its leading question mark."""
    token = generate_account_sas(
        account_name=account,
        account_key=config.account_keys[account],
        resource_types="co",
        services="bf",
        permission=permission,
        start=_whole(now - _BEFORE),
        expiry=_whole(now + lifetime),
    )
    return f"?{token}"


def _whole(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(dt.UTC).replace(microsecond=0)

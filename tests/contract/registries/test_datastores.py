"""Workspaces whose datastores keep no key: the app signs with what its own identity may do."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET

import jwt
import pytest

from promotion.domain.assets import AssetRef
from promotion.domain.errors import ForbiddenError, RefusedError, RetryableError
from sandbox.azureml import resources, routes_resources
from tests.contract.registries.front import Front
from tests.contract.registries.test_kinds_and_homes import copied, in_workspace
from tests.contract.registries.worlds import FILES, PROD, LocalWorld

pytestmark = pytest.mark.azurite

#: The seed from which Azurite makes every user delegation key, and the version that it signs for.
_SEED = b"azurite-user-delegation-signing-seed-v1"
_SIGNED_VERSION = "2023-11-03"


@pytest.fixture
def describe_datastores(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Make the workspaces' datastores tell other properties."""
    shown = resources.datastore_body

    def change(**properties: object) -> None:
        def body(*arguments: Any) -> dict[str, Any]:  # noqa: ANN401 - the function's own
            found = shown(*arguments)
            return {**found, "properties": {**found["properties"], **properties}}

        monkeypatch.setattr(routes_resources, "datastore_body", body)

    return change


@pytest.fixture
def asset(local: LocalWorld, describe_datastores: Callable[..., None]) -> AssetRef:
    """A model in a workspace whose datastore relies on identities."""
    describe_datastores(credentials={"credentialsType": "None"})
    return in_workspace(local)


def key(authorization: str, body: bytes) -> bytes:
    """Answer `Get User Delegation Key` as Azurite does where it knows Entra ID."""
    claims = jwt.decode(authorization.removeprefix("Bearer "), options={"verify_signature": False})
    asked = {each.tag: each.text or "" for each in ET.fromstring(body)}  # noqa: S314 - the app's own request
    parts = [claims["oid"], claims["tid"], asked["Start"], asked["Expiry"], "b", _SIGNED_VERSION]
    value = hmac.digest(_SEED, "\n".join(parts).encode(), hashlib.sha256)
    told = {
        "SignedOid": claims["oid"],
        "SignedTid": claims["tid"],
        "SignedStart": asked["Start"],
        "SignedExpiry": asked["Expiry"],
        "SignedService": "b",
        "SignedVersion": _SIGNED_VERSION,
        "Value": base64.b64encode(value).decode(),
    }
    root = ET.Element("UserDelegationKey")
    for name, text in told.items():
        ET.SubElement(root, name).text = text
    return ET.tostring(root)


def test_a_datastore_without_a_key_is_read_with_the_app_s_own_signature(
    local: LocalWorld, front: Front, asset: AssetRef
) -> None:
    front.plan(method="POST", query="comp=userdelegationkey", times=99, answer=key)

    copied(local, asset)

    assert local.content(asset.moved(PROD)) == FILES
    signatures = [each.query for each in front.seen if "skoid=" in each.query]
    assert signatures
    assert all("sp=rl&" in each for each in signatures)


def test_an_identity_that_may_not_sign_is_told_which_roles_to_get(
    local: LocalWorld, front: Front, asset: AssetRef
) -> None:
    front.plan(query="comp=userdelegationkey", times=99, status=403, code="AuthorizationFailure")

    with pytest.raises(ForbiddenError) as caught:
        local.registries.read_manifest(asset)

    assert "storage account stdevws" in caught.value.problem
    assert "Storage Blob Delegator and Storage Blob Data Reader" in caught.value.remedy


def test_an_identity_that_may_sign_but_not_read_is_told_which_role_to_get(
    local: LocalWorld, front: Front, asset: AssetRef
) -> None:
    front.plan(method="POST", query="comp=userdelegationkey", times=99, answer=key)
    front.plan(query="comp=list", times=9, status=403, code="AuthorizationPermissionMismatch")

    with pytest.raises(ForbiddenError, match="Storage Blob Data Reader"):
        local.registries.read_manifest(asset)


def test_storage_that_is_busy_while_it_should_sign_is_asked_later(
    local: LocalWorld, front: Front, asset: AssetRef
) -> None:
    front.plan(query="comp=userdelegationkey", times=99, status=503)

    with pytest.raises(RetryableError, match="signing for the files"):
        local.registries.read_manifest(asset)


def test_a_datastore_that_is_no_blob_storage_is_refused(
    local: LocalWorld, describe_datastores: Callable[..., None]
) -> None:
    asset = in_workspace(local)
    describe_datastores(accountName=None, datastoreType="OneLake")

    with pytest.raises(RefusedError, match="OneLake"):
        local.registries.read_manifest(asset)


@pytest.mark.parametrize("credentials", ["None", "AccountKey"])
@pytest.mark.parametrize(
    "told",
    [
        {"endpoint": "elsewhere.localhost:{port}"},
        {"endpoint": "localhost:{port}/taken?"},
        {"accountName": "127.0.0.1:{port}/taken?"},
        {"accountName": "localhost:{port}/taken#"},
        {"accountName": "someone@stdevws"},
    ],
)
def test_a_datastore_that_points_elsewhere_gets_neither_token_nor_signature(
    local: LocalWorld,
    front: Front,
    describe_datastores: Callable[..., None],
    told: dict[str, str],
    credentials: str,
) -> None:
    asset = in_workspace(local)
    port = local.config.ports.blob_front
    elsewhere = {name: text.format(port=port) for name, text in told.items()}
    describe_datastores(credentials={"credentialsType": credentials}, **elsewhere)
    front.seen.clear()

    with pytest.raises(RefusedError, match="no storage account of this cloud"):
        local.registries.read_manifest(asset)

    assert front.seen == []

"""What the service refuses, as one exception type and the cases in the real service's words.

Knows status, code and text; the envelope around them is `answers`' business.
"""

import datetime as dt
from typing import Any


class ServiceError(Exception):
    """An answer other than success: HTTP status, code, message, and the chain of inner codes."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str = "UserError",
        inner: tuple[str, ...] = (),
        details: tuple[tuple[str, str], ...] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.inner = inner
        self.details = details
        self.headers = headers or {}

    def inner_error(self) -> dict[str, Any] | None:
        """Return the nested `innerError` object, outermost code first."""
        error: dict[str, Any] | None = None
        for code in reversed(self.inner):
            error = {"code": code, "innerError": error}
        return error


def bad_request(message: str) -> ServiceError:
    """400: the request cannot be understood or is not allowed in this form."""
    return ServiceError(400, message, inner=("BadArgument",))


def unauthenticated(reason: str) -> ServiceError:
    """401: no token, or one this sandbox did not issue."""
    return ServiceError(
        401,
        f"The request is not authenticated: {reason}",
        code="InvalidAuthenticationToken",
        inner=("Auth", "Authentication"),
    )


def registry_refused(registry: str) -> ServiceError:
    """401, as recorded (refused-2023): the identity may not do this in the registry."""
    return ServiceError(
        401,
        f"User/tenant/subscription is not allowed to access registry {registry}",
        inner=("Auth", "Authorization", "UnAuthorizedRegistryAccess"),
    )


def workspace_refused(who: str, action: str, scope: str) -> ServiceError:
    """403 of Azure Resource Manager: the identity has no role for the action."""
    return ServiceError(
        403,
        f"The client '{who}' does not have authorization to perform action "
        f"'{action}' over scope '{scope}'.",
        code="AuthorizationFailed",
    )


def asset_not_found(asset_id: str) -> ServiceError:
    """404 of a registry, as recorded (share-2022)."""
    return ServiceError(
        404,
        f"Could not find asset with ID: {asset_id}",
        inner=("NotFoundError",),
    )


def workspace_asset_not_found(code: str, message: str) -> ServiceError:
    """404 of a workspace, as recorded (workspace-model-2025)."""
    return ServiceError(404, "The specified resource was not found.", details=((code, message),))


def resource_not_found(arm_id: str) -> ServiceError:
    """404 of Azure Resource Manager: no such workspace, registry or datastore."""
    return ServiceError(
        404,
        f"The Resource '{arm_id.partition('/providers/')[2]}' was not found.",
        code="ResourceNotFound",
    )


def already_exists(asset_id: str) -> ServiceError:
    """409: the version exists; its content never changes."""
    return ServiceError(
        409,
        f"Asset {asset_id} already exists and cannot be changed. "
        "Please try again with a different version.",
        inner=("Conflict", "AssetAlreadyExists"),
    )


def was_deleted(asset_id: str, when: dt.datetime) -> ServiceError:
    """409: a deleted version stays deleted."""
    return ServiceError(
        409,
        f"Asset {asset_id} was deleted at {when:%m/%d/%Y %H:%M:%S} +00:00, it cannot be "
        "recreated. Please try again with a different version.",
        inner=("Conflict", "AssetDeleted"),
    )


def workspace_conflict(message: str) -> ServiceError:
    """409 of a workspace: the existing version has other content."""
    return ServiceError(409, message, inner=("Conflict",))

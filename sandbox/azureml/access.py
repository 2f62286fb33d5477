"""Who asks, and whether they may: bearer tokens, read and write rights on places.

A registry refuses as recorded (401 with the chain of inner codes), a workspace as Azure Resource
Manager does (403). Knows tokens and names of places, no assets.
"""

from aiohttp import web

from sandbox.azureml.errors import (
    registry_refused,
    resource_not_found,
    unauthenticated,
    workspace_refused,
)
from sandbox.azureml.places import GROUP_ID, PROVIDER, Place, registry, workspace
from sandbox.config import RESOURCE_GROUP, SUBSCRIPTION_ID, Config
from sandbox.people import AZURE_AUDIENCES, Identity, UnknownTokenError, read_token

WHO: web.RequestKey[Identity] = web.RequestKey("who", Identity)


def identify(request: web.Request, config: Config) -> Identity:
    """Return whom the request's bearer token speaks for.

    Raises:
        ServiceError: 401, no token or one that is not known here.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise unauthenticated("send a bearer token in the Authorization header.")
    try:
        # A cloud's own resource manager is an audience too: here that is the service itself.
        audiences = (*AZURE_AUDIENCES, config.azureml_url.rstrip("/"))
        return read_token(token.strip(), audiences, config.signing_key)
    except UnknownTokenError as error:
        raise unauthenticated("the access token is invalid.") from error


def place_of(request: web.Request) -> Place:
    """Return the workspace or registry a path names.

    Raises:
        ServiceError: 404, no such subscription, resource group, workspace or registry.
    """
    home_of(request)
    parts = request.match_info
    name = parts.get("registry") or parts["workspace"]
    place = registry(name) if "registry" in parts else workspace(name)
    if place is None:
        collection = "registries" if "registry" in parts else "workspaces"
        raise resource_not_found(f"{GROUP_ID}/providers/{PROVIDER}/{collection}/{name}")
    return place


def home_of(request: web.Request) -> None:
    """Check that a path is about the sandbox's subscription and resource group.

    Raises:
        ServiceError: 404, it is about another.
    """
    parts = request.match_info
    home = (parts["subscription"].lower(), parts["group"].lower())
    if home != (SUBSCRIPTION_ID, RESOURCE_GROUP.lower()):
        group = f"/providers/resourceGroups/{parts['group']}"
        raise resource_not_found(f"/subscriptions/{parts['subscription']}{group}")


def require_read(request: web.Request, place: Place) -> Identity:
    """Return who asks, once they may read the place's assets.

    Raises:
        ServiceError: 401 (registry) or 403 (workspace).
    """
    who = request[WHO]
    if not who.may_read(place.name):
        raise _refused(who, place, "read")
    return who


def require_write(request: web.Request, place: Place) -> Identity:
    """Return who asks, once they may create and change the place's assets.

    Raises:
        ServiceError: 401 (registry) or 403 (workspace).
    """
    who = request[WHO]
    if not who.may_write(place.name):
        raise _refused(who, place, "write")
    return who


def _refused(who: Identity, place: Place, verb: str) -> Exception:
    if place.registry:
        return registry_refused(place.name)
    return workspace_refused(who.name, f"{PROVIDER}/workspaces/assets/{verb}", place.arm_id)

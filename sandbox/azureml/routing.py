"""What all routes share: path templates, request bodies, lists with a link to the next page.

Knows HTTP and the running service; no particular route.
"""

import json
from collections.abc import Callable
from typing import Any, Final

from aiohttp import web

from sandbox.azureml.answers import answer
from sandbox.azureml.assets import Family, Kind, Ref, family, ref
from sandbox.azureml.documents import Properties
from sandbox.azureml.errors import bad_request
from sandbox.azureml.paging import Item, cut, read_query
from sandbox.azureml.places import PROVIDER, Place
from sandbox.azureml.service import Service
from sandbox.azureml.views import container_body, version_body

SERVICE: Final = web.AppKey("service", Service)

SCOPE: Final = (
    "/subscriptions/{subscription}/{groups:resource[gG]roups}/{group}/{providers:[pP]roviders}/"
    + PROVIDER
)
WORKSPACE: Final = SCOPE + "/workspaces/{workspace}"
ARM_REGISTRY: Final = SCOPE + "/registries/{registry}"
#: The registry data plane, below the base address that discovery gives.
REGISTRY: Final = "/mferp/managementfrontend" + ARM_REGISTRY
KIND: Final = "/{kind:models|environments|components|data|codes}"
NAME: Final = KIND + "/{name}"
VERSIONS: Final = NAME + "/versions"
VERSION: Final = VERSIONS + "/{version}"


async def read_body(request: web.Request) -> dict[str, Any]:
    """Return the JSON object of a request.

    Raises:
        ServiceError: 400, not JSON or not an object.
    """
    try:
        body = json.loads(await request.read() or b"null")
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise bad_request(f"The request's body is not JSON: {error}") from error
    if not isinstance(body, dict):
        raise bad_request("The request's body must be a JSON object.")
    return body


async def read_properties(request: web.Request) -> Properties:
    """Return `properties` of a request's body.

    Raises:
        ServiceError: 400, not there or not an object.
    """
    properties = (await read_body(request)).get("properties")
    if not isinstance(properties, dict):
        raise bad_request("The request's body must have an object `properties`.")
    return properties


def family_in(request: web.Request, place: Place) -> Family:
    """Return the asset a path names.

    Raises:
        ServiceError: 400, not a valid name.
    """
    return family(place, request.match_info["kind"], request.match_info["name"])


def ref_in(request: web.Request, place: Place) -> Ref:
    """Return the asset version a path names.

    Raises:
        ServiceError: 400, not a valid name or version.
    """
    parts = request.match_info
    return ref(place, parts["kind"], parts["name"], parts["version"])


async def version_items(
    service: Service,
    asset: Family,
    wanted: Callable[[Properties], bool] = lambda _: True,
) -> list[Item]:
    """Return the readable versions of an asset for which `wanted(properties)` is true."""
    container = await service.store.container(asset)
    latest = container.latest if container else None
    return [
        Item(
            name=one.version,
            created=one.created.at,
            modified=one.modified.at,
            archived=one.properties["isArchived"],
            content=(asset.version(one.version), one, latest),
        )
        for one in await service.store.versions(asset)
        if one.state == "ready" and wanted(one.properties)
    ]


async def container_items(service: Service, place: Place, kind: Kind) -> list[Item]:
    """Return the containers of a place."""
    return [
        Item(
            name=name,
            created=one.created.at,
            modified=one.modified.at,
            archived=one.properties["isArchived"],
            content=container_body(Family(place, kind, name), one),
        )
        for name, one in await service.store.containers(place, kind)
    ]


def listed(request: web.Request, items: list[Item]) -> web.Response:
    """Return the page of items that the query asks for, each as it is shown."""
    service = request.app[SERVICE]
    page = cut(items, read_query(request.query))
    shown = [version_body(service, *one) if isinstance(one, tuple) else one for one in page.items]
    if page.following is None:
        return answer({"value": shown})
    link = request.url.update_query(page.following)
    return answer({"value": shown, "nextLink": str(link)})

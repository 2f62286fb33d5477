"""Creates versions with azure-ai-ml, and meets the defects of its release 1.35.2.

The only module that loads azure-ai-ml: a second and 100 MB, so inside functions. What is met here
is pinned by tests/contract/registries/test_sdk_defects.py, which fail when a release mends it.

1. `create_or_update` of a model first reads the latest version of that name, and falls over when
   that one has no flavors (`flavors: null`): the look is for prompt-flow evaluators, which are not
   promoted, so it is left out.
2. It reads the created version the same way: after such a failure the version is there all the
   same, and whoever calls reads it back.
3. 409 comes as a plain HttpResponseError.
4. Before it creates an mltable, `data.create_or_update` reads the file MLTable at the given address
   without any credential, and takes the refusal for its content. The look is left out; what it would
   have found (the paths the table refers to) is carried over from the source.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, Final

import msgspec
from azure.core.credentials import TokenCredential
from azure.core.exceptions import HttpResponseError

from promotion.adapters.azureml.cloud import CloudSettings
from promotion.adapters.azureml.environments import Definition
from promotion.adapters.azureml.errors import cause, message_of, scrub, translated
from promotion.adapters.azureml.plane import require_registry
from promotion.adapters.azureml.sas import TakenError
from promotion.adapters.azureml.watching import Watching
from promotion.domain.assets import AssetDescription, AssetKind, AssetRef
from promotion.domain.errors import BrokenError, RefusedError

_log = logging.getLogger(__name__)

#: The property by which azure-ai-ml tells evaluators from models.
_EVALUATOR: Final = "is-evaluator"
_ENVIRONMENT_FIELDS: Final = ("name", "version", "description", "tags", "properties")
_SNAKE: Final = {
    "livenessRoute": "liveness_route",
    "readinessRoute": "readiness_route",
    "scoringRoute": "scoring_route",
}


class Blueprint(msgspec.Struct, frozen=True, kw_only=True):
    """A version to be created over files that are there."""

    target: AssetRef
    #: The source's description; `properties` replaces its properties.
    description: AssetDescription
    uri: str
    properties: dict[str, str]
    #: What an mltable refers to, as the source lists it.
    references: tuple[str, ...] = ()
    #: What an environment is made of.
    definition: Definition | None = None


class Sdk:
    """azure-ai-ml's clients, one per registry and process."""

    def __init__(
        self,
        credential: TokenCredential,
        cloud: CloudSettings,
        watching: Watching,
        *,
        identity: str,
    ) -> None:
        self._credential = credential
        self._cloud = cloud
        self._watching = watching
        self._identity = identity
        self._clients: dict[str, Any] = {}
        self._lock = threading.Lock()

    def create(self, blueprint: Blueprint) -> None:
        """Create a version; returns when the service says it is done.

        Raises:
            TakenError: the version exists with other content, or was deleted.
            RefusedError: azure-ai-ml does not accept the description.
            ForbiddenError, RetryableError, BrokenError: as the service answers.
        """
        target = blueprint.target
        registry = require_registry(target)
        make = _MAKERS.get(target.kind)
        if make is None:
            raise BrokenError(f"{target.id}: {target.kind} are not created here.")
        with (
            translated(f"creating {target.id}", registry, self._identity),
            _understood(target),
        ):
            make(self._client(registry.name), blueprint)

    def _client(self, registry: str) -> Any:  # noqa: ANN401 - azure-ai-ml ships no types
        # Its constructor changes the process's environment and the SDK's table of clouds: one at a
        # time. What is used of it afterwards keeps no state between calls.
        with self._lock:
            if registry not in self._clients:
                self._clients[registry] = self._made(registry)
            return self._clients[registry]

    def _made(self, registry: str) -> Any:  # noqa: ANN401 - azure-ai-ml ships no types
        from azure.ai.ml import MLClient

        client = MLClient(
            self._credential,
            registry_name=registry,
            polling_interval=self._watching.interval,
            show_progress=False,
            retry_total=3,
            # Of all its clients; behind its retries and redirections, so that each of them passes here.
            custom_hook_policy=self._watching,
            **self._cloud.sdk_arguments,
        )
        client.models._get_model_properties = _no_properties  # noqa: SLF001 - defect 1, see above
        client.data._validate = _known_references  # noqa: SLF001 - defect 4, see above
        return client


def _no_properties(*_: object, **__: object) -> None:
    """Stand in for the look at a model's latest version."""


def _known_references(data: Any) -> Any:  # noqa: ANN401 - azure-ai-ml ships no types
    """Stand in for the look into an mltable."""
    return data._referenced_uris  # noqa: SLF001 - what the SDK itself sends


def _create_model(client: Any, blueprint: Blueprint) -> None:  # noqa: ANN401 - as above
    from azure.ai.ml.entities import Model

    if blueprint.properties.get(_EVALUATOR, "").lower() == "true":
        raise RefusedError(
            f"{blueprint.description.ref.id} is a prompt-flow evaluator, which azure-ai-ml keeps "
            "apart from models.",
            "Publish evaluators with azure-ai-ml's own `evaluators` operations.",
        )
    flavors = blueprint.description.flavors or None
    client.models.create_or_update(Model(flavors=flavors, **_common(blueprint)))


def _create_data(client: Any, blueprint: Blueprint) -> None:  # noqa: ANN401 - as above
    from azure.ai.ml.entities import Data

    references = list(blueprint.references) or None
    client.data.create_or_update(Data(referenced_uris=references, **_common(blueprint)))


def _create_environment(client: Any, blueprint: Blueprint) -> None:  # noqa: ANN401 - as above
    from azure.ai.ml.entities import BuildContext, Environment

    made_of = blueprint.definition
    if made_of is None:
        raise BrokenError(f"{blueprint.target.id} has no definition to create it from.")
    build = None
    if blueprint.uri:
        build = BuildContext(path=blueprint.uri, dockerfile_path=made_of.dockerfile_path)
    common = _common(blueprint)
    client.environments.create_or_update(
        Environment(
            image=made_of.image or None,
            conda_file=made_of.conda,
            build=build,
            os_type=made_of.os_type,
            inference_config=_routes(made_of.inference_config),
            **{key: common[key] for key in _ENVIRONMENT_FIELDS},
        ),
    )


def _routes(config: dict[str, Any]) -> dict[str, Any] | None:
    # The SDK takes these names in snake case and sends them in camel case.
    return {_SNAKE[name]: route for name, route in config.items() if name in _SNAKE} or None


def _common(blueprint: Blueprint) -> dict[str, Any]:
    return {
        "name": blueprint.target.name,
        "version": blueprint.target.version,
        "type": blueprint.description.type or None,
        "path": blueprint.uri,
        "description": blueprint.description.description,
        "tags": blueprint.description.tags,
        "properties": blueprint.properties,
    }


_MAKERS: Final[dict[AssetKind, Callable[[Any, Blueprint], None]]] = {
    AssetKind.MODELS: _create_model,
    AssetKind.DATA: _create_data,
    AssetKind.ENVIRONMENTS: _create_environment,
}


@contextmanager
def _understood(target: AssetRef) -> Iterator[None]:
    from azure.ai.ml.exceptions import MlException

    try:
        yield
    except HttpResponseError as error:
        if error.status_code == HTTPStatus.CONFLICT:
            raise TakenError(f"{target.id}: {message_of(error)}") from cause(error)
        raise
    except MlException as error:
        raise RefusedError(
            f"azure-ai-ml does not accept the description of {target.id}: {scrub(str(error))}",
            "Register a version that it accepts, and promote that one.",
        ) from cause(error)
    except AttributeError as error:
        _log.warning(
            "azure-ai-ml could not read the version it created; it is read back",
            extra={"target": target.id, "reason": scrub(str(error))},
        )

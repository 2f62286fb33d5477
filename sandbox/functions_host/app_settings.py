"""App settings: the environment of the process, and the `%NAME%` expressions of bindings.

Must not know which binding asks.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from sandbox.functions_host.errors import HostError

#: The storage account the host itself uses, and the one of a binding that names none.
HOST_STORAGE: Final = "AzureWebJobsStorage"

_EXPRESSION: Final = re.compile(r"%([^%\s]+)%")
_IDENTITY_SUFFIXES: Final = ("__accountName", "__queueServiceUri", "__blobServiceUri")


def resolve(value: Any, environment: Mapping[str, str]) -> Any:  # noqa: ANN401 - a JSON value
    """Return `value` with the `%NAME%` in it replaced by the app setting of that name.

    Raises:
        HostError: the app setting is missing.
    """
    match value:
        case str():
            return _EXPRESSION.sub(lambda found: _setting(found[1], environment), value)
        case list():
            return [resolve(item, environment) for item in value]
        case _:
            return value


def connection_string(name: str, environment: Mapping[str, str]) -> str:
    """Return the connection string a binding's `connection` names, as the platform looks for it.

    The setting `AzureWebJobs{name}` goes before `{name}`; no name at all is `AzureWebJobsStorage`.

    Raises:
        HostError: neither is set, or the connection is one by identity, which needs Azure.
    """
    name = name or HOST_STORAGE
    for candidate in (f"AzureWebJobs{name}", name):
        if environment.get(candidate):
            return environment[candidate]
    if any(name + suffix in environment for suffix in _IDENTITY_SUFFIXES):
        raise HostError(
            f"the connection {name} is one by identity; this host needs a connection string: "
            f"set {name} to Azurite's",
        )
    raise HostError(f"the app setting {name} is missing: set it to a storage connection string")


def _setting(name: str, environment: Mapping[str, str]) -> str:
    if name not in environment:
        raise HostError(f"a binding refers to %{name}%, but the app setting {name} is missing")
    return environment[name]

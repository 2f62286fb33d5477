"""Where the running app is and who is asking: an address with a sign-in, or a sandbox's ready file.

Knows options and credentials; what is asked is the commands' matter.
"""

import functools
import inspect
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
import typer

from promotion.cli.client import App, RefusedByAppError, UnreachableError
from promotion.cli.output import FOUND, NOT_RUN, complain
from promotion.cli.plainly import line
from promotion.domain.ready import ready

_URL = typer.Option("--url", envvar="PROMOTION_URL", help="Address of the app.")
_AUDIENCE = typer.Option(
    "--audience",
    envvar="PROMOTION_AUDIENCE",
    help="The app registration's Application ID URI (api://...): for whom the token is.",
)
_SANDBOX = typer.Option("--sandbox", help="Ready file of a running sandbox, instead of an address.")
_ROLE = typer.Option("--as", help="With --sandbox: which of its people is asking.")

_PEOPLE: Final = "operator"


class NoWayError(Exception):
    """The options do not say where the app is, or nobody is signed in."""


class _Ready(msgspec.Struct):
    """What is used of a ready file."""

    functions_url: str
    people: dict[str, dict[str, str]]


def reaches_app(command: Callable[..., None]) -> Callable[..., None]:
    """Return the command with the options that say where the app is; its `app` is made from them.

    What the app refuses ends with exit code 1, what does not get there with 2.
    """

    @functools.wraps(command)
    def asked(**given: Any) -> None:  # noqa: ANN401 -- whatever the command takes
        way = {name: given.pop(name) for name in _OPTIONS}
        with told():
            command(app=_app(**way), **given)

    own = [each for each in inspect.signature(command).parameters.values() if each.name != "app"]
    every = [*own, *_OPTIONS.values()]
    asked.__signature__ = inspect.Signature(every)  # type: ignore[attr-defined]  # read by typer
    asked.__annotations__ = {each.name: each.annotation for each in every}
    return asked


@contextmanager
def told() -> Iterator[None]:
    """Tell what the app refused, or why it was not reached, and end with the right exit code."""
    try:
        yield
    except RefusedByAppError as error:
        complain(str(error))
        raise typer.Exit(FOUND) from error
    except (UnreachableError, NoWayError) as error:
        complain(str(error))
        raise typer.Exit(NOT_RUN) from error


def _app(*, url: str, audience: str, sandbox: Path | None, role: str) -> App:
    if sandbox is not None:
        ready = _ready(sandbox)
        headers = _headers(ready, role)
        return App(ready.functions_url, lambda: headers)
    if not url:
        raise NoWayError(
            "Where is the app? Give --url (or PROMOTION_URL), or --sandbox READY_FILE."
        )
    if not audience:
        raise NoWayError(
            "For whom is the token? Give --audience (or PROMOTION_AUDIENCE): the Application ID URI of "
            "the app's registration in Entra ID, such as api://11111111-...."
        )
    # The address is checked before anybody signs in for it.
    return App(url, lambda: {"Authorization": f"Bearer {token(audience)}"})


def _ready(file: Path) -> _Ready:
    try:
        return msgspec.json.decode(file.read_bytes(), type=ready(_Ready))
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise NoWayError(
            f"{file} is no ready file of a sandbox: {why}. A running sandbox has one: "
            "`make sandbox` names it."
        ) from error


def _headers(ready: _Ready, role: str) -> dict[str, str]:
    try:
        return ready.people[role]
    except KeyError as error:
        people = ", ".join(sorted(ready.people))
        raise NoWayError(f"The sandbox has nobody called {role!r}; it has: {people}.") from error


def token(audience: str) -> str:
    """Return a token for an audience, of whoever azure-identity finds signed in.

    Raises:
        NoWayError: nobody is.
    """
    # Loaded here: looking at the help must not wait for it.
    from azure.core.exceptions import AzureError  # noqa: PLC0415
    from azure.identity import DefaultAzureCredential  # noqa: PLC0415

    # What each of its ten ways says is told once, by the error, and only its beginning is for people.
    logging.getLogger("azure.identity").setLevel(logging.CRITICAL)
    scope = audience if audience.endswith("/.default") else f"{audience.rstrip('/')}/.default"
    try:
        with DefaultAzureCredential() as credential:
            return credential.get_token(scope).token
    except AzureError as error:
        raise NoWayError(
            f"No token for {line(audience)}: {_first_line(error)} Sign in first, for example with "
            f"`az login --scope {line(scope)}`."
        ) from error


def _first_line(error: Exception) -> str:
    return line(str(error).partition("\n")[0])


def _option(name: str, annotation: object, default: object) -> inspect.Parameter:
    kind = inspect.Parameter.KEYWORD_ONLY
    return inspect.Parameter(name, kind, annotation=annotation, default=default)


_OPTIONS: Final = {
    each.name: each
    for each in (
        _option("url", Annotated[str, _URL], ""),
        _option("audience", Annotated[str, _AUDIENCE], ""),
        _option("sandbox", Annotated[Path | None, _SANDBOX], None),
        _option("role", Annotated[str, _ROLE], _PEOPLE),
    )
}

"""The running app's JSON API, as the command line calls it. Knows HTTP and problems, no command."""

from collections.abc import Callable, Iterator
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

import msgspec
import requests

from promotion import __version__
from promotion.cli.plainly import line
from promotion.domain.ready import ready

_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
#: A dry run reads and scans the asset's files before it answers.
_TIMEOUT: Final = (10, 300)


class RefusedByAppError(Exception):
    """The app understood and refused; the text says why and what to do."""


class UnreachableError(Exception):
    """There was no answer, or none of this app's."""


class _Problem(msgspec.Struct):
    """What is used of an RFC 9457 problem."""

    title: str
    detail: str = ""
    remedy: str = ""
    errors: list[dict[str, str]] = []


class App:
    """A running app, as one person reaches it."""

    def __init__(self, url: str, sign_in: Callable[[], dict[str, str]]) -> None:
        """Call the app at `url`, with the headers that `sign_in` gives.

        Raises:
            UnreachableError: the address is neither https nor on this machine: a token would be readable
                on its way.
        """
        parts = urlsplit(url)
        safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
        if not safe or not parts.hostname:
            raise UnreachableError(f"{line(url)} is not an https address.")
        self._url = url.rstrip("/")
        self._session = requests.Session()
        agent = f"azureml-registry-promotion-cli/{__version__}"
        self._session.headers.update(
            {"Accept": "application/json", "User-Agent": agent, **sign_in()}
        )

    def get(self, path: str, **query: str) -> bytes:
        """Return the body of an answer.

        Raises:
            RefusedByAppError, UnreachableError: as their names say.
        """
        return self._call("GET", path, params=query)

    def post(self, path: str, body: dict[str, Any], *, revision: int | None = None) -> bytes:
        """Send JSON and return the body of the answer; `revision` is the one that was looked at."""
        headers = {"If-Match": f'"{revision}"'} if revision is not None else {}
        return self._call("POST", path, json=body, headers=headers)

    def _call(self, method: str, path: str, **options: Any) -> bytes:  # noqa: ANN401 -- passed on
        try:
            # A redirect is a sign-in page, or another host, which the token is not for.
            answer = self._session.request(
                method, self._url + path, timeout=_TIMEOUT, allow_redirects=False, **options
            )
        except requests.RequestException as error:
            why = type(error).__name__
            raise UnreachableError(
                f"{self._url} does not answer ({why}). Is this the app's address, and is the app running?"
            ) from error
        if answer.ok and not answer.is_redirect:
            return answer.content
        raise _error(self._url, answer)


class Page(Protocol):
    """A page of a list, as the app answers it."""

    @property
    def next_cursor(self) -> str | None:
        """Where the next page begins; none on the last."""


def pages[P: Page](app: App, path: str, kind: type[P], **query: str) -> Iterator[P]:
    """Yield every page of a list.

    Raises:
        RefusedByAppError, UnreachableError: as their names say.
    """
    more: dict[str, str] = {}
    while True:
        page = decoded(app.get(path, **query, **more), kind)
        yield page
        if not page.next_cursor:
            return
        more = {"cursor": page.next_cursor}


def decoded[T](content: bytes, kind: type[T]) -> T:
    """Return an answer as a value.

    Raises:
        UnreachableError: it is not what this app answers.
    """
    try:
        return msgspec.json.decode(content, type=ready(kind))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnreachableError(
            f"The answer is not what this version expects ({error}). Is it the right address, and of "
            "the same version?"
        ) from error


def _error(url: str, answer: requests.Response) -> Exception:
    if answer.is_redirect or answer.status_code == requests.codes.unauthorized:
        return UnreachableError(
            f"{url} asks to sign in: the token was not accepted. Check --audience, and that the app "
            "registration allows this client."
        )
    try:
        problem = msgspec.json.decode(answer.content, type=ready(_Problem))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return UnreachableError(f"{url} answered {answer.status_code}, and not as this app does.")
    told = [problem.detail or problem.title, problem.remedy]
    told += [f"{each.get('field')}: {each.get('detail')}" for each in problem.errors]
    text = " ".join(line(each) for each in told if each)
    unavailable = answer.status_code >= requests.codes.internal_server_error
    return UnreachableError(text) if unavailable else RefusedByAppError(text)

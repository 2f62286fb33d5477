"""A whole sandbox as one thing: started, stopped, its parts killed and started again.

Knows the parts and Azurite; tests, the demo and `up` use nothing else.
"""

import contextlib
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from sandbox import config as configuration
from sandbox import tls
from sandbox.azurite import Azurite
from sandbox.config import Config
from sandbox.errors import StateError
from sandbox.listening import refuse_taken
from sandbox.parts import Part, parts

type Tell = Callable[[str], None]


class Sandbox:
    """Azurite and every server around it, on the state of one folder."""

    def __init__(self, config: Config, tell: Tell = lambda _: None) -> None:
        """Run on `config`; `tell` hears which part comes up."""
        self.config = config
        self.azurite = Azurite(config)
        self.parts: dict[str, Part] = {part.name: part for part in parts(config)}
        self._tell = tell

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start everything; return when all of it is ready.

        Raises:
            SandboxError: a port is taken, or something did not start; the rest is stopped again.
        """
        refuse_taken(self.config.ports.by_purpose(), self.config.folder)
        try:
            tls.ensure(self.config)
            self._tell("Azurite: blobs, queues, tables")
            self.azurite.start()
            for part in self.parts.values():
                part.launch()
            for part in self.parts.values():
                part.wait()
                self._tell(part.name)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop everything, the last started first."""
        with contextlib.ExitStack() as stack:
            stack.callback(self.azurite.stop)
            for part in self.parts.values():
                stack.callback(part.stop)

    @property
    def host(self) -> Part:
        """The Functions host."""
        return self.parts["Functions host"]


def open_state(
    folder: Path,
    *,
    topology: str | None = None,
    time_scale: float | None = None,
) -> tuple[Config, bool]:
    """Return the configuration of a state folder, and whether it is a new one.

    What is given holds from now on, also for a folder that has a state already.

    Raises:
        StateError: the folder cannot be made, read or written.
    """
    wanted = {"topology": topology, "time_scale": time_scale}
    given = {name: value for name, value in wanted.items() if value is not None}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        kept = _kept(folder)
        config = kept or configuration.create(folder.resolve())
        config = msgspec.structs.replace(config, **given)
        config.save()
    except OSError as error:
        raise StateError(
            f"{error.filename or folder}: {error.strerror or error}. The sandbox keeps its state in "
            f"{folder}: name a folder that you may write to, `python -m sandbox up --state FOLDER`"
        ) from error
    return config, kept is None


def _kept(folder: Path) -> Config | None:
    try:
        return Config.load(folder)
    except FileNotFoundError:
        return None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise StateError(
            f"{folder}/sandbox.json is no state of a sandbox of this version: {error}. Remove {folder} to "
            "begin anew, or use another: `python -m sandbox up --state FOLDER`"
        ) from error

"""What can go wrong at one call of a port, and a proxy that makes it go wrong at a chosen call.

Knows calls by number and name; must not know what they mean.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from promotion.domain.errors import RetryableError


class CrashError(BaseException):
    """The process dies here. Not an Exception, so that nothing in the app can catch it."""


class Fault(StrEnum):
    """What happens at a call."""

    CRASH_BEFORE = "crash before"
    CRASH_AFTER = "crash after"
    ERROR = "error"
    #: The call did its work, but its answer never came.
    LOST_ANSWER = "lost answer"
    #: Something else happens first: another worker, another person, the sweep.
    MEANWHILE = "meanwhile"


type Plan = dict[int, Fault]


@dataclass
class Controller:
    """Counts the calls of all ports together and carries out a plan."""

    plan: Plan = field(default_factory=dict)
    meanwhile: Callable[[], None] = lambda: None
    calls: list[str] = field(default_factory=list)
    _nested: bool = False

    def around(self, name: str, call: Callable[[], Any]) -> Any:  # noqa: ANN401 -- any port's answer
        """Make the call, or what the plan has for it."""
        if self._nested:
            return call()
        self.calls.append(name)
        match self.plan.get(len(self.calls)):
            case None:
                return call()
            case Fault.CRASH_BEFORE:
                raise CrashError(name)
            case Fault.CRASH_AFTER:
                call()
                raise CrashError(name)
            case Fault.ERROR:
                raise RetryableError(f"{name} is not available.")
            case Fault.LOST_ANSWER:
                call()
                raise RetryableError(f"{name} gave no answer.")
            case Fault.MEANWHILE:
                self._run_meanwhile()
                return call()

    def _run_meanwhile(self) -> None:
        self._nested = True
        try:
            self.meanwhile()
        finally:
            self._nested = False


class Watched:
    """A port whose every method goes through a controller."""

    def __init__(self, name: str, port: object, controller: Controller) -> None:
        self._name = name
        self._port = port
        self._controller = controller

    def __getattr__(self, method: str) -> Any:  # noqa: ANN401 -- any attribute of any port
        value = getattr(self._port, method)
        if not callable(value):
            return value

        def call(*args: object, **kwargs: object) -> object:
            label = f"{self._name}.{method}"
            return self._controller.around(label, lambda: value(*args, **kwargs))

        return call

"""How far a copy is. Kept beside the request: progress is not a transition and makes no fact."""

import datetime as dt

import msgspec


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """Files and bytes of a copy, done and in all."""

    files: int = 0
    files_done: int = 0
    bytes: int = 0
    bytes_done: int = 0
    #: When a worker last moved it on; the sweep takes up what has stood still.
    at: dt.datetime | None = None
    #: How often validation ended because a check could not be carried out.
    tries: int = 0
    #: Why the last attempt had to stop, in words for a person; empty when it did not.
    trouble: str = ""
    #: Marks of what the asset needs and what is in the target by now; lost, it is looked up again.
    brought: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether everything has arrived."""
        return self.files_done == self.files and self.bytes_done == self.bytes

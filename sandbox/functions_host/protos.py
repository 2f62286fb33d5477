"""Stand-ins for the worker's protocol messages, as far as indexing an app needs them.

Inside Azure the worker talks protobuf to the host. Indexing only sets and reads attributes of the
messages, so plain objects do. Must not know what the attributes mean.
"""

from types import SimpleNamespace
from typing import ClassVar


class _Message(SimpleNamespace):
    """A message: whatever it was made with, as attributes."""


class WorkerInitResponse(_Message):
    """The answer to `WorkerInitRequest`."""


class FunctionMetadataResponse(_Message):
    """The answer to `FunctionsMetadataRequest`."""


class RpcFunctionMetadata(_Message):
    """One function that indexing found."""


class WorkerMetadata(_Message):
    """Which worker it is."""


class RpcException(_Message):
    """Why something failed: `message` and `stack_trace`."""


class RpcRetryOptions(_Message):
    """A function's retry policy."""


class StatusResult(_Message):
    """How a request ended: `status`, and `exception` when it failed."""

    Failure: ClassVar[int] = 0
    Success: ClassVar[int] = 1


class BindingInfo(_Message):
    """One binding of a function; the numbers are those of `azure.functions`."""

    undefined: ClassVar[int] = 0
    out: ClassVar[int] = 1
    inout: ClassVar[int] = 2

"""One start of an app as the worker does it: imported, its functions indexed. In a fresh process.

The official worker library is loaded first and not counted: every app pays the same for it.
"""

import asyncio
import sys
import time
from types import SimpleNamespace
from typing import Any


def index(app: str) -> dict[str, Any]:
    """Load the app in a folder; return seconds, functions, modules loaded and growth in bytes."""
    import azure_functions_runtime as runtime

    from bench import memory
    from sandbox.functions_host import protos

    request = SimpleNamespace(
        request=SimpleNamespace(
            worker_init_request=SimpleNamespace(capabilities={}, function_app_directory=app),
        ),
        properties={"host": "127.0.0.1", "protos": protos},
    )

    async def load() -> int:
        answer = await runtime.worker_init_request(request)
        if answer.result.status != protos.StatusResult.Success:
            raise RuntimeError(answer.result.exception.message)
        found = await runtime.functions_metadata_request(None)
        return len(found.function_metadata_results)

    sys.path.insert(0, app)
    before, modules = memory.start(), set(sys.modules)
    started = time.perf_counter()
    functions = asyncio.run(load())
    seconds = time.perf_counter() - started
    return {
        "seconds": seconds,
        "functions": functions,
        "modules": len(set(sys.modules) - modules),
        "growth": memory.peak() - before,
    }

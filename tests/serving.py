"""An HTTP server in a thread for as long as a test wants it. Knows nothing of what it answers."""

import contextlib
import threading
from collections.abc import Iterator
from http.server import HTTPServer
from typing import Final

#: Seconds between two looks whether it should stop; half a second, the library's, adds up over a suite.
_LOOK: Final = 0.02


@contextlib.contextmanager
def serving[Server: HTTPServer](server: Server) -> Iterator[Server]:
    """Let `server` answer in a thread of its own; stop and close it in the end, however that comes."""
    thread = threading.Thread(target=server.serve_forever, args=(_LOOK,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

"""`python -m sandbox.child MODULE ARGUMENT...`: runs a module that ends when its parent is gone.

The parent holds the other end of standard input; the system closes it however the parent died, so that
no server outlives a sandbox that was killed. Knows nothing of the module.
"""

import os
import runpy
import signal
import sys
import threading


def main() -> None:
    """Run the module that the command line names, and watch for the parent's end."""
    module = sys.argv.pop(1)
    threading.Thread(target=_follow_parent, name="parent", daemon=True).start()
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _follow_parent() -> None:
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()

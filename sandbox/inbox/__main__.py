"""`python -m sandbox.inbox --state DIR`: serve the inbox until interrupted."""

from sandbox.inbox.server import build
from sandbox.serving import process

if __name__ == "__main__":
    process.run("inbox", build, "inbox")

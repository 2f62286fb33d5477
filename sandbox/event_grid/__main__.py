"""`python -m sandbox.event_grid --state DIR`: serve Event Grid until interrupted."""

from sandbox.event_grid.server import build
from sandbox.serving import process

if __name__ == "__main__":
    process.run("event grid", build, "event_grid")

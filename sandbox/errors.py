"""What keeps the sandbox from working, told to people. Knows nothing of what is started."""


class SandboxError(Exception):
    """The sandbox cannot go on; the text says what is wrong, where, and what to do."""


class StateError(SandboxError):
    """The state folder cannot be made, read or written."""


class PortTakenError(SandboxError):
    """A port of the sandbox is used by this sandbox already, or by another program."""

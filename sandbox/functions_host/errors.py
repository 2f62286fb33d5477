"""What makes the host refuse to start. Must not know how the refusal is shown."""


class HostError(Exception):
    """The app, its settings or this machine keep the host from starting; the text says what to do."""

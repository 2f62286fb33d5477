"""The pickle walker: what an unpickler would do with each opcode, followed without doing any of it."""

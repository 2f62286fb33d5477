"""One module a figure: `measure(scale, room)` plays ours and the reference and returns what came of it."""

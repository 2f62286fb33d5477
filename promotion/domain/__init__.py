"""The rules of a promotion as frozen values and pure transitions. Knows no clock, no I/O, no log."""

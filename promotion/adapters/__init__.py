"""The ports, implemented: one technology per module. Adapters know the ports and never each other."""

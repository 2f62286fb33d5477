"""A small Azure Functions host around the official Python worker library.

Knows the Functions platform (triggers, bindings, keys, Easy Auth, host.json) and one sandbox's
configuration; must not know the app it runs, nor import anything of it but through the worker.
"""

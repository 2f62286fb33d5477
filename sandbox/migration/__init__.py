"""A whole registry moved to another one in the sandbox, with stops on the way: `python -m sandbox.migration`."""

"""Names that unpicklers translate when a pickle says protocol 0, 1 or 2: Python 2's modules and builtins.

`pickle` documents this as `fix_imports`; the tables are the standard library's own. Knows only names.
"""

import _compat_pickle


def present_name(module: str, name: str) -> tuple[str, str]:
    """Return the pair that Python 3 really looks up."""
    pair = _compat_pickle.NAME_MAPPING.get((module, name))
    if pair is not None:
        return pair
    return _compat_pickle.IMPORT_MAPPING.get(module, module), name

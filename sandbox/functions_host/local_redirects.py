"""Where a sign-in may send the browser afterwards: this site only. Must not know pages."""

from urllib.parse import urlsplit


def local_target(text: str) -> str:
    r"""Return `text` when it is a path on this site, with its query; `/` otherwise.

    Browsers read `\` as `/` and drop tabs and line breaks, so that `/\evil.example` and
    `//evil.example` are other sites.
    """
    on_this_site = text.startswith("/") and not text.startswith("//")
    if not on_this_site or "\\" in text or not text.isprintable():
        return "/"
    try:
        parts = urlsplit(text)
    except ValueError:
        return "/"
    return "/" if parts.scheme or parts.netloc else text

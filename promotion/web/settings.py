"""What the web layer is told at start-up. Knows no environment variable: `promotion.settings` reads those."""

import msgspec


class WebSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How the pages and the API behave in one deployment."""

    #: Where people reach the app: `https://host`, without a path. For the check of `Origin` and for OpenAPI.
    public_url: str
    #: Whether the platform's authentication (Easy Auth) is on. Without it its headers can be forged and
    #: are not believed: nobody is signed in.
    auth_enabled: bool
    #: When given, only identities of this Entra ID tenant are let in.
    tenant_id: str = ""
    #: Secret for the forms' tokens, at least 32 bytes; the same on every instance.
    csrf_key: bytes
    #: How many requests a list shows unless the caller asks for another number, 1 to 200.
    page_size: int = 50
    #: Writes one identity may make at once, and how many it regains a second, on each instance.
    write_burst: int = 240
    writes_per_second: float = 4.0

    def __post_init__(self) -> None:
        """Refuse a key that could be guessed, and a page size that the API does not allow.

        Raises:
            ValueError: which setting is wrong, and what it must be.
        """
        if len(self.csrf_key) < 32:  # noqa: PLR2004 -- as long as the HMAC's hash
            raise ValueError("csrf_key must have at least 32 bytes of randomness.")
        if not 1 <= self.page_size <= 200:  # noqa: PLR2004 -- the API's own bounds for `limit`
            raise ValueError("page_size must be between 1 and 200.")

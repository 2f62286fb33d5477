"""After a sign-in the browser stays on this site."""

import pytest

from sandbox.functions_host.local_redirects import local_target


@pytest.mark.parametrize("target", ["/", "/promotions/1?verdict=approve&x=%2F#end", "/a//b"])
def test_a_path_on_this_site_is_kept(target: str) -> None:
    assert local_target(target) == target


@pytest.mark.parametrize(
    "target",
    [
        "",
        "promotions",
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "/\r\nSet-Cookie: a=b",
        "\\\\evil.example",
        "javascript:alert(1)",
        "///evil.example",
        "/a\\b",
        "/\x00",
    ],
)
def test_anything_else_is_the_start_page(target: str) -> None:
    assert local_target(target) == "/"

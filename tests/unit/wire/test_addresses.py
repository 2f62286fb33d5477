"""Only addresses that are meant are called; an error never repeats one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promotion.domain.errors import InvalidError
from promotion.wire.addresses import check_address

HOSTS = (".logic.azure.com", ".environment.api.powerplatform.com")
SECRET = "sig=0123456789abcdef"
OLD = f"https://prod-12.westeurope.logic.azure.com:443/workflows/1/triggers/manual/paths/invoke?{SECRET}"
NEW = f"https://a.b.environment.api.powerplatform.com:443/powerautomate/automations/direct?{SECRET}"


@pytest.mark.parametrize("address", [OLD, NEW, OLD.replace(":443", "")])
def test_webhooks_of_both_kinds_are_allowed(address: str) -> None:
    assert check_address(address, setting="HOOK", hosts=HOSTS) == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        f"http://prod.logic.azure.com/?{SECRET}",
        f"https://logic.azure.com/?{SECRET}",
        f"https://evil.example/?{SECRET}",
        f"https://evillogic.azure.com/?{SECRET}",
        f"https://prod.logic.azure.com.evil.example/?{SECRET}",
        f"https://prod.logic.azure.com./?{SECRET}",
        f"https://prod.logic.azure.com:8443/?{SECRET}",
        f"https://prod.logic.azure.com:99999/?{SECRET}",
        f"https://prod.logic.azure.com@evil.example/?{SECRET}",
        f"https://user:pass@prod.logic.azure.com/?{SECRET}",
        f"https://evil.example\\.logic.azure.com/?{SECRET}",
        f"https://evil.example#.logic.azure.com/?{SECRET}",
        f"https://evil.example/.logic.azure.com/?{SECRET}",
        f"https://evil.example?.logic.azure.com/&{SECRET}",
        f"https://evil.example\t.logic.azure.com/?{SECRET}",
        f" https://prod.logic.azure.com/?{SECRET}",
        f"https://prod.logic.azure.com/?{SECRET}\n",
        f"https://{'a' * 64}.logic.azure.com/?{SECRET}",
        f"https://a..logic.azure.com/?{SECRET}",
        f"https://[::ffff:8.8.8.8]/.logic.azure.com?{SECRET}",
        f"https://[bad/.logic.azure.com?{SECRET}",
        f"https://169.254.169.254/.logic.azure.com?{SECRET}",
        f"file:///etc/passwd?{SECRET}",
        f"https://prod.logic.azure.com/{'a' * 3_000}?{SECRET}",
        f"https://prod.\uff4cogic.azure.com/?{SECRET}",
        f"http://127.0.0.1:8000/?{SECRET}",
        f"https://localhost/?{SECRET}",
        f"http://[::1]:8000/?{SECRET}",
    ],
)
def test_every_other_address_is_refused_without_repeating_it(address: str) -> None:
    with pytest.raises(InvalidError) as refused:
        check_address(address, setting="HOOK", hosts=HOSTS)

    assert "HOOK" in str(refused.value)
    assert "0123456789abcdef" not in str(refused.value)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:8000/a", "http://localhost:1/", "https://[::1]:8/", "http://a.localhost:5/"],
)
def test_this_machine_is_allowed_where_the_settings_say_so(address: str) -> None:
    assert check_address(address, setting="HOOK", hosts=HOSTS, allow_loopback=True) == address


def test_saying_so_allows_nothing_else() -> None:
    with pytest.raises(InvalidError):
        check_address("http://192.168.1.1/", setting="HOOK", hosts=HOSTS, allow_loopback=True)


@given(st.text(max_size=200))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    try:
        checked = check_address(f"https://{text}", setting="HOOK", hosts=HOSTS)
    except InvalidError:
        return
    assert (
        checked.partition("://")[2]
        .partition("/")[0]
        .partition("?")[0]
        .partition(":")[0]
        .lower()
        .endswith(HOSTS)
    )

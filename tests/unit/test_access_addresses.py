"""Where calls may go: public addresses, however a private one is spelt, and whatever a name stands for."""

from __future__ import annotations

import socket

import pytest

from engine.access.addresses import Target, check_address, resolve
from engine.errors import InvalidInput


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "017700000001",
        "0",
        "0.0.0.0",  # noqa: S104  it is refused
        "10.1.2.3",
        "172.16.0.1",
        "192.168.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[fe80::1]",
        "[fe80::1%25eth0]",
        "[fc00::1]",
        "[ff02::1]",
        "localhost",
        "LOCALHOST",
        "localhost.",
        "printer",
        "a.localhost",
        "db.internal",
        "nas.local",
    ],
)
def test_refuses_every_spelling_of_a_private_address(host: str) -> None:
    for address in (f"http://{host}/x", f"https://{host}:8443/x"):
        with pytest.raises(InvalidInput) as refused:
            check_address(address)
        assert refused.value.code == "address_refused"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "x",
        "//example.com",
        "ftp://example.com",
        "file:///etc/passwd",
        "gopher://example.com",
        "http://",
        "http://user@example.com/",
        "http://user:word@example.com/",
        "http://example.com:0x50/",
        "http://example.com:99999/",
        "http://exam ple.com/",
        "http://example.com/\r\nx: y",
        "http://[::1",
        "http://example.com/" + "x" * 2000,
    ],
)
def test_refuses_what_is_no_address_of_the_web(address: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_address(address)
    assert refused.value.code == "address_refused"


def test_lets_public_ones_pass() -> None:
    for address in ("https://example.com/x?y=1", "http://93.184.216.34:8080", "https://[2606:2800:220:1::1]/"):
        check_address(address)


def test_goes_to_the_addresses_a_name_stands_for() -> None:
    found = resolve("https://erp.example.com/x", lookup=lambda _host, _port: ["93.184.216.34", "93.184.216.34"])
    assert found == Target("erp.example.com", 443, ("93.184.216.34",))


@pytest.mark.parametrize("private", ["127.0.0.1", "10.0.0.1", "::1", "::ffff:10.0.0.1", "fe80::1%eth0"])
def test_refuses_a_name_that_stands_for_a_private_address(private: str) -> None:
    for addresses in ([private], ["93.184.216.34", private]):
        with pytest.raises(InvalidInput) as refused:
            resolve("https://erp.example.com/x", lookup=lambda _host, _port, found=addresses: found)  # type: ignore[misc]  # bound at once
        assert refused.value.code == "address_refused"


def test_refuses_a_name_nobody_knows() -> None:
    def fail(_host: str, _port: int) -> list[str]:
        raise socket.gaierror("no such name")

    with pytest.raises(InvalidInput) as refused:
        resolve("https://erp.example.com/x", lookup=fail)
    assert refused.value.code == "address_refused"


def test_lets_pass_only_the_very_pair_the_operator_names() -> None:
    allowed = frozenset({"127.0.0.1:9000", "erp.internal:80"})
    check_address("http://127.0.0.1:9000/x", allowed)
    check_address("http://erp.internal/x", allowed)
    assert resolve("http://erp.internal/x", allowed, lookup=lambda _host, _port: ["10.0.0.1"]).addresses == ("10.0.0.1",)
    for address in ("http://127.0.0.1:9001/x", "http://127.1:9000/x", "https://erp.internal/x"):
        with pytest.raises(InvalidInput):
            check_address(address, allowed)

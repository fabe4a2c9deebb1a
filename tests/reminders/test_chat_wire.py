"""Messages go to public places alone, are not led elsewhere, and take little time and few bytes: before real servers."""

import socket
import time

import pytest

from reminders.chat.addresses import Refused, checked, is_public
from reminders.chat.wire import NotSent, post
from tests.reminders.places import certificate, place

PUBLIC = ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "2a00:1450:4001:80b::200e"]
HOSTILE = [
    # one's own machine and network
    *("127.0.0.1", "127.8.9.1", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1"),
    *("::1", "::", "fc00::1", "fd12:3456::1", "fe80::1", "fe80::1%eth0", "fec0::1"),
    # what machines in a cloud ask for their secrets: AWS, GCP and Azure; Alibaba; Azure; Oracle; AWS over IPv6
    *("169.254.169.254", "169.254.170.2", "100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254"),
    # no single place
    *("224.0.0.1", "239.255.255.250", "255.255.255.255", "240.0.0.1", "ff02::1", "ff0e::1"),
    # documentation, measuring, protocols
    *("192.0.2.1", "198.51.100.1", "203.0.113.1", "198.18.0.1", "192.88.99.1", "192.0.0.8"),
    *("2001:db8::1", "3fff::1", "100::1", "2001:2::1", "2001:20::1", "5f00::1"),
    # another address in disguise: mapped, compatible, NAT64 (well-known and local), 6to4, Teredo
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:7f00:1", "::127.0.0.1", "::ffff:8.8.8.8"),
    *("64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::7f00:1", "2002:7f00:1::", "2002:a00:1::1", "2001:0:7f00:1::"),
    # none at all
    *("", "localhost", "127.1", "0x7f000001", "2130706433", "1.2.3.4.5"),
]


@pytest.mark.parametrize("address", PUBLIC)
def test_public(address):
    assert is_public(address)


@pytest.mark.parametrize("address", HOSTILE)
def test_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.com/x",
        "ftp://hooks.example.com/x",
        "file:///etc/passwd",
        "gopher://hooks.example.com/",
        "hooks.example.com/x",
        "https://",
        "https:///x",
        "https://user@hooks.example.com/",
        "https://user:word@hooks.example.com/",
        "https://hooks.example.com:8443/",
        "https://hooks.example.com:22/",
        "https://hooks.example.com:99999/",
        "https://localhost/",
        "https://redis/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::1/",
        "https://127.0.0.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://hooks.example.com/ x",
        "https://hooks.example.com/\r\nHost: x",
        "https://hooks.example.com\\@evil.example/",
        "https://hööks.example.com/",
        "https://hooks.example.com/" + "x" * 1000,
        "javascript:alert(1)",
    ],
)
def test_no_address_of_a_chat(url):
    with pytest.raises(Refused):
        checked(url)


@pytest.mark.parametrize("url", ["https://hooks.slack.com/services/T/B/x", "https://hooks.example.com:443/a?b=c"])
def test_an_address_of_a_chat(url):
    assert checked(url).hostname


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def there(own, settings, monkeypatch):
    """A place that is let through, with a certificate that is trusted."""
    monkeypatch.setenv("SSL_CERT_FILE", str(own))
    with place(own) as made:
        settings.CHAT_MAY_REACH = [made.reach]
        yield made


def say(url: str, **more) -> int:
    return post(url, body=b'{"text":"hello"}', headers={"Content-Type": "application/json"}, **more)


def why(url: str, **more) -> str:
    with pytest.raises(NotSent) as refusal:
        say(url, **more)
    return str(refusal.value)


def test_it_arrives(there):
    assert say(there.url) == 200
    (got,) = there.got
    assert (got.path, got.body) == ("/hooks/T1/secret-part", b'{"text":"hello"}')
    assert got.headers["host"] == there.reach
    assert got.headers["content-type"] == "application/json"


def test_what_is_not_let_through_gets_no_connection(there, settings):
    settings.CHAT_MAY_REACH = []
    assert "https://" in why(there.url) or "port" in why(there.url)
    assert there.connections == 0


@pytest.mark.parametrize("name", ["0x7f.1", "127.1", "0177.0.0.1", "127.0.0.1."])
def test_a_number_in_disguise_is_asked_of_the_resolver(name):
    """The system makes 127.0.0.1 of these, or nothing."""
    assert why(f"https://{name}/") in (
        "That is no public place on the internet.",
        "There is no such name on the internet.",
    )


def resolver(monkeypatch, port: int, *answers: list[str]) -> list[str]:
    """A name server of ours, since the tests have no internet: gives these addresses, one list an asking."""
    real, asked = socket.getaddrinfo, []

    def getaddrinfo(host, at, *args, **kwargs):
        if not str(host).endswith(".example"):
            return real(host, at, *args, **kwargs)
        asked.append(host)
        found = answers[min(len(asked), len(answers)) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, at)) for address in found]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


@pytest.mark.parametrize(
    "found", [["127.0.0.1"], ["93.184.216.34", "10.0.0.1"], ["::ffff:127.0.0.1"], ["64:ff9b::7f00:1"]]
)
def test_a_name_that_stands_for_a_private_place(monkeypatch, found):
    resolver(monkeypatch, 443, found)
    assert why("https://hooks.example/") == "That is no public place on the internet."


def test_a_name_is_asked_once_and_that_answer_used(there, settings, monkeypatch):
    """DNS rebinding: the second answer would be another place."""
    settings.CHAT_MAY_REACH = [f"rebind.example:{there.port}"]
    asked = resolver(monkeypatch, there.port, ["127.0.0.1"], ["127.0.0.2"])
    assert "certificate" in why(f"https://rebind.example:{there.port}/"), (
        "the name is still what the certificate is checked by"
    )
    assert asked == ["rebind.example"]
    assert there.connections == 1


def test_a_redirect_is_not_followed(there):
    for status in (301, 302, 307, 308):
        there.answers = [status]
        assert f"status {status}" in why(there.url)
    assert len(there.got) == 4
    assert {got.path for got in there.got} == {"/hooks/T1/secret-part"}


@pytest.mark.parametrize("status", [400, 403, 404, 410, 429, 500, 503])
def test_it_says_no(there, status):
    there.answers = [status]
    assert why(there.url) == f"It answered with status {status}."


def test_an_authority_that_is_not_trusted(there, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    assert "certificate" in why(there.url)
    assert there.got == []


def test_a_certificate_of_another_name(settings, monkeypatch, tmp_path):
    foreign = certificate(tmp_path, "hooks.example.com")
    monkeypatch.setenv("SSL_CERT_FILE", str(foreign))
    with place(foreign) as made:
        settings.CHAT_MAY_REACH = [made.reach]
        assert "certificate" in why(made.url)
        assert made.got == []


def test_no_tls_there(settings):
    with place(None) as made:
        settings.CHAT_MAY_REACH = [made.reach]
        assert why(made.url.replace("http:", "https:"), seconds=2)
        assert made.got == []


def test_nobody_answers(there, settings):
    settings.CHAT_MAY_REACH = ["localhost:1"]
    assert why("https://localhost:1/") == "Nobody answers there."


@pytest.mark.parametrize("slow", ["drip", "silent"])
def test_slow_ones_get_no_more_time(there, slow):
    there.answers = [slow]
    begun = time.monotonic()
    assert "longer than 0.7 seconds" in why(there.url, seconds=0.7)
    assert time.monotonic() - begun < 2


def test_an_answer_without_an_end(there):
    there.answers = ["flood"]
    assert why(there.url) == "Its answer is too long."


def test_no_http(there):
    there.answers = ["broken"]
    assert "speaks no HTTP" in why(there.url)


def test_what_it_answers_is_never_told(there):
    """Else a company could have Windfall read what stands at addresses."""
    there.answers = [500]
    assert "ok" not in why(there.url)


def test_developers_may_name_a_place_of_plain_http(settings):
    with place(None) as made:
        settings.CHAT_MAY_REACH = [made.reach]
        assert say(made.url) == 200

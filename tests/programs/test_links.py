"""Which links are taken, and how they are kept: as a browser will follow them, so that the host shown is the one reached."""

import pytest

from programs.resources.links import LONGEST_LINK, LinkRefused, checked, host_of

REFUSED = {
    "": "begins with https",
    "kit": "begins with https",
    "http://www.example.com/": "begins with https",
    "ftp://www.example.com/": "begins with https",
    "javascript:alert(1)": "begins with https",
    "data:text/html,x": "begins with https",
    "//www.example.com/": "begins with https",
    "https://": "names no site",
    "https:///kit": "names no site",
    "https://localhost/": "names no site",
    "https://intranet/": "names no site",
    "https://2130706433/": "names no site",
    "https://[::1]/": "names no site",
    "https://a..example.com/": "names no site",
    "https://-a.example.com/": "names no site",
    "https://a_b.example.com/": "names no site",
    f"https://{'x' * 64}.example.com/": "names no site",
    f"https://{'x.' * 130}com/": "names no site",
    "https://127.0.0.1/": "public name",
    "https://0x7f.1/": "public name",
    "https://printer.local/": "public name",
    "https://me:secret@example.com/": "name and password",
    "https://example.com@evil.example/": "name and password",
    "https://example.com:99999/": "not a web address",
    "https://example.com:x/": "not a web address",
    "https://[/": "not a web address",
    "https://example.com\\@evil.example/": "blanks or signs",
    "https://exa mple.com/": "blanks or signs",
    "https://example.com/\r\nSet-Cookie: a=b": "blanks or signs",
    "https://example.com/\x00": "blanks or signs",
    "https://example.com/\u202egpj": "blanks or signs",
    "https://example.com/<script>": "blanks or signs",
    "https://example.com/" + "x" * LONGEST_LINK: "longer than",
    "https://example.com/" + "ü" * 500: "longer than",
}


@pytest.mark.parametrize("link", REFUSED)
def test_it_is_refused_in_a_sentence(link):
    with pytest.raises(LinkRefused, match=REFUSED[link]):
        checked(link)


@pytest.mark.parametrize(
    ("typed", "kept", "host"),
    [
        (" https://www.example.com/kit?a=1&b=%20#top ", "https://www.example.com/kit?a=1&b=%20#top", "www.example.com"),
        ("HTTPS://WWW.Example.COM", "https://www.example.com/", "www.example.com"),
        ("https://example.com?next=https://other.example/", "https://example.com/?next=https://other.example/", None),
        ("https://example.com:443/", "https://example.com/", "example.com"),
        ("https://example.com:8443/x", "https://example.com:8443/x", "example.com:8443"),
        ("https://example.com./", "https://example.com/", "example.com"),
        ("https://bücher.example/größe", "https://xn--bcher-kva.example/gr%C3%B6%C3%9Fe", "xn--bcher-kva.example"),
        # A Cyrillic look-alike is seen to be one.
        ("https://аpple.com/", "https://xn--pple-43d.com/", "xn--pple-43d.com"),
        ("https://example.com//evil.example", "https://example.com//evil.example", "example.com"),
    ],
)
def test_it_is_kept_as_browsers_follow_it(typed, kept, host):
    assert checked(typed) == kept
    assert checked(kept) == kept
    if host:
        assert host_of(kept) == host

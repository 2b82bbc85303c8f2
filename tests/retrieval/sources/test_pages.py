"""The reader of strangers' pages, against a zoo of hostile ones."""

from __future__ import annotations

import asyncio
import gzip
import shutil
import ssl
import subprocess
import zlib
from collections.abc import AsyncIterator
from ipaddress import ip_address
from pathlib import Path

import pytest

from retrieval.sources.pages import PageReader, Rules, checked, is_public
from storage.errors import BadPage
from tests import page_zoo
from tests.page_zoo import Zoo, answer, bomb, packed, raw, redirect


@pytest.fixture
async def zoo() -> AsyncIterator[Zoo]:
    async with page_zoo.opened() as zoo:
        yield zoo


async def _refusal(zoo: Zoo, path: str, **changes: object) -> str:
    with pytest.raises(BadPage) as caught:
        await PageReader(zoo.rules(**changes)).read(zoo.url(path))
    return str(caught.value.data["why"])


async def test_a_page_is_read_with_nothing_sent_along(zoo: Zoo) -> None:
    zoo.pages["/"] = answer("<p>Grüße</p>", headers=["Set-Cookie: a=b"])
    reader = PageReader(zoo.rules())
    for _ in range(2):
        page = await reader.read(zoo.url("/#top"))
        assert (page.kind, page.body) == ("text/html", "<p>Grüße</p>")
    for hit in zoo.hits:
        assert "cookie" not in hit.lower()
        assert "authorization" not in hit.lower()
        assert "#top" not in hit
        assert "accept-encoding: identity" in hit.lower()
    assert zoo.looked_up == ["ada.test", "ada.test"]


async def test_redirects_are_followed_three_times_on_the_site(zoo: Zoo) -> None:
    zoo.pages |= {
        "/1": redirect("/2", "301 Moved Permanently"),
        "/2": redirect(zoo.url("/3", "www.ada.test"), "308 Permanent Redirect"),
        "/3": redirect("/4", "303 See Other"),
        "/4": answer("here"),
        "/0": redirect("/1"),
        "/loop": redirect("/loop"),
    }
    page = await PageReader(zoo.rules()).read(zoo.url("/1"))
    assert (page.body, page.url) == ("here", zoo.url("/4", "www.ada.test"))
    assert await _refusal(zoo, "/0") == "it leads from page to page without an end"
    zoo.hits.clear()
    assert await _refusal(zoo, "/loop") == "it leads from page to page without an end"
    assert len(zoo.hits) == 4


@pytest.mark.parametrize(
    ("first", "then", "one_site"),
    [
        ("kth.se", "www.kth.se", True),
        ("ada.io", "www.ada.io", True),
        ("people.mit.edu", "ada.mit.edu", True),
        ("cs.cam.ac.uk", "www.cam.ac.uk", True),
        ("cam.ac.uk", "ox.ac.uk", False),
        ("ada.co.jp", "eve.co.jp", False),
        ("kth.se", "eve.se", False),
    ],
)
async def test_a_short_name_and_its_www_are_one_site(
    zoo: Zoo, first: str, then: str, one_site: bool
) -> None:
    zoo.names = {first: [["127.0.0.1"]], then: [["127.0.0.1"]]}
    zoo.pages = {"/": redirect(zoo.url("/ada", then)), "/ada": answer("here")}
    reading = PageReader(zoo.rules()).read(zoo.url("/", first))
    if one_site:
        assert (await reading).body == "here"
    else:
        with pytest.raises(BadPage, match="another site"):
            await reading


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("http://127.0.0.1:{port}/secret", "please give the name of its site, with its dots"),
        ("http://[::1]:{port}/secret", "please give the name of its site, with its dots"),
        ("http://2130706433:{port}/secret", "please give the name of its site, with its dots"),
        ("http://0x7f.0.0.1:{port}/secret", "please give the name of its site, with its dots"),
        ("http://localhost:{port}/secret", "please give the name of its site, with its dots"),
        ("http://user:pass@ada.test:{port}/", "please leave out the name and password"),
        ("http://ada.test:22/", "please give a page on the usual port"),
        ("file:///etc/passwd", "please write its address as https://…"),
        ("gopher://ada.test:{port}/", "please write its address as https://…"),
        ("http://eve.other:{port}/", "it leads to another site; please give that page itself"),
        ("http://private.ada.test:{port}/secret", "that name leads into a private network"),
        ("http://mixed.ada.test:{port}/secret", "that name leads into a private network"),
    ],
)
async def test_each_redirect_is_checked_like_the_first_address(
    zoo: Zoo, target: str, why: str
) -> None:
    zoo.names = {
        "private.ada.test": [["10.0.0.1"]],
        "mixed.ada.test": [["127.0.0.1", "169.254.169.254"]],
    }
    zoo.pages = {"/": redirect(target.format(port=zoo.port)), "/secret": answer("secret")}
    assert await _refusal(zoo, "/") == why
    assert len(zoo.hits) == 1


async def test_a_name_is_looked_up_once_and_called_at_that_very_address(zoo: Zoo) -> None:
    """One that would name a private address the second time is never asked a second time."""
    zoo.names = {"ada.test": [["127.0.0.1"], ["10.0.0.1"]]}
    zoo.pages["/"] = answer("here")
    reader = PageReader(zoo.rules())
    assert (await reader.read(zoo.url("/"))).body == "here"
    assert zoo.looked_up == ["ada.test"]
    assert await _refusal(zoo, "/") == "that name leads into a private network"
    zoo.names = {"ada.test": [["127.0.0.1"], ["10.0.0.1"]]}  # between a page and its redirect
    zoo.pages["/"] = redirect("/again")
    assert await _refusal(zoo, "/") == "that name leads into a private network"


async def test_the_rules_as_they_are_refuse_this_machine(zoo: Zoo) -> None:
    async def here(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    with pytest.raises(BadPage, match="usual port"):
        await PageReader().read(zoo.url("/", scheme="https"))
    with pytest.raises(BadPage, match="https://"):
        await PageReader().read("http://ada.test/")
    with pytest.raises(BadPage, match="private network"):
        await PageReader(Rules(look_up=here)).read("https://ada.test/")
    with pytest.raises(BadPage, match="with its dots"):
        await PageReader().read("https://localhost/")
    assert zoo.hits == []


async def test_what_is_too_large_is_left(zoo: Zoo) -> None:
    sent = 0

    async def endless(writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        while True:
            writer.write(b"x" * 65_536)
            sent += 65_536
            await writer.drain()

    zoo.pages = {
        "/endless": endless,
        "/bomb": packed(bomb(50)),
        "/deflated": answer(zlib.compress(b"y" * 5_000_000), headers=["Content-Encoding: deflate"]),
        "/just": answer("x" * 200_000),
        "/more": answer("x" * 200_001),
        "/packed": packed(gzip.compress(b"small")),
    }
    for path in ("/endless", "/bomb", "/deflated", "/more"):
        assert await _refusal(zoo, path) == "it is larger than 200 kB"
    assert sent < 20_000_000
    reader = PageReader(zoo.rules())
    assert len((await reader.read(zoo.url("/just"))).body) == 200_000
    assert (await reader.read(zoo.url("/packed"))).body == "small"


async def test_what_takes_too_long_is_left(zoo: Zoo) -> None:
    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)

    async def silent(writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    zoo.pages = {"/drip": drip, "/silent": silent}
    for path in zoo.pages:
        assert await _refusal(zoo, path, seconds=0.3) == "it took more than 0.3 seconds"

    async def slow_name(host: str, port: int) -> list[str]:
        await asyncio.Event().wait()
        return []

    assert "seconds" in await _refusal(zoo, "/", seconds=0.1, look_up=slow_name)


async def test_only_text_counts(zoo: Zoo) -> None:
    zoo.pages = {
        "/png": answer(b"\x89PNG", kind="image/png"),
        "/none": answer(b"bytes", kind="application/octet-stream"),
        "/json": answer(b"{}", kind="application/json"),
        "/binary": answer(b"text\x00text", kind="text/html"),
        "/brotli": answer(b"?", headers=["Content-Encoding: br"]),
        "/broken": packed(b"not gzip at all"),
        "/charset": answer("é".encode(), kind="text/html; charset=no-such"),
        "/missing": answer("", status="404 Not Found"),
        "/error": answer("", status="500 Oops"),
    }
    for path in ("/png", "/none", "/json", "/binary"):
        assert "it is no page of text" in await _refusal(zoo, path)
    assert await _refusal(zoo, "/brotli") == "it is packed in a way that I do not read"
    assert "cannot be reached" in await _refusal(zoo, "/broken")
    assert await _refusal(zoo, "/missing") == "it answers with the status 404"
    assert await _refusal(zoo, "/error") == "it answers with the status 500"
    assert (await PageReader(zoo.rules()).read(zoo.url("/charset"))).body == "é"


async def test_what_does_not_speak_http_gets_a_sentence(zoo: Zoo) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
    wild = {
        "/nonsense": b"220 mail.example ESMTP\r\n\r\n",
        "/nothing": b"",
        "/headers": head + b"X: " + b"y" * 1_000_000 + b"\r\n\r\n",
        "/many": head + b"".join(b"X-%d: y\r\n" % n for n in range(50_000)) + b"\r\n",
        "/cut": head + b"Content-Length: 500\r\n\r\nshort",
        "/chunks": head + b"Transfer-Encoding: chunked\r\n\r\nZZZ\r\n",
        "/location": b"HTTP/1.1 302 Found\r\nLocation: http://[\r\n\r\n",
    }
    for path, data in wild.items():
        zoo.pages[path] = raw(data)
        why = await _refusal(zoo, path)
        assert "cannot be reached" in why or "no web address" in why, (path, why)


async def test_a_name_that_nobody_has_or_nobody_listens_at(zoo: Zoo) -> None:
    async def unknown(host: str, port: int) -> list[str]:
        raise OSError(-2, "Name or service not known")

    assert "nothing is known under that name" in await _refusal(zoo, "/", look_up=unknown)

    async def nothing(host: str, port: int) -> list[str]:
        return []

    assert "nothing is known under that name" in await _refusal(zoo, "/", look_up=nothing)
    port = zoo.port
    rules = zoo.rules(ports=frozenset({1}))
    with pytest.raises(BadPage, match="no connection"):
        await PageReader(rules).read(zoo.url("/").replace(str(port), "1"))


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl to make a certificate")
async def test_a_certificate_has_to_be_trusted_and_of_that_name(tmp_path: Path) -> None:
    subprocess.run(  # noqa: ASYNC221 - nothing else runs meanwhile
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
        " -keyout key.pem -out cert.pem -subj /CN=ada.test -addext subjectAltName=DNS:ada.test",
        shell=True,
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    own = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    own.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    knows = ssl.create_default_context(cafile=str(tmp_path / "cert.pem"))
    async with page_zoo.opened(own) as zoo:
        zoo.pages["/"] = answer("here")
        page = await PageReader(zoo.rules(tls=knows)).read(zoo.url("/", scheme="https"))
        assert page.body == "here"
        for tls, host in ((None, "ada.test"), (knows, "eve.test")):
            with pytest.raises(BadPage, match="certificate cannot be trusted"):
                await PageReader(zoo.rules(tls=tls)).read(zoo.url("/", host, scheme="https"))
    async with page_zoo.opened() as plain:
        with pytest.raises(BadPage, match=r"certificate cannot be trusted|cannot be reached"):
            await PageReader(plain.rules()).read(plain.url("/", scheme="https"))


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.9.9.9", "169.254.169.254",
        "172.16.0.1", "192.0.0.192", "192.0.2.1", "192.168.1.1", "192.88.99.1", "198.18.0.1",
        "198.51.100.7", "203.0.113.9", "224.0.0.1", "240.0.0.1", "255.255.255.255",
        "100.100.100.200", "168.63.129.16",
        "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1",
        "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "fc00::1",
        "fd00:ec2::254", "fe80::1", "fe80::1%lo", "fec0::1", "ff02::1", "2606:4700::1%eth0",
        "4000::1", "3fff::1",
    ],
)  # fmt: skip
def test_no_address_inside_is_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "140.82.121.4", "2606:4700:4700::1111", "2a00:1450::1"]
)
def test_addresses_of_the_internet_are(address: str) -> None:
    assert is_public(ip_address(address))


def test_international_names_are_read_in_their_plain_form() -> None:
    assert str(checked("https://gіthub.com/ada", Rules())) == "https://xn--gthub-n2e.com/ada"
    assert str(checked(" https://bücher.example ", Rules())) == "https://xn--bcher-kva.example"
    with pytest.raises(BadPage, match="too long"):
        checked("https://ada.test/" + "x" * 600, Rules())
    with pytest.raises(BadPage, match="too long"):
        checked("https://ada.test/" + "é" * 100, Rules())  # six characters each, as it is kept
    for bad in ("", "ada", "https://", "https://[", "https://a b.example", "//ada.test", "\x00"):
        with pytest.raises(BadPage):
            checked(bad, Rules())

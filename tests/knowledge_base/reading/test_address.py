"""Fetching: the limits hold, and no address leads inside. A server on this machine stands for the web."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from typing import ClassVar

import pytest

from knowledge_base.reading import FetchLimits, ReadingFault, read
from knowledge_base.reading.address import is_address
from knowledge_base.reading.connection import is_public
from tests.knowledge_base.reading import making, pages
from tests.knowledge_base.reading.conftest import assert_whole

Answer = tuple[int, dict[str, str], bytes]
LOOPBACK = (ip_network("127.0.0.0/8"),)


class Site(ThreadingHTTPServer):
    """Answers each path with what a test put there, and remembers what it was asked."""

    daemon_threads = True
    answers: ClassVar[dict[str, Answer]] = {}

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[tuple[str, str]] = []

    def put(
        self, path: str, body: bytes, content_type: str = "text/html", status: int = 200, **headers: str
    ) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[path] = (status, {"Content-Type": content_type} | named, body)

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers.get("Host", "")))
        status, headers, body = self.server.answers[self.path]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Silent."""


@pytest.fixture
def site() -> Iterator[Site]:
    server = Site()
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def resolving(*addresses: str) -> Callable[[str, int], Sequence[str]]:
    return lambda host, port: addresses


@pytest.fixture
def limits() -> FetchLimits:
    return FetchLimits(seconds=20, resolve=resolving("127.0.0.1"), allowed_networks=LOOPBACK)


def refusal(address: str, limits: FetchLimits) -> str:
    with pytest.raises(ReadingFault) as caught:
        read(address, fetch=limits)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_page_of_a_government_site(site: Site, limits: FetchLimits, lines: list[str], title: str) -> None:
    site.put("/zwgk/t1.html", pages.provincial(lines, title).encode(), "text/html; charset=utf-8")
    address = f"http://amr.guizhou.gov.cn:{site.port}/zwgk/t1.html"
    reading = read(address, fetch=limits)
    assert_whole(reading, lines)
    assert (reading.format, reading.source) == ("html", address)
    assert reading.metadata.official_address == address
    assert reading.metadata.fields["网页标题"] == title
    assert site.asked == [("/zwgk/t1.html", f"amr.guizhou.gov.cn:{site.port}")]


def test_a_file_behind_an_address_is_read_by_its_content(
    site: Site, limits: FetchLimits, lines: list[str]
) -> None:
    site.put("/download?id=1", making.plain_docx(lines), "application/octet-stream")
    reading = read(f"http://files.example.com:{site.port}/download?id=1", fetch=limits)
    assert reading.format == "docx"
    assert reading.metadata.official_address == ""
    assert_whole(reading, lines)


def test_the_charset_of_the_answer_is_used(site: Site, limits: FetchLimits) -> None:
    site.put("/a", "<p>知识产权服务业的若干意见</p>".encode("gb18030"), "text/html; charset=GBK")
    assert read(f"http://a.example.com:{site.port}/a", fetch=limits).text == "知识产权服务业的若干意见"


def test_addresses_in_chinese_are_encoded(site: Site, limits: FetchLimits) -> None:
    site.put("/%E6%84%8F%E8%A7%81%201.txt", "正文。".encode(), "text/plain")
    reading = read(f"http://政务.cn:{site.port}/意见 1.txt", fetch=limits)
    assert reading.text == "正文。"
    assert site.asked[0][1].startswith("xn--")


def test_redirects_are_followed_and_counted(site: Site, limits: FetchLimits) -> None:
    site.put("/a", b"", status=302, Location="/b")
    site.put("/b", b"", status=301, Location=f"http://b.example.com:{site.port}/c")
    site.put("/c", "正文。".encode(), "text/plain")
    reading = read(f"http://a.example.com:{site.port}/a", fetch=limits)
    assert reading.text == "正文。"
    assert reading.source == f"http://b.example.com:{site.port}/c"
    assert "跳转超过 1 次" in refusal(f"http://a.example.com:{site.port}/a", replace(limits, max_redirects=1))


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("http://inside.example.com/", "内部或保留"),
        ("http://169.254.169.254/latest/meta-data/", "内部或保留"),
        ("file:///etc/passwd", "只能读 http"),
        ("http://user:word@a.example.com/", "用户名和密码"),
    ],
)
def test_every_hop_is_checked(site: Site, location: str, said: str) -> None:
    site.put("/a", b"", status=302, Location=location)
    inside = {"inside.example.com": ["10.0.0.8"], "169.254.169.254": ["169.254.169.254"]}
    limits = FetchLimits(
        resolve=lambda host, port: inside.get(host, ["127.0.0.1"]), allowed_networks=LOOPBACK
    )
    assert said in refusal(f"http://a.example.com:{site.port}/a", limits)


def test_the_checked_address_is_the_one_connected_to(site: Site) -> None:
    """A name server that answers differently the second time is not asked a second time."""
    site.put("/a", "正文。".encode(), "text/plain")
    answers = iter([["127.0.0.1"], ["10.0.0.8"]])
    asked: list[str] = []

    def rebinding(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return next(answers)

    limits = FetchLimits(resolve=rebinding, allowed_networks=LOOPBACK)
    assert read(f"http://rebind.example.com:{site.port}/a", fetch=limits).text == "正文。"
    assert asked == ["rebind.example.com"]


def test_loopback_is_refused_unless_allowed(site: Site) -> None:
    for host in ("127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"):
        assert "内部或保留" in refusal(f"http://{host}:{site.port}/a", FetchLimits())
    assert site.asked == []


def test_the_next_address_is_tried_where_the_first_is_not_reachable(site: Site) -> None:
    site.put("/a", "正文。".encode(), "text/plain")
    limits = FetchLimits(resolve=resolving("127.0.0.9", "127.0.0.1"), allowed_networks=LOOPBACK)
    assert read(f"http://two.example.com:{site.port}/a", fetch=limits).text == "正文。"


def test_one_inward_address_among_public_ones_is_enough(site: Site) -> None:
    limits = FetchLimits(resolve=resolving("93.184.216.34", "192.168.1.1"))
    assert "内部或保留" in refusal(f"http://mixed.example.com:{site.port}/a", limits)


@pytest.mark.parametrize(
    "address",
    [
        *(
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.16.0.1",
        ),
        *(
            "172.31.255.255",
            "192.0.0.1",
            "192.0.2.1",
            "192.168.0.1",
            "198.18.0.1",
            "203.0.113.9",
            "224.0.0.1",
            "239.1.1.1",
        ),
        *(
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:10.0.0.1",
            "::ffff:127.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
        ),
        *(
            "2002:7f00:1::",
            "2001:db8::1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "fe80::1%eth0",
            "fec0::1",
            "ff02::1",
            "100::1",
            "no",
        ),
    ],
)
def test_addresses_that_lead_inside(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_public_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("ftp://example.com/a", "只能读 http"),
        ("file:///etc/passwd", "只能读 http"),
        ("gopher://example.com/", "只能读 http"),
        ("http://user@example.com/", "用户名和密码"),
        ("http://user:word@example.com/", "用户名和密码"),
        ("http:///a", "没有主机名"),
        ("http://exa mple.com/", "主机名不合格式"),
        ("http://example.com\\@127.0.0.1/", "反斜杠"),
        ("http://example.com/a\r\nHost: b", "控制字符"),
        ("http://example.com:99999/", "不合格式"),
        ("http://[::1/", "不合格式"),
    ],
)
def test_addresses_that_are_none(address: str, said: str) -> None:
    assert said in refusal(address, FetchLimits(resolve=resolving()))


def test_a_host_that_nobody_knows() -> None:
    def unknown(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror

    assert "找不到主机" in refusal("http://nowhere.example.com/", FetchLimits(resolve=unknown))
    assert "已拒绝" in refusal("http://nowhere.example.com/", FetchLimits(resolve=resolving()))


def test_a_closed_port(limits: FetchLimits) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        assert "连不上 a.example.com" in refusal(f"http://a.example.com:{taken.getsockname()[1]}/", limits)


def test_a_plain_server_behind_https(site: Site, limits: FetchLimits) -> None:
    assert "连不上" in refusal(f"https://a.example.com:{site.port}/", limits)


@pytest.mark.parametrize("status", [204, 302, 403, 404, 500])
def test_an_answer_without_content(site: Site, limits: FetchLimits, status: int) -> None:
    site.put("/a", b"", status=status)
    assert f"返回 {status}" in refusal(f"http://a.example.com:{site.port}/a", limits)


def test_a_type_that_is_no_document(site: Site, limits: FetchLimits) -> None:
    site.put("/a", b"x", "video/mp4")
    assert "video/mp4" in refusal(f"http://a.example.com:{site.port}/a", limits)


@pytest.mark.parametrize("announced", [True, False])
def test_too_large_an_answer(site: Site, limits: FetchLimits, announced: bool) -> None:
    headers = {"Content_Length": "2000"} if announced else {}
    site.put("/a", b"x" * 2000, "text/plain", **headers)
    assert "超过" in refusal(f"http://a.example.com:{site.port}/a", replace(limits, max_bytes=1000))


def test_a_packed_answer_is_unpacked_within_the_limit(site: Site, limits: FetchLimits) -> None:
    site.put("/a", gzip.compress("正文。".encode()), "text/plain", Content_Encoding="gzip")
    site.put("/bomb", gzip.compress(bytes(10_000_000)), "text/plain", Content_Encoding="gzip")
    site.put("/broken", b"no gzip", "text/plain", Content_Encoding="gzip")
    site.put("/br", b"x", "text/plain", Content_Encoding="br")
    base = f"http://a.example.com:{site.port}"
    assert read(f"{base}/a", fetch=limits).text == "正文。"
    assert "超过" in refusal(f"{base}/bomb", replace(limits, max_bytes=100_000))
    assert "已损坏" in refusal(f"{base}/broken", limits)
    assert "br" in refusal(f"{base}/br", limits)


def test_a_server_that_drips_is_left_when_the_time_is_up(limits: FetchLimits) -> None:
    """Each byte comes in time, the whole does not: the deadline is the fetch's, not the read's."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        stopped = threading.Event()
        threading.Thread(target=_drip, args=(listening, stopped), daemon=True).start()
        port = listening.getsockname()[1]
        assert "没有读完" in refusal(f"http://a.example.com:{port}/", replace(limits, seconds=0.3))
        stopped.set()


def _drip(listening: socket.socket, stopped: threading.Event) -> None:
    connection, _ = listening.accept()
    with connection:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
        while not stopped.is_set():
            try:
                connection.sendall(b"x")
            except OSError:
                return
            time.sleep(0.02)


def test_names_of_files_are_no_addresses() -> None:
    assert not is_address("C:\\文件\\意见.docx")
    assert not is_address("意见.docx")
    assert is_address("HTTPS://www.example.com/")

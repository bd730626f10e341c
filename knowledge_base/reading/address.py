"""A web address → its bytes, and never a way into the network that the server stands in.

Redirects are followed here, one hop at a time; proxies of the environment are not used.
"""

from __future__ import annotations

import re
import socket
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin, urlsplit

from knowledge_base.reading.faults import ReadingFault

if TYPE_CHECKING:
    import httpcore

Resolve = Callable[[str, int], Sequence[str]]
_REDIRECTS = (301, 302, 303, 307, 308)
_TYPES = re.compile(
    r"text/(?:html|plain|markdown|xml)|application/(?:xhtml\+xml|pdf|msword|octet-stream|zip|ofd|x-ofd|kswps|wps-office\.\w+|"
    r"vnd\.(?:ms-works|ofd|openxmlformats-officedocument\.\w+\.\w+))|binary/octet-stream|image/(?:png|jpeg|tiff|bmp)"
)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w-]+)", re.I)
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f\\]")
_HOST = re.compile(r"[a-z0-9._:-]+")
_HEADERS = [
    (b"User-Agent", b"policy-assistant"),
    (b"Accept", b"*/*"),
    (b"Accept-Encoding", b"identity"),
    (b"Connection", b"close"),
]


def system_resolve(host: str, port: int) -> Sequence[str]:
    """All addresses that the system knows for a host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True)
class FetchLimits:
    """How far a fetch may go. `allowed_networks` opens ranges that are refused otherwise, as an intranet's own."""

    max_bytes: int = 32 * 1024 * 1024
    seconds: float = 30.0
    max_redirects: int = 5
    resolve: Resolve = system_resolve
    allowed_networks: tuple[IPv4Network | IPv6Network, ...] = ()


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address gave: the bytes, the address after redirects, and the type and charset the server names."""

    data: bytes
    address: str
    is_page: bool
    charset: str


@dataclass(frozen=True, slots=True)
class _Target:
    scheme: str
    host: str
    port: int
    path: str


def is_address(path_or_url: str) -> bool:
    """Whether this is an address rather than a file's name; `C:\\…` is a name."""
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", path_or_url) is not None


def fetch(address: str, limits: FetchLimits) -> Fetched:
    """The bytes behind an address. Raises `ReadingFault` with the limit or check that stopped it."""
    deadline = time.monotonic() + limits.seconds
    for _ in range(limits.max_redirects + 1):
        target = _target(address)
        answer = _get(target, limits, deadline)
        if isinstance(answer, str):
            address = urljoin(address, answer)
            continue
        data, content_type = answer
        charset = _CHARSET.search(content_type)
        return Fetched(data, address, "html" in content_type, charset[1] if charset else "")
    raise ReadingFault(f"网址跳转超过 {limits.max_redirects} 次：请直接填最后打开的那个网址")


def _target(address: str) -> _Target:
    if _FORBIDDEN.search(address):
        raise ReadingFault("网址里有反斜杠或控制字符：请核对后重新填写")
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise ReadingFault("网址不合格式：请核对后重新填写") from error
    if parts.scheme not in ("http", "https"):
        raise ReadingFault(f"只能读 http 和 https 网址，不能读 {parts.scheme}://")
    if parts.username is not None or parts.password is not None:
        raise ReadingFault("网址里不能带用户名和密码：请去掉 @ 之前的部分")
    if not host:
        raise ReadingFault("网址里没有主机名：请核对后重新填写")
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._") + (
        f"?{quote(parts.query, safe='/?%:@!$&()*+,;=~-._[]')}" if parts.query else ""
    )
    try:
        host = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        host = ""
    if not _HOST.fullmatch(host):
        raise ReadingFault("网址的主机名不合格式：请核对后重新填写")
    return _Target(parts.scheme, host, port or (443 if parts.scheme == "https" else 80), path)


def _get(target: _Target, limits: FetchLimits, deadline: float) -> tuple[bytes, str] | str:
    """One hop: the body and its type, or where the server sends on to."""
    import httpcore

    from knowledge_base.reading.connection import GuardedBackend

    backend = GuardedBackend(limits.resolve, limits.allowed_networks, deadline)
    url = httpcore.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path)
    try:
        with (
            httpcore.ConnectionPool(network_backend=backend) as pool,
            pool.stream("GET", url, headers=_headers(target)) as response,
        ):
            return _body(response, limits)
    except httpcore.TimeoutException as error:
        raise ReadingFault(f"{limits.seconds:g} 秒内没有读完网址：请稍后再试，或下载后导入文件") from error
    except (httpcore.NetworkError, httpcore.ProtocolError) as error:
        raise ReadingFault(f"连不上 {target.host}：请核对网址和网络，或下载后导入文件") from error


def _headers(target: _Target) -> list[tuple[bytes, bytes]]:
    host = f"[{target.host}]" if ":" in target.host else target.host
    usual = target.port == (443 if target.scheme == "https" else 80)
    return [(b"Host", (host if usual else f"{host}:{target.port}").encode("ascii")), *_HEADERS]


def _body(response: httpcore.Response, limits: FetchLimits) -> tuple[bytes, str] | str:
    headers = {name.lower(): value.decode("latin-1") for name, value in response.headers}
    if response.status in _REDIRECTS and headers.get(b"location"):
        return headers[b"location"].encode("latin-1").decode("utf-8", "replace")
    if response.status != 200:
        raise ReadingFault(f"网址返回 {response.status}，没有给出内容：请在浏览器里核对这个网址")
    content_type = headers.get(b"content-type", "").lower()
    named = content_type.partition(";")[0].strip()
    if named and not _TYPES.fullmatch(named):
        raise ReadingFault(f"网址给出的是 {named}，不是公文：请填网页或文件的网址")
    announced = headers.get(b"content-length", "")
    if announced.isdecimal() and int(announced) > limits.max_bytes:
        raise _too_large(limits)
    data = b""
    for chunk in response.iter_stream():
        data += chunk
        if len(data) > limits.max_bytes:
            raise _too_large(limits)
    return _unpacked(data, headers.get(b"content-encoding", ""), limits), content_type


def _unpacked(data: bytes, encoding: str, limits: FetchLimits) -> bytes:
    """Some servers pack although told not to."""
    if encoding in ("", "identity"):
        return data
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise ReadingFault(f"网址用了不支持的压缩方式 {encoding}：请下载后导入文件")
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32)
    try:
        text = unpacker.decompress(data, limits.max_bytes)
    except zlib.error as error:
        raise ReadingFault("网址给出的内容已损坏：请重试，或下载后导入文件") from error
    if unpacker.unconsumed_tail:
        raise _too_large(limits)
    return text


def _too_large(limits: FetchLimits) -> ReadingFault:
    return ReadingFault(f"网址的内容超过 {limits.max_bytes / 1024 / 1024:g} MB：请下载后只导入需要的部分")

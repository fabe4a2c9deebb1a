"""One POST to an address that a stranger typed: to a public place only, without redirects, with little time and few bytes."""

import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from typing import Any

import certifi
import httpcore

from reminders.chat.addresses import Refused, checked, is_let_through, is_public

SECONDS = 10.0  # for all of it: name, connection, request and answer
MOST_BYTES = 64 * 1024  # of an answer: only its status is looked at
USUAL = {"User-Agent": "Windfall", "Accept": "*/*", "Connection": "close"}
MOST_TRIED = 2  # of the addresses of a name


class NotSent(Exception):
    """Why a message did not arrive, in words for the user; nothing of what the other side wrote is in them."""


def post(url: str, *, body: bytes, headers: Mapping[str, str], seconds: float = SECONDS) -> int:
    """The status of the answer, a 2xx. NotSent for any other, and for whatever stands in the way."""
    try:
        checked(url)
        limits = Limits(seconds)
        status = status_of(url, body, headers, limits)
    except Refused as refusal:
        raise NotSent(str(refusal)) from None
    except (httpcore.TimeoutException, TookTooLong):
        raise NotSent(f"It took longer than {seconds:g} seconds.") from None
    except (httpcore.ConnectError, ssl.SSLError) as error:
        raise NotSent(words_of(error)) from None
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError):
        raise NotSent("The connection broke off, or what answers there speaks no HTTP.") from None
    if 300 <= status < 400:
        raise NotSent(f"It points to another address (status {status}). Windfall follows none: enter that one.")
    if not 200 <= status < 300:
        raise NotSent(f"It answered with status {status}.")
    return status


def words_of(error: Exception) -> str:
    if isinstance(error, ssl.SSLError) or isinstance(error.__context__, ssl.SSLError):
        return "Its certificate is not one that can be trusted, or it speaks no TLS."
    return "Nobody answers there."


def status_of(url: str, body: bytes, headers: Mapping[str, str], limits: "Limits") -> int:
    with httpcore.ConnectionPool(
        ssl_context=trusting(), network_backend=PublicOnly(limits), max_connections=1, retries=0
    ) as pool:
        timeouts = dict.fromkeys(("connect", "read", "write", "pool"), limits.seconds)
        sent: list[tuple[bytes | str, bytes | str]] = [*USUAL.items(), *headers.items()]
        with pool.stream("POST", url, headers=sent, content=body, extensions={"timeout": timeouts}) as response:
            return response.status  # its body stays unread


def trusting() -> ssl.SSLContext:
    """What the machine trusts (SSL_CERT_FILE too), and the usual authorities where it has none."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


class Limits:
    """What is left of the time and the bytes of one message."""

    def __init__(self, seconds: float):
        self.seconds = seconds
        self.ends = time.monotonic() + seconds
        self.bytes = MOST_BYTES

    def left(self, timeout: float | None = None) -> float:
        """httpcore.ReadTimeout once the time is over: a server that sends a byte now and then gets no more by it."""
        left = self.ends - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout
        return left if timeout is None else min(left, timeout)

    def count(self, number: int) -> None:
        self.bytes -= number
        if self.bytes < 0:
            raise Refused("Its answer is too long.")


class PublicOnly(httpcore.NetworkBackend):
    """Asks what the name stands for, and connects to one of these addresses only if all of them are public."""

    def __init__(self, limits: Limits):
        self.limits = limits

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        found = self.addresses(host, port)
        if not is_let_through(host, port) and not all(is_public(address) for address in found):
            raise Refused("That is no public place on the internet.")
        for address in found[:MOST_TRIED]:
            try:
                # A number, not a name: nobody is asked again what it stands for.
                stream = httpcore.SyncBackend().connect_tcp(address, port, self.limits.left(timeout))
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
            return Limited(stream, self.limits)
        self.limits.left()
        raise httpcore.ConnectError

    def addresses(self, host: str, port: int) -> list[str]:
        """The resolver has no time limit of its own: it is left behind when the time is over."""
        asking = ThreadPoolExecutor(1)
        try:
            found = asking.submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM).result(self.limits.left())
        except (socket.gaierror, UnicodeError):
            raise Refused("There is no such name on the internet.") from None
        finally:
            asking.shutdown(wait=False)
        return list(dict.fromkeys(str(address[0]) for *_, address in found))

    def connect_unix_socket(self, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:
        raise Refused("That is no public place on the internet.")


class Limited(httpcore.NetworkStream):
    """A connection within the limits."""

    def __init__(self, stream: httpcore.NetworkStream, limits: Limits):
        self.stream, self.limits = stream, limits

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        got = self.stream.read(max_bytes, self.limits.left(timeout))
        self.limits.count(len(got))
        return got

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.stream.write(buffer, self.limits.left(timeout))

    def close(self) -> None:
        self.stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        # The name of the address, not the number: the certificate has to be the name's.
        return Limited(self.stream.start_tls(ssl_context, server_hostname, self.limits.left(timeout)), self.limits)

    def get_extra_info(self, info: str) -> Any:
        return self.stream.get_extra_info(info)

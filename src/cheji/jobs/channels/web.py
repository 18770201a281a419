"""A post over HTTPS to an address that people typed: only where it may go, never elsewhere.

The name is resolved once, addresses inside the house are refused, and the connection goes to the
address that was looked at. Redirects are not followed, and an answer is read up to a limit. An
origin that the operator lists may lie inside the house, and may be plain HTTP.
"""

import http.client
import socket
import ssl
from ipaddress import ip_address
from typing import Self
from urllib.parse import urlsplit

from django.conf import settings

from cheji.actions.sending import Outcome
from cheji.records.robots import Provider, is_allowed, origin_of

from .bodies import Body, outcome

SECONDS = 5
MOST = 64 * 1024
HEADERS = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Cheji"}


class NotAllowedThere(OSError):  # noqa: N818  a rule's name reads as a sentence
    """The address is not one of the messenger's, or lies inside the house."""


def post(provider: Provider, body: Body) -> Outcome:
    """Send it; what the network does not do is tried again later, what is not allowed is not."""
    origins = settings.CHEJI_ROBOT_ORIGINS
    if not is_allowed(provider, body.address, origins):
        return Outcome("failed", "address not allowed")
    listed = origin_of(body.address) in {one.lower().rstrip("/") for one in origins}
    try:
        return _posted(body, inside=listed)
    except NotAllowedThere:
        return Outcome("failed", "address not allowed")
    except (OSError, http.client.HTTPException) as fault:
        return Outcome("again", type(fault).__name__)


def _posted(body: Body, *, inside: bool) -> Outcome:
    parts = urlsplit(body.address)
    with _connected(parts.scheme, str(parts.hostname), parts.port, inside=inside) as line:
        target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        line.request("POST", target, body.content, HEADERS)
        answer = line.getresponse()
        return outcome(answer.status, answer.read(MOST))


class _Line(http.client.HTTPConnection):
    """A connection over a socket that is open already, closed at the end of a block."""

    def __init__(self, host: str, sock: socket.socket) -> None:
        super().__init__(host)
        self.sock = sock

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_fault: object) -> None:
        self.close()


def _connected(scheme: str, host: str, port: int | None, *, inside: bool) -> _Line:
    number = port or (443 if scheme == "https" else 80)
    found = socket.getaddrinfo(host, number, type=socket.SOCK_STREAM)
    where = str(found[0][4][0])
    if not inside and not ip_address(where).is_global:
        raise NotAllowedThere
    plain = socket.create_connection((where, number), timeout=SECONDS)
    if scheme != "https":
        return _Line(host, plain)
    try:
        safe = ssl.create_default_context().wrap_socket(plain, server_hostname=host)
    except OSError:
        plain.close()
        raise
    return _Line(host, safe)

"""A receiver on this machine that answers as the messengers' robots do, and holds their limits."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

SECRET = "SEC0123456789abcdef"
KEY = "key-0123456789abcdef"


def _signed(key: str, text: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


@dataclass
class Robots:
    """What was taken, by the clock of the test; `faults` are answers given before it is asked."""

    now: Callable[[], datetime]
    address: str = ""
    taken: list[tuple[str, str]] = field(default_factory=list)
    times: dict[str, list[datetime]] = field(default_factory=dict)
    blocked: dict[str, datetime] = field(default_factory=dict)
    faults: list[tuple[int, Any]] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def url(self, provider: str) -> str:
        path = {"wecom": "/cgi-bin/webhook/send", "dingtalk": "/robot/send"}
        if provider == "feishu":
            return f"{self.address}/open-apis/bot/v2/hook/{KEY}"
        name = "key" if provider == "wecom" else "access_token"
        return f"{self.address}{path[provider]}?{name}={KEY}"

    def answer(self, target: str, content: bytes) -> tuple[int, Any]:
        with self.lock:
            if self.faults:
                return self.faults.pop(0)
            parts = urlsplit(target)
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            if parts.path == "/cgi-bin/webhook/send":
                code, words = self._wecom(asked, content)
                said = {"errcode": code, "errmsg": words}
            elif parts.path == "/robot/send":
                code, words = self._dingtalk(asked, content)
                said = {"errcode": code, "errmsg": words}
            else:
                code, words = self._feishu(parts.path, content)
                said = {"code": code, "msg": words, "data": {}}
            if code:
                self.refused.append(code)
            return 200, said

    def _wecom(self, asked: dict[str, str], content: bytes) -> tuple[int, str]:
        if asked.get("key") != KEY:
            return 93000, "invalid webhook url"
        if self._too_fast("wecom", 20, timedelta(minutes=1)):
            return 45009, "api freq out of limit"
        text = json.loads(content)["markdown"]["content"]
        if len(text.encode()) > 4096:
            return 40058, "markdown.content exceed max length 4096"
        return self._take("wecom", text)

    def _dingtalk(self, asked: dict[str, str], content: bytes) -> tuple[int, str]:
        if asked.get("access_token") != KEY:
            return 300005, "token is not exist"
        stamp = asked.get("timestamp", "0")
        if asked.get("sign") != _signed(SECRET, f"{stamp}\n{SECRET}") or self._old(stamp, 1000):
            return 310000, "sign not match"
        if self._too_fast("dingtalk", 20, timedelta(minutes=1), timedelta(minutes=10)):
            return 130101, "send too fast, exceed 20 times per minute"
        if len(content) > 20_000:
            return 460101, "message too long, exceed 20000 bytes"
        return self._take("dingtalk", json.loads(content)["markdown"]["text"])

    def _feishu(self, path: str, content: bytes) -> tuple[int, str]:
        if path != f"/open-apis/bot/v2/hook/{KEY}":
            return 19001, "param invalid: incoming webhook access token invalid"
        body = json.loads(content)
        if len(content) > 20 * 1024:
            return 9499, "Bad Request"
        stamp = body["timestamp"]
        if body["sign"] != _signed(f"{stamp}\n{SECRET}", "") or self._old(stamp, 1):
            return 19021, "sign match fail or timestamp is not within one hour from current time"
        minute, second = timedelta(minutes=1), timedelta(seconds=1)
        if self._too_fast("feishu", 100, minute) or self._count("feishu", second) >= 5:
            return 11232, "frequency limited"
        return self._take("feishu", body["content"]["text"])

    def _old(self, stamp: str, unit: int) -> bool:
        skew = self.now() - datetime.fromtimestamp(int(stamp) / unit, UTC)
        return abs(skew) > timedelta(hours=1)

    def _count(self, name: str, window: timedelta) -> int:
        return sum(time > self.now() - window for time in self.times.get(name, []))

    def _too_fast(
        self, name: str, limit: int, window: timedelta, block: timedelta = timedelta(0)
    ) -> bool:
        if name in self.blocked and self.now() < self.blocked[name]:
            return True
        if self._count(name, window) >= limit:
            self.blocked[name] = self.now() + block
            return True
        return False

    def _take(self, name: str, text: str) -> tuple[int, str]:
        self.times.setdefault(name, []).append(self.now())
        self.taken.append((name, text))
        return 0, "ok"


@contextmanager
def serving(now: Callable[[], datetime]) -> Iterator[Robots]:
    """Robots that answer on a port of this machine."""
    robots = Robots(now)

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            status, said = robots.answer(self.path, content)
            body = json.dumps(said).encode()
            self.send_response(status)
            if status == 302:
                self.send_header("Location", said)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    robots.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield robots
    finally:
        server.shutdown()
        server.server_close()

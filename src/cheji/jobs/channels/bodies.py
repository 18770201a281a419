"""What each messenger's robot is sent, signed as its documentation says, and what it answers."""

import base64
import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote_plus

from cheji.actions.sending import Outcome

BUSY: Final = {-1, 130101, 45009, 45033, 11232, 11233}
"""Too many posts: 钉钉 130101, 企业微信 45009 and 45033 (-1: busy), 飞书 11232 and 11233."""
CODES: Final = ("errcode", "code", "StatusCode")
OK = 200
TOO_MANY = 429
BROKEN = 500


@dataclass(frozen=True, slots=True)
class Body:
    """Where a post goes and what it holds, ready to be sent."""

    address: str = field(repr=False)
    content: bytes = field(repr=False)


def signature(key: str, text: str) -> str:
    """Base64 of HMAC-SHA256."""
    return base64.b64encode(hmac.digest(key.encode(), text.encode(), "sha256")).decode()


def wecom(address: str, _secret: str, said: Sequence[str], _second: float) -> Body:
    """企业微信: markdown; the address alone holds the key."""
    return _body(address, {"msgtype": "markdown", "markdown": {"content": "\n".join(said)}})


def dingtalk(address: str, secret: str, said: Sequence[str], second: float) -> Body:
    """钉钉: key = secret, text = milliseconds, line break, secret; the signature in the query."""
    stamp = str(int(second * 1000))
    signed = quote_plus(signature(secret, f"{stamp}\n{secret}"))
    where = f"{address}{'&' if '?' in address else '?'}timestamp={stamp}&sign={signed}"
    text = "\n\n".join(said)
    return _body(where, {"msgtype": "markdown", "markdown": {"title": said[0], "text": text}})


def feishu(address: str, secret: str, said: Sequence[str], second: float) -> Body:
    """飞书: key = seconds, line break, secret, over an empty message; the signature in the body."""
    stamp = str(int(second))
    told = {"msg_type": "text", "content": {"text": "\n".join(said)}}
    signed = {"timestamp": stamp, "sign": signature(f"{stamp}\n{secret}", "")}
    return _body(address, signed | told)


BODIES: Final[dict[str, Callable[[str, str, Sequence[str], float], Body]]] = {
    "wecom": wecom,
    "dingtalk": dingtalk,
    "feishu": feishu,
}


def fitting(code: str, most: int, where: tuple[str, str], said: list[str], second: float) -> Body:
    """The body with as many lines as its limit in bytes allows; the first always stays."""
    for count in range(len(said), 0, -1):
        body = BODIES[code](*where, said[:count], second)
        if len(body.content) <= most or count == 1:
            break
    return body


def _body(address: str, told: dict[str, Any]) -> Body:
    return Body(address, json.dumps(told, ensure_ascii=False).encode())


def outcome(status: int, content: bytes) -> Outcome:
    """What an answer means: messengers say errcode, or code, in JSON with status 200."""
    code, words = _said(content)
    fault = f"{code} {words}".strip() if code is not None else f"HTTP {status}"
    if status == TOO_MANY or code in BUSY:
        return Outcome("pause", fault)
    if status >= BROKEN:
        return Outcome("again", fault)
    if status == OK and code == 0:
        return Outcome("sent")
    return Outcome("failed", fault)


def _said(content: bytes) -> tuple[int | None, str]:
    try:
        answer = json.loads(content)
    except ValueError:
        return None, ""
    if not isinstance(answer, dict):
        return None, ""
    code = next(
        (answer[name] for name in ("errcode", "code", "StatusCode") if name in answer), None
    )
    words = str(answer.get("errmsg") or answer.get("msg") or "")
    return (code if isinstance(code, int) else None), words[:120]

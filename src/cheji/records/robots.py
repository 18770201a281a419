"""Group robots of the messengers: where they live, how fast they may be asked, what they sign."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Provider:
    """A messenger's group robots.

    `every` and `burst` keep posts below the provider's limit: one after each `every`, and at most
    `burst` at once after a rest, so that no minute has more than burst + 60 s / every of them.
    `most` is the largest body in bytes, `pause` the rest that the provider prescribes after too
    many posts, `path` what the address of a robot begins with.
    """

    code: str
    zh: str
    en: str
    hosts: tuple[str, ...]
    path: str
    every: timedelta
    burst: int
    most: int
    pause: timedelta
    signed: bool = True


#: Limits: 企业微信 20 a minute; 钉钉 20 a minute, then 10 minutes of nothing; 飞书 100 a minute,
#: 5 a second. Bodies: 4,096 bytes of markdown, 20,000 bytes, 20 KB.
PROVIDERS: Final = {
    provider.code: provider
    for provider in (
        Provider(
            "wecom", "企业微信", "WeCom", ("qyapi.weixin.qq.com",), "/cgi-bin/webhook/send",
            timedelta(seconds=5), 5, 4_096, timedelta(minutes=1), signed=False,
        ),
        Provider(
            "dingtalk", "钉钉", "DingTalk", ("oapi.dingtalk.com",), "/robot/send",
            timedelta(seconds=5), 5, 20_000, timedelta(minutes=10),
        ),
        Provider(
            "feishu", "飞书", "Feishu", ("open.feishu.cn", "open.larksuite.com"),
            "/open-apis/bot/v2/hook/",
            timedelta(seconds=1), 3, 20_000, timedelta(minutes=1),
        ),
    )
}  # fmt: skip


def origin_of(address: str) -> str:
    """https://host:port of an address in small letters; empty where there is none."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return ""
    if not parts.hostname or parts.username or parts.password:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{port}" if port else "")


def is_allowed(provider: Provider, address: str, origins: list[str]) -> bool:
    """Whether a post may go there: the provider's own hosts, or an origin of the operator's."""
    origin = origin_of(address)
    if origin and origin in {one.lower().rstrip("/") for one in origins}:
        return True
    own = {f"https://{host}" for host in provider.hosts}
    return origin in own and urlsplit(address).path.startswith(provider.path)


def taken(provider: Provider, free_at: datetime | None, at: datetime) -> datetime | None:
    """A token of the bucket: when it is full again after this post; None when it is empty.

    The bucket is kept as one instant: at `free_at` it is full, and each token moves it on.
    """
    full = max(free_at or at, at)
    if full - at > provider.every * (provider.burst - 1):
        return None
    return full + provider.every


def paused(provider: Provider, until: datetime) -> datetime:
    """The bucket of which the next token is to be had at `until`."""
    return until + provider.every * (provider.burst - 1)

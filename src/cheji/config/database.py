"""Which database Django talks to: the one `CHEJI_DATABASE_URL` names, else the embedded server."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from cheji.config import postgres
from cheji.config.troubles import BadSetting


def outside_url() -> str | None:
    """The address of an outside PostgreSQL, or None when the embedded server is used."""
    return os.environ.get("CHEJI_DATABASE_URL") or None


def django_database(folder: Path) -> dict[str, Any]:
    """Django's entry for the database; nothing is started or connected here."""
    url = outside_url()
    place = _from_url(url) if url else _embedded(folder)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        **place,
    }


def _embedded(folder: Path) -> dict[str, Any]:
    return {
        "NAME": postgres.DATABASE,
        "USER": postgres.SUPERUSER,
        "HOST": str(postgres.socket_folder(folder)),
        "PORT": str(postgres.PORT),
    }


def _from_url(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    if parts.scheme not in {"postgresql", "postgres"} or not parts.path.strip("/"):
        raise BadSetting(
            name="CHEJI_DATABASE_URL",
            value=f"{parts.scheme}://…",
            why_en="it must read postgresql://user:password@host:port/database",
            why_zh="应为 postgresql://用户:密码@主机:端口/数据库",
        )
    return {
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }

"""Which database Django talks to, and as whom.

It is the one that `CHEJI_DATABASE_URL` names, else the embedded server's. The tables belong to
another role than the program's, which it takes on to bring them up to date.
"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from cheji.config import postgres
from cheji.config.troubles import BadSetting

URL, OWNER_URL = "CHEJI_DATABASE_URL", "CHEJI_DATABASE_OWNER_URL"


def outside_url() -> str | None:
    """The address of an outside PostgreSQL, or None when the embedded server is used."""
    return os.environ.get(URL) or None


def django_database(folder: Path) -> dict[str, Any]:
    """Django's entry for the database; nothing is started or connected here."""
    url = outside_url()
    place = _from_url(URL, url) if url else _embedded(folder)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        **place,
    }


def as_owner() -> dict[str, Any]:
    """What is other in Django's entry for the owner of the tables; nothing where none is named.

    Raises:
        BadSetting: the owner's address is none, of another database, or the program's has no user.
    """
    own, url = outside_url(), os.environ.get(OWNER_URL)
    if own is None:
        return {"USER": postgres.SUPERUSER}
    if not url:
        return {}
    program, owner = _from_url(URL, own), _from_url(OWNER_URL, url)
    if not program["USER"] or program["NAME"] != owner["NAME"]:
        raise BadSetting(
            name=OWNER_URL,
            value="…",
            why_en=f"{URL} must name the same database, and the program's own user",
            why_zh=f"{URL} 必须指向同一个数据库，并写明程序自己的用户",
        )
    return owner


def _embedded(folder: Path) -> dict[str, Any]:
    return {
        "NAME": postgres.DATABASE,
        "USER": postgres.PROGRAM,
        "HOST": str(postgres.socket_folder(folder)),
        "PORT": str(postgres.PORT),
    }


def _from_url(name: str, url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    if parts.scheme not in {"postgresql", "postgres"} or not parts.path.strip("/"):
        raise BadSetting(
            name=name,
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

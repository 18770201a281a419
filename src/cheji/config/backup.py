"""A backup: PostgreSQL's own dump beside a manifest that says what a restore must show.

The keys of the data folder are not in it: without them phones and ID numbers stay unreadable.
Keep `keys.json` elsewhere.
"""

import hashlib
import json
import subprocess
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection

from cheji import __version__
from cheji.config import grants, postgres
from cheji.records.refusals import Refused

COUNTED = (
    "records_fact",
    "records_auditentry",
    "records_order",
    "records_customer",
    "records_runline",
)
HEAD = "SELECT hash FROM records_auditseal ORDER BY position DESC LIMIT 1"
#: Whatever anybody does is in the audit log; what runs by the clock writes there of that alone.
NOT_EMPTY = "SELECT EXISTS (SELECT 1 FROM records_auditentry)"


class BackupFailed(Refused):
    """PostgreSQL's {program} did not succeed: {why}"""

    zh = "PostgreSQL 的 {program} 未成功：{why}"


class BackupDamaged(Refused):
    """{file} is not what its manifest says ({what}). Take another backup; nothing was changed."""

    zh = "{file} 与其清单不符（{what}）。请换一份备份；未做任何更改。"


class DatabaseNotEmpty(Refused):
    """This data folder holds data. Restore into a new one: set CHEJI_DATA to an empty folder."""

    zh = "该数据目录中已有数据。请恢复到新目录：将 CHEJI_DATA 设为空目录。"


class RestoreDiffers(Refused):
    """The restored database differs from the manifest: {what}. Do not use it."""

    zh = "恢复后的数据库与清单不符：{what}。请勿使用。"


def manifest_of(dump: Path) -> Path:
    return dump.with_name(dump.name + ".json")


def take(dump: Path, at: datetime) -> Mapping[str, Any]:
    """Write the dump and its manifest; returns the manifest."""
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={dump}")
    manifest = {
        "program": __version__,
        "taken_at": at.isoformat(),
        "sha256": _sha256(dump),
        "shows": shows(),
    }
    manifest_of(dump).write_text(json.dumps(manifest, indent=2, sort_keys=True), encoding="utf-8")
    return manifest


def restore(dump: Path) -> Mapping[str, Any]:
    """Load a dump into an empty database, as its owner, and hold it against the manifest.

    Raises:
        BackupDamaged, DatabaseNotEmpty, BackupFailed, RestoreDiffers
    """
    manifest = _checked(dump)
    with grants.owning() as role:
        _load(dump)
        if role:
            grants.settle(role)
    now = shows()
    wrong = [name for name, value in manifest["shows"].items() if now.get(name) != value]
    if wrong:
        raise RestoreDiffers(what=", ".join(wrong))
    return manifest


def _load(dump: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute(NOT_EMPTY)
        if cursor.fetchone()[0]:
            raise DatabaseNotEmpty
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    how = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction")
    _run("pg_restore", *how, str(dump))


def shows() -> dict[str, Any]:
    """What must be the same after a restore: counts of rows and the head of the audit chain."""
    with connection.cursor() as cursor:
        found: dict[str, Any] = {}
        for table in COUNTED:
            cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608  names stand above
            found[table] = cursor.fetchone()[0]
        cursor.execute(HEAD)
        row = cursor.fetchone()
        found["audit_head"] = row[0] if row else ""
        return found


def _checked(dump: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads(manifest_of(dump).read_text(encoding="utf-8"))
        expected = manifest["sha256"], manifest["shows"]
    except (OSError, ValueError, KeyError) as error:
        raise BackupDamaged(file=dump.name, what="manifest") from error
    if not dump.exists() or _sha256(dump) != expected[0]:
        raise BackupDamaged(file=dump.name, what="sha256")
    return manifest


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _run(program: str, *arguments: str) -> None:
    settings = connection.get_connection_params()
    environment = {
        "PGHOST": str(settings.get("host") or ""),
        "PGPORT": str(settings.get("port") or ""),
        "PGUSER": str(settings.get("user") or ""),
        "PGPASSWORD": str(settings.get("password") or ""),
        "PGDATABASE": str(settings.get("dbname") or ""),
        "LC_ALL": "C",
    }
    into = ["--dbname", environment["PGDATABASE"]] if program == "pg_restore" else []
    done = subprocess.run(
        [postgres.programs() / program, *into, *arguments],
        env={name: value for name, value in environment.items() if value},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BackupFailed(program=program, why=done.stderr.strip()[-400:])

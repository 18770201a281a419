"""Who asks at the command line, and when: the operator, or an account with its own scope."""

from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from cheji.records import audit
from cheji.records.refusals import NotFound
from cheji.records.visibility import Asking, Viewer, operator


def now() -> datetime:
    """This instant, in the installation's time zone."""
    return timezone.localtime()


def asker(username: str = "") -> Viewer:
    """The person at the server's own command line, or the account of that name where it works.

    Raises:
        NotFound: there is no such account, or it is closed.
    """
    today = now().date()
    if not username:
        return operator(today)
    user = get_user_model().objects.filter(username=username, is_active=True).first()
    if user is None:
        raise NotFound(noun="account", key=username)
    return Asking(user).viewer_at(now())


def exporting(viewer: Viewer, what: str, form: str, **body: Any) -> None:
    """Audit that figures leave as a file or for a program, as screens do; none for a table.

    Raises:
        NotYours: rows are asked for as a file, and no post of the viewer allows files.
    """
    if form == "table":
        return
    if form not in ("json", "pdf"):
        viewer.must("export")
    with transaction.atomic():
        audit.write(by=viewer, at=now(), verb=f"export.{what}", body={"form": form, **body})

"""Programs of the named cast that ask the API with tokens of their own."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from cast import ON, Cast
from cheji.actions import tokens
from cheji.api import callers
from cheji.records.models import User
from cheji.records.visibility import viewer_of


class Programs:
    """A program of each person: asks with a token for all that he may have."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self._secrets = cast, {}

    def secret(self, who: str) -> str:
        if who not in self._secrets:
            by = viewer_of(User.objects.get(username=who), ON)
            at = callers.now()
            made = tokens.make(
                by=by, at=at, name="test", scopes=tokens.allowed(by),
                expires_at=at + timedelta(days=1),
            )  # fmt: skip
            self._secrets[who] = made.secret
        return self._secrets[who]

    def get(self, who: str, path: str, query: Any = None) -> Any:
        return Client(headers=self._headers(who)).get(f"/api/v1/{path}", query or {})

    def post(self, who: str, path: str, body: Any, key: str = "") -> Any:
        return self._send("post", who, path, body, key)

    def patch(self, who: str, path: str, body: Any) -> Any:
        return self._send("patch", who, path, body, "")

    def _send(self, method: str, who: str, path: str, body: Any, key: str) -> Any:
        headers = self._headers(who) | ({"Idempotency-Key": key} if key else {})
        ask = getattr(Client(headers=headers), method)
        return ask(f"/api/v1/{path}", body, content_type="application/json")

    def _headers(self, who: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret(who)}"}


@pytest.fixture
def programs(cast, monkeypatch):
    """The cast works in March 2026."""
    monkeypatch.setattr(callers, "_day", lambda _zone: ON)
    return Programs(cast)

"""Tokens of the API on their screen: made once, shown once, revoked by who may."""

import pytest

from cheji.records.models import ApiToken, AuditEntry

NEW = {"name": "DMS", "days": "30", "scopes": ["orders:read", "kpis:read"]}


def test_a_person_makes_a_token_and_sees_its_secret_once(faces):
    page = faces["zhang"].post("/tokens", NEW)
    secret = page.context["secret"]
    row = ApiToken.objects.get()
    assert (page.status_code, row.user.username, row.scopes) == (
        200, "zhang", ["kpis:read", "orders:read"],
    )  # fmt: skip
    assert secret in page.text
    again = faces["zhang"].get("/tokens").text
    assert (secret in again, row.prefix in again) == (False, True)
    found = faces["zhang"].get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"})
    assert found.json()["scopes"] == ["kpis:read", "orders:read"]
    assert AuditEntry.objects.filter(verb="tokens.make", subject=row.pk).count() == 1


@pytest.mark.parametrize(
    "spoil", [{"scopes": ["spend:write"]}, {"scopes": []}, {"name": ""}, {"days": "9999"}]
)
def test_a_token_that_says_too_little_or_wants_too_much_is_refused(faces, spoil):
    assert faces["zhang"].post("/tokens", {**NEW, **spoil}).status_code == 422
    wanted = {**NEW, "scopes": ["orders:write"]}
    assert faces["auditor"].post("/tokens", wanted).status_code == 422
    assert ApiToken.objects.count() == 0


def test_own_tokens_are_revoked_by_oneself_and_by_who_keeps_accounts(faces):
    for _ in range(3):
        faces["zhang"].post("/tokens", NEW)
    first, second, third = ApiToken.objects.order_by("pk")
    for who in ("wang", "manager"):
        assert first.prefix not in faces[who].get("/tokens").text
        assert faces[who].post(f"/tokens/{first.pk}/revoke").status_code == 404
    assert first.prefix in faces["administrator"].get("/tokens").text
    assert faces["zhang"].post(f"/tokens/{first.pk}/revoke").status_code == 302
    assert faces["administrator"].post(f"/tokens/{second.pk}/revoke").status_code == 302
    assert faces["zhang"].get(f"/tokens/{third.pk}/revoke").status_code == 405
    held = ApiToken.objects.filter(revoked_at=None)
    assert [row.pk for row in held] == [third.pk]
    assert AuditEntry.objects.filter(verb="tokens.revoke").count() == 2

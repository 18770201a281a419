"""`cheji facts`, `verify`, `definitions`, `user`, `audit`: what the operator does."""

import pytest
from django.contrib.auth import authenticate
from django.db import connection

from cheji.cli.facts import follow
from cheji.facts import mark
from cheji.records.models import AuditEntry, DefinitionVersion, Fact, PayInput, Run
from cli.months import run, told, two_months

pytestmark = pytest.mark.django_db


def test_rebuilt_facts_agree(cast):
    two_months(cast)
    assert "0 records differ" in run("facts", "rebuild").stdout
    assert run("facts", "mark").stdout.strip() == str(mark())


def _forget_first_visits():
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("DELETE FROM records_fact WHERE kind = 'visit_first'")
        cursor.execute("SET session_replication_role = DEFAULT")


def test_a_missing_fact_is_found_and_posted_again(cast):
    two_months(cast)
    before = Fact.objects.count()
    _forget_first_visits()
    missing = before - Fact.objects.count()
    assert missing == 2
    assert "2 records differ" in run("facts", "rebuild", code=1).stdout
    assert Fact.objects.count() == before - missing
    assert "2 facts added" in run("facts", "rebuild", "--apply").stdout
    assert Fact.objects.count() == before
    assert "0 records differ" in run("facts", "rebuild").stdout
    assert AuditEntry.objects.filter(verb="facts.repair").count() == 1


def test_after_an_upgrade_the_facts_follow(cast, capsys):
    two_months(cast)
    before = Fact.objects.count()
    _forget_first_visits()
    follow()
    assert Fact.objects.count() == before
    assert capsys.readouterr().err.endswith("\n已补记 2 条事实。\n")
    assert AuditEntry.objects.filter(verb="facts.repair").count() == 1


def test_a_new_installation_has_nothing_to_follow(db, capsys):
    follow()
    assert capsys.readouterr().err == ""


def test_verify_says_each_check(cast, settings, tmp_path):
    settings.CHEJI_DATA = tmp_path  # no head of another test's chain
    two_months(cast)
    found = told("verify")
    assert [one["code"] for one in found if not one["ok"]] == []
    assert list(found[0]) == ["code", "ok", "count", "detail_zh", "detail_en"]
    assert "ok" in run("verify").stdout


def test_a_pack_is_installed_once(db):
    assert "definitions added" in run("definitions", "install").stdout
    assert "0 definitions added" in run("definitions", "install", "dealership").stdout
    assert "no pack “x”" in run("definitions", "install", "x", code=2).stderr


def test_a_switch_changes_what_is_counted(cast):
    two_months(cast)
    words = ("kpi", "values", "--kpi", "ad_spend", "--from", "2026-02", "--to", "2026-02")
    run("definitions", "switch", "phone_counts", "on", "--from", "2026-02-01")
    assert told("definitions", "list")["switches"]["phone_counts"] is True
    assert told(*words, "--outlets", "N1")["rows"][0]["values"]["ad_spend"]["fen"] == 5_400_000
    done = run("definitions", "switch", "phone_counts", "off", "--from", "2026-02-03", code=2)
    assert "2026-02-01" in done.stderr


def test_a_switch_by_an_account_waits_for_a_second_person(cast):
    words = ("definitions", "switch", "phone_counts", "on", "--from", "2026-02-01")
    assert "second person" in run(*words, "--as", "group_manager").stdout
    draft = DefinitionVersion.objects.get(state="draft")
    refused = run("definitions", "publish", draft.pk, "--as", "group_manager", code=2)
    assert "second person" in refused.stderr
    run("definitions", "publish", draft.pk)
    assert told("definitions", "list")["switches"]["phone_counts"] is True


def test_a_plan_for_a_month_that_has_a_run_is_published_knowingly(cast, tmp_path):
    run_ = Run.objects.create(
        kind="pay", outlet=cast.outlet, grain="month", period=202602, mark=1, digest="d",
        definition="consultant_pay", made_at="2026-03-01T00:00Z", state="calculated",
    )  # fmt: skip
    PayInput.objects.create(run=run_, person=cast.people["zhang"], text="{}", payable=0)
    text = run("definitions", "show", "pay_plan", "consultant_pay").stdout
    file = tmp_path / "plan.yaml"
    other = text.replace("code: consultant_pay", "code: other_pay\n    beside: [consultant_pay]")
    file.write_text(other)
    run("definitions", "draft", file, "--from", "2026-02-01")
    draft = DefinitionVersion.objects.get(state="draft")
    assert "2026-02" in run("definitions", "publish", draft.pk, code=2).stderr
    run("definitions", "publish", draft.pk, "--knowingly")
    draft.refresh_from_db()
    assert draft.state == "published"


def test_a_definition_is_printed_as_a_file_that_can_be_drafted(cast, tmp_path):
    file = tmp_path / "scheme.yaml"
    text = run("definitions", "show", "scheme", "consultant_monthly").stdout
    file.write_text(text.replace("weight: 50", "weight: 40").replace("weight: 30", "weight: 40"))
    run("definitions", "draft", file, "--from", "2026-03-01", "--note", "spring")
    draft = DefinitionVersion.objects.get(state="draft")
    run("definitions", "publish", draft.pk)
    again = run("definitions", "show", "scheme", "consultant_monthly").stdout
    assert "weight: 50" not in again
    assert "Publish" in run("definitions", "publish", "--help").stdout
    file.write_text("x: 1")
    run("definitions", "draft", file, "--from", "2026-03-01", code=2)
    run("definitions", "show", "scheme", "nothing", code=2)


def test_an_account_is_opened_changed_and_closed(cast, monkeypatch):
    monkeypatch.setenv("CHEJI_PASSWORD", "Long-and-rare-7")
    new = cast.people["zhang"]
    new.user.delete()
    run("user", "add", "zw", "--person", "ZHANG", "--email", "z@example.cn")
    assert authenticate(username="zw", password="Long-and-rare-7").person == new
    assert "already used" in run("user", "add", "zw", "--person", "LI", code=2).stderr
    monkeypatch.setenv("CHEJI_PASSWORD", "short")
    assert "password" in run("user", "password", "zw", code=2).stderr
    monkeypatch.setenv("CHEJI_PASSWORD", "Other-and-rare-8")
    run("user", "password", "zw")
    assert authenticate(username="zw", password="Long-and-rare-7") is None
    run("user", "close", "zw")
    assert authenticate(username="zw", password="Other-and-rare-8") is None


def test_only_who_may_opens_accounts(cast, monkeypatch):
    monkeypatch.setenv("CHEJI_PASSWORD", "Long-and-rare-7")
    run("user", "add", "new", "--person", "LI", "--as", "manager", code=2)


@pytest.mark.django_db(transaction=True)
def test_the_head_of_the_audit_chain_is_kept(cast, tmp_path):
    file = tmp_path / "anchors"
    run("definitions", "switch", "phone_counts", "on", "--from", "2026-02-01")
    run("audit", "anchor", "-o", file)
    assert len(file.read_text().splitlines()) == 1


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("zh", "密码太弱：至少需要 10 个字符；过于常见。"),
        ("en", "The password is too weak: at least 10 characters; too common."),
    ],
)
def test_a_weak_password_is_refused_in_one_language(cast, monkeypatch, lang, sentence):
    monkeypatch.setenv("CHEJI_PASSWORD", "password")
    assert run("user", "password", "zhang", "--lang", lang, code=2).stderr.strip() == sentence


def test_the_mirror_is_brought_up_checked_and_made_anew(cast, settings, tmp_path):
    settings.CHEJI_DATA = tmp_path
    two_months(cast)
    facts = f"{Fact.objects.count():,}"
    assert f"{facts} facts taken in" in run("facts", "mirror").stdout
    assert "0 facts taken in" in run("facts", "mirror").stdout
    for file in (tmp_path / "mirror").glob("*.parquet"):
        file.unlink()
        break
    assert "holds 0 facts" in run("facts", "mirror", "--check").stdout
    assert f"{facts} facts taken in" in run("facts", "mirror").stdout
    assert f"{facts} facts taken in" in run("facts", "mirror", "--rebuild").stdout
    assert "0 kinds and months differ" in run("facts", "mirror", "--check").stdout

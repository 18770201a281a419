"""`cheji kpi check|diff|publish` and `cheji definitions export`, over files and versions."""

import yaml

from cheji.engine.definitions import build
from cheji.packs import BUNDLE_KEYS, load, read_yaml
from cheji.records.models import DefinitionVersion
from cli.months import run, told

RATE = {
    "code": "close_rate",
    "zh": "来店成交率",
    "en": "Orders per visit",
    "unit": "ratio",
    "formula": "orders / visits",
}


def written(tmp_path, *kpis):
    file = tmp_path / "kpis.yaml"
    file.write_text(yaml.safe_dump({"kpis": list(kpis)}, allow_unicode=True), "utf-8")
    return file


def test_a_sound_file_has_nothing_wrong(cast, tmp_path):
    done = run("kpi", "check", written(tmp_path, RATE))
    assert done.stdout == "1 definitions, nothing wrong.\n"


def test_every_finding_is_told_with_place_and_mend(cast, tmp_path):
    wrong = {**RATE, "formula": "orders / (visits - visits) + nothing", "colour": "red"}
    file = written(tmp_path, wrong)
    found = told("kpi", "check", file, code=1)
    assert found["count"] == 1
    assert sorted((one["code"], one["place"]) for one in found["findings"]) == [
        ("division_by_zero", "kpis.close_rate.formula"),
        ("unknown_key", "kpis.close_rate.colour"),
        ("unknown_name", "kpis.close_rate.formula"),
    ]
    lines = run("kpi", "check", file, code=1).stderr.splitlines()
    assert len(lines) == 3
    assert (
        "kpis.close_rate.formula: A denominator is always zero, so there is never a value; "
        "Divide by a measure or a number that is not zero"
    ) in lines


def test_a_file_is_compared_with_what_is_in_force(cast, tmp_path):
    visits = next(k for k in load("dealership").definitions.kpis if k.code == "cost_per_visit")
    text = run("definitions", "export", f"kpi:{visits.code}").stdout
    same = tmp_path / "same.yaml"
    same.write_text(text, "utf-8")
    assert run("kpi", "diff", same).stdout == "kpi cost_per_visit: no difference\n"
    other = tmp_path / "other.yaml"
    other.write_text(text.replace("ad_spend / visits", "ad_spend / visits * 2"), "utf-8")
    assert told("kpi", "diff", other, code=1) == {
        "kpi cost_per_visit": [
            {"place": "formula", "old": "ad_spend / visits", "new": "ad_spend / visits * 2"}
        ]
    }


def test_a_draft_is_compared_and_published_by_a_second_account(cast, tmp_path):
    text = run("definitions", "export", "kpi:cost_per_visit").stdout
    file = tmp_path / "new.yaml"
    file.write_text(text.replace("ad_spend / visits", "ad_spend / visits * 2"), "utf-8")
    since = ("--from", "2026-03-01")
    run("definitions", "draft", file, *since, "--as", "hr")
    draft = DefinitionVersion.objects.get(state="draft")
    assert told("kpi", "diff", draft.pk, code=1) == {
        "kpi cost_per_visit": [
            {"place": "formula", "old": "ad_spend / visits", "new": "ad_spend / visits * 2"}
        ]
    }
    assert "--as USERNAME" in run("kpi", "publish", draft.pk, code=2).stderr
    assert "second person" in run("kpi", "publish", draft.pk, "--as", "hr", code=2).stderr
    done = run("kpi", "publish", draft.pk, "--as", "group_manager")
    draft.refresh_from_db()
    assert (done.stdout, draft.state) == (f"Published {draft.pk}.\n", "published")
    again = run("definitions", "draft", file, *since, "--as", "hr").stdout
    assert again == "As in force: cost_per_visit\n"


def test_everything_exported_reads_back_as_the_same_definitions(cast):
    read = build(read_yaml(run("definitions", "export").stdout))
    defined = load("dealership").definitions
    for key in BUNDLE_KEYS:
        by_code = [{item.code: item for item in getattr(side, key)} for side in (read, defined)]
        assert by_code[0] == by_code[1]
    few = read_yaml(run("definitions", "export", "kpi:visits", "kpi:orders", "switch").stdout)
    assert [item["code"] for item in few["kpis"]] == ["visits", "orders"]
    assert list(few) == ["switches", "kpis"]


def test_what_is_not_there_is_refused(cast):
    assert run("definitions", "export", "kpi:nothing", code=2).stdout == ""
    assert run("definitions", "export", "colours", code=2).stdout == ""

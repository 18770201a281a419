"""The catalogue as a whole: every KPI is fed and worked, says all of itself, has its source."""

import re
from fractions import Fraction

import pytest

from cheji import packs
from cheji.engine.definitions import Kpi, Measure, switched
from cheji.engine.kpis import needed_measures, uncut
from cheji.engine.tallies import KINDS
from cheji.packs.cases import columns_of_case

KNOWN = {kind.code: kind for kind in KINDS}
PACKS = {code: packs.load(code) for code in packs.codes()}
EVERY = [
    pytest.param(code, kpi, id=f"{code}:{kpi.code}")
    for code, pack in PACKS.items()
    for kpi in pack.definitions.kpis
    if ("kpis", kpi.code) in pack.own
]
MEASURES = [
    pytest.param(measure, id=f"{code}:{measure.code}")
    for code, pack in PACKS.items()
    for measure in pack.definitions.measures
    if ("measures", measure.code) in pack.own
]
CHINESE = re.compile(r"[\u4e00-\u9fff]")

ROWS = """
lead_n lead_raw_n lead_dup_rate lead_valid_rate lead_first_resp lead_sla_rate lead_contact_rate
c400_pick c400_wait lead_card_rate appt_set_rate appt_show_rate invite_arrival call_arrival
show_close lead_close lead_close_30 lead_close_90 cpl cps
visit_first_n visit_all_n call_n hm_s1 traffic_accuracy stay_min doc_rate doc_rate_all
info_accuracy second_visit revisit td_n td_rate td_close intent_new intent_open level_h_share
level_up_rate fu_due fu_done_rate fu_ontime fu_overdue_n lost_n lost_clear_rate lost_to_rival
dormant_reactivate close_month close_traffic cohort_close_7 cohort_close_30 cohort_close_90
cycle_days sign_new sign_open sign_open90 quote_n quote_close mystery_score
order_n order_net_n cancel_rate backlog reserve_rate deliver_n deliver_rate deliver_lead
target_rate yoy mom productivity share_walk_in share_outreach share_owner share_off_site
share_other share_second_tier referral_rate keyacct_n second_net_n dist_contrib market_share
res_fill res_use plan_rate
asp discount gp_front gp_margin gp_total rebate_recv rebate_accr acc_unit acc_rate fin_rate
ins_rate ext_rate lic_rate tradein_rate renew_rate
stock_coef stock_equiv stock_turn stock_days stock_age aged_90_n aged_share aged_cost
months_in_stock via
ssi csi nps sat_rate cb3 cb7 cb_success promise_kept recommend complaint_rate solve_rate resp_h
first_fix
ro_n ro_value labor_share bodyshop_share maint_share rework ontime_handover fix_first appt_share
retention_s absorption parts_turn parts_dead_rate active_base_n
uc_appraise_n uc_appraise_rate uc_buy_rate uc_tradein_rate uc_sold_n uc_gp uc_days uc_deviation
entry_timeliness coaching_rate training_rate exam_rate retest_rate attendance_rate fives_score
turnover_staff
sales_amount sales_units new_customers new_prospects care_calls repurchase_rate spend_per_customer
brand_search_n delivery_yoy revenue_yoy fee_sales_growth fee_sales_points fee_within_sales
home_visit_rate gold_partner_rate product_mix collection_rate staff_satisfaction ability_growth
innovation_rate wape forecast_accuracy new_product_rate
up be_backs ups_demo ups_write_up ups_sold ups_delivered pvr gp_back absorption_fixed net_to_sales
contacts_logged outlet_margin
"""
"""The catalogue of the trade by code, as names or other names of KPIs."""


def test_every_row_of_the_catalogue_is_a_kpi() -> None:
    kpis = PACKS["dealership"].definitions.kpis
    named = {name for kpi in kpis for name in (kpi.code, *kpi.aliases)}
    assert [row for row in ROWS.split() if row not in named] == []


@pytest.mark.parametrize(("code", "kpi"), EVERY)
def test_a_kpi_says_all_of_itself(code: str, kpi: Kpi) -> None:
    said = {"kind": kpi.kind, "dated": kpi.dated, "whose": kpi.whose, "source": kpi.source,
            "note_zh": kpi.note_zh, "note_en": kpi.note_en}  # fmt: skip
    assert [field for field, value in said.items() if not value] == []
    assert kpi.zh != kpi.en
    assert CHINESE.search(kpi.en + kpi.note_en) is None
    assert kpi.least == 0 or kpi.kind in {"ratio", "score", "index"}


@pytest.mark.parametrize(("code", "kpi"), EVERY)
def test_a_kpi_has_a_worked_case_with_a_value(code: str, kpi: Kpi) -> None:
    pack = PACKS[code]
    lines = [
        row["lines"][kpi.code]
        for case in pack.cases
        if case["kind"] == "sheet"
        for row in case["expect"]
        if kpi.code in row.get("lines", {})
    ]
    assert [line for line in lines if line not in (0, None)] != []


@pytest.mark.parametrize(("code", "kpi"), EVERY)
def test_the_facts_of_its_case_feed_every_measure(code: str, kpi: Kpi) -> None:
    """Each measure is fed by a fact of some case, so that no filter counts nothing for ever."""
    definitions = PACKS[code].definitions
    unfed = [
        measure.code
        for measure in needed_measures(definitions, [kpi.code])
        if measure.code not in FED
    ]
    assert unfed == []


def fed() -> set[str]:
    """Measures that are other than nothing somewhere in the cases."""
    found: set[str] = set()
    for pack in PACKS.values():
        for case in (case for case in pack.cases if case["kind"] == "sheet"):
            chosen = switched(pack.definitions, models=case.get("models"))
            for months in columns_of_case(chosen, case).values():
                found |= {c for inputs in months.values() for c, value in inputs.items() if value}
    return found


FED = fed()


@pytest.mark.parametrize("measure", MEASURES)
def test_a_measure_reads_columns_that_its_facts_have(measure: Measure) -> None:
    kinds = [KNOWN[kind] for kind, _ in measure.kinds]
    if measure.column == "fen":
        assert [kind.code for kind in kinds if not kind.fen] == []
    if measure.column == "value" or measure.window:
        assert [kind.code for kind in kinds if not kind.value] == []
    if measure.begun or measure.cohort in {"new", "carried"}:
        assert [kind.code for kind in kinds if not kind.since] == []
    for item in measure.where:
        told = {"tags": [k.tags for k in kinds], "channel": [k.channels for k in kinds]}
        words = {word for words in told.get(item.dimension, ()) for word in words}
        if words:
            assert [value for value in item.values if value and value not in words] == []


@pytest.mark.parametrize(("code", "kpi"), EVERY)
def test_a_benchmark_is_in_order_and_of_the_kpis_scale(code: str, kpi: Kpi) -> None:
    found = kpi.benchmark
    if found is not None:
        given = [limit for limit in (found.low, found.good, found.high) if limit is not None]
        assert given == sorted(given)
        assert found.source
        if kpi.unit == "ratio":
            assert [limit for limit in given if not -1 <= limit <= 2] == []


@pytest.mark.parametrize("code", ["productivity", "ability_growth"])
def test_what_may_not_be_cut_says_so_through_the_kpis_on_it(code: str) -> None:
    assert uncut(PACKS["dealership"].definitions, code) == {"person", "model", "channel"}


def test_windows_grow() -> None:
    pack = PACKS["dealership"]
    lines = {k: v for case in pack.cases for row in case.get("expect", ()) if isinstance(row, dict)
             for k, v in row.get("lines", {}).items()}  # fmt: skip
    for family in ("lead_close", "cohort_close"):
        values = [Fraction(lines[f"{family}_{days}"].rstrip("%")) for days in (7, 30, 90)]
        assert values == sorted(set(values))


def test_a_pack_stands_on_another() -> None:
    below, above = (PACKS[code].definitions for code in ("dealership", "motorcycle"))
    assert above.kpis[: len(below.kpis)] == below.kpis
    assert PACKS["motorcycle"].extends == "dealership"
    assert above.sheets == below.sheets

"""Downloads: what the screen shows, in scope, for whom files are allowed, never as a formula."""

import csv
import io
import zipfile
from datetime import date

import pytest

from cast import Floor
from cheji.records.models import AuditEntry
from cli.months import two_months


def listed(answer):
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.fixture
def floor(cast):
    floor = Floor()
    for who, where, name in (("zhang", "outlet", "=cmd"), ("far_consultant", "far", "Far Away")):
        customer = floor.customer(getattr(cast, where), cast.people[who], name=name)
        floor.prospect(customer, on=date(2026, 3, 2))
    return floor


def test_a_sheet_as_a_workbook(faces, cast):
    two_months(cast)
    answer = faces["manager"].get("/export/sheet.xlsx?code=kpi&outlet=N1&year=2026")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == 'attachment; filename="kpi-N1-2026.xlsx"'
    assert zipfile.ZipFile(io.BytesIO(answer.content)).testzip() is None
    assert AuditEntry.objects.filter(verb="export.sheet").count() == 1


def test_a_sheet_as_csv(faces, cast):
    two_months(cast)
    rows = listed(faces["manager"].get("/export/sheet.csv?code=kpi&outlet=N1&year=2026"))
    assert rows[2][:5] == ["2", "visits", "Visits", "batches", "200"]


def test_a_sheet_out_of_reach_is_not_there(faces, cast):
    address = "/export/sheet.xlsx?code=kpi&outlet=N1&year=2026"
    assert faces["far_manager"].get(address).status_code == 404
    assert faces["zhang"].get(address).status_code == 403
    assert faces["manager"].get(address + "&by=colour").status_code == 404


def test_a_list_holds_what_the_screen_shows_and_no_formula(faces, floor):
    rows = listed(faces["manager"].get("/export/customers.csv"))
    assert (rows[0][0], len(rows)) == ("Customer", 2)
    assert rows[1][0] == "'=cmd"
    assert len(listed(faces["region_head"].get("/export/prospects.csv"))) == 2
    assert len(listed(faces["far_manager"].get("/export/customers.csv"))) == 2


def test_filters_of_the_address_hold(faces, floor):
    assert len(listed(faces["manager"].get("/export/customers.csv?q=nobody"))) == 1


def test_a_list_as_a_workbook(faces, floor):
    answer = faces["manager"].get("/export/prospects.xlsx")
    assert zipfile.ZipFile(io.BytesIO(answer.content)).testzip() is None


@pytest.mark.parametrize(
    "noun", ["customers", "leads", "visits", "prospects", "orders", "deliveries", "people"]
)
def test_every_list_can_be_downloaded(faces, floor, noun):
    assert len(listed(faces["manager"].get(f"/export/{noun}.csv"))) >= 1


def test_who_may_not_export_gets_no_file(faces, floor):
    assert faces["zhang"].get("/customers").status_code == 200
    assert faces["zhang"].get("/export/customers.csv").status_code == 403
    assert faces["manager"].get("/export/nothing.csv").status_code == 404
    assert faces["manager"].get("/export/customers.exe").status_code == 404


def test_more_rows_than_a_page_are_all_there(faces, cast):
    floor = Floor()
    for _ in range(503):
        floor.customer(cast.outlet, cast.people["zhang"])
    assert len(listed(faces["manager"].get("/export/customers.csv"))) == 504

"""The import wizard step by step: kinds, templates, columns, cells, words, commit, undo."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob
from python_calamine import load_workbook

from actions.test_imports_late import close_run
from cast import ROLES
from cheji.jobs import imports as jobs
from cheji.records import models as m
from cheji.records.registers import REGISTERS

DIRTY = (
    "车辆销售台账,,,,,,,\n"
    "店,合同号,签约日期,客户,电话,车型,成交价,销售,来源\n"
    "N1,T1,2026-03-03,钱多多,13900001111,轩逸,12.88万,张伟,展厅\n"
    "N1,T2,2026-13-03,孙小,13900001112,天籁,185000,李娜,展厅\n"
    "N1,T3,2026-03-08,周大,13900001113,奇骏,203000,没有人,网红\n"
    "合计,,,,,,,,\n"
)
SPEND = "门店代码,投放日期,投放媒体,金额\nN1,2026-03-01,抖音,20000\n"


def upload(client, kind, text, name="a.csv"):
    file = SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text)
    return client.post(f"/imports/new/{kind}", {"file": file})


def mapped(client, url):
    """Choose the headers that were not guessed and go on."""
    page = client.get(url).text
    given = {}
    for code, options in re.findall(r'name="from:(\w+)"(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        given[f"from:{code}"] = chosen.group(1) if chosen else ""
    given |= {"from:outlet_code": "店", "from:consultant": "销售", "from:channel": "来源"}
    return client.post(url, given)


@pytest.fixture
def checked(faces):
    """A dirty file of orders, its columns chosen: the client and the address of its check."""
    client = faces["manager"]
    answer = mapped(client, upload(client, "orders", DIRTY).url)
    assert answer.status_code == 302
    return client, answer.url


def words(markup):
    return " ".join(re.sub(r"<[^>]+>", " ", markup).split())


def cards(page):
    shape = r'class="label">\s*([^<]+?)\s*</span>\s*<span class="value">(\d+)'
    return dict(re.findall(shape, page))


def test_kinds_by_right(faces):
    def kinds(role):
        return set(re.findall(r'href="/imports/new/(\w+)"', faces[role].get("/imports/new").text))

    floor = {
        "customers", "leads", "visits", "prospects", "losses", "orders", "cancellations",
        "deliveries", "ad_spend", "targets", "daily_totals",
        *(register.plural for register in REGISTERS.values()),
    }  # fmt: skip
    assert kinds("manager") == floor
    assert kinds("region_head") == {*floor, "benchmarks"}
    assert kinds("group_manager") == {*floor, "benchmarks", "models"}
    assert kinds("administrator") == {"outlets", "people"}
    closed = [role for role in ROLES if role not in ("operator", "administrator")]
    writers = {role for role in closed if kinds(role)}
    assert kinds("finance") == {"models", "payments", "rebates", "floor_prices", "manual_values"}
    assert kinds("hr") == {
        "people", "models", "trainings", "attendances", "checks", "manual_values"
    }  # fmt: skip
    assert kinds("care") == {"answers"}
    assert kinds("stock") == {"vehicle_moves", "preparations"}
    assert kinds("marketing") == {"ad_spend"}
    assert writers == {
        "manager", "far_manager", "region_head", "group_manager", "finance", "hr", "care", "stock",
        "marketing",
    }  # fmt: skip
    shown = {role for role in closed if 'href="/imports"' in faces[role].get("/people").text}
    assert shown == writers
    told = {*writers, "administrator"}
    told = {who for who in told if "You set the house up" in faces[who].get("/imports/new").text}
    assert told == {"administrator"}
    for address in ("/imports", "/imports/new", "/imports/new/orders"):
        assert faces["zhang"].get(address).status_code == 403
    assert faces["manager"].get("/imports/new/nothing").status_code == 404


@pytest.mark.parametrize(("language", "head"), [("zh", "门店代码"), ("en", "Outlet code")])
def test_a_template_in_both_languages(faces, language, head):
    answer = faces["manager"].get(f"/imports/template/orders?language={language}")
    book = load_workbook(io.BytesIO(answer.content))
    assert book.get_sheet_by_index(0).to_python()[0][0] == head


def test_what_cannot_be_a_table_is_refused_at_once(faces):
    answer = upload(faces["manager"], "orders", b"PK\x03\x04 broken", "a.xlsx")
    assert answer.status_code == 422
    assert "damaged" in answer.text
    assert faces["manager"].post("/imports/new/orders", {}).status_code == 422
    assert m.ImportBatch.objects.count() == 0


def test_headers_of_our_own_need_no_asking(faces):
    answer = upload(faces["manager"], "ad_spend", SPEND)
    assert answer.url.endswith("/check")
    assert cards(faces["manager"].get(answer.url).text)["Will be added"] == "1"


def test_a_required_column_must_come_from_somewhere(faces):
    client = faces["manager"]
    url = upload(client, "orders", DIRTY).url
    answer = client.post(url, {"from:order_no": "合同号"})
    assert answer.status_code == 422
    assert "These columns are required: Outlet code" in answer.text
    fixed = {"from:outlet_code": "=", "fixed:outlet_code": "N1"}
    page = client.post(url, {"from:order_no": "合同号", **fixed})
    assert "Outlet code" not in re.findall(r"required: ([^.]*)\.", page.text)[0]


def test_to_update_the_columns_of_the_key_are_enough(checked):
    client, url = checked
    client.post(url.replace("/check", "/commit"), {"skip": "1"})
    jobs.commit.func(**ProcrastinateJob.objects.get(task_name="imports.commit").args)
    url = upload(client, "orders", "店,合同号,说明文字\nN1,T1,好\n").url
    given = {"from:outlet_code": "店", "from:order_no": "合同号", "from:note": "说明文字"}
    assert client.post(url, given).status_code == 422
    answer = client.post(url, {**given, "mode": "update"})
    assert answer.url.endswith("/check")
    found = cards(client.get(answer.url).text)
    assert (found["With problems"], found["Will be updated"]) == ("0", "1")


def test_every_problem_stands_at_its_cell(checked):
    client, url = checked
    page = client.get(url).text
    assert cards(page) == {
        "Will be added": "1", "Will be updated": "0", "Unchanged": "0", "With problems": "2",
        "Cost not known": "1",
    }  # fmt: skip
    wrong = re.findall(r'name="cell:!(\d+):(\w+)"\s+value="([^"]*)"', page)
    assert wrong == [
        ("4", "signed_on", "2026-13-03"),
        ("5", "consultant", "没有人"),  # the records refuse it, and reading the other
        ("5", "channel", "网红"),
    ]
    assert "there is no such day: 2026-13-03" in page


def test_the_first_fault_of_a_row_stands_under_its_number(checked):
    """There a phone shows it: the cells are off to the right."""
    client, url = checked
    shape = r'<th scope="row">(.*?)</th>'
    heads = [words(one) for one in re.findall(shape, client.get(url).text, re.DOTALL)]
    assert heads[0] == "4 Signed on: there is no such day: 2026-13-03"
    assert heads[1].startswith("5 Consultant: Nobody called “没有人” works or worked at 北一店.")


def test_a_word_is_explained_once_and_remembered(checked):
    client, url = checked
    client.post(url.replace("/check", "/words"), {"word:channel:网红": "other"})
    page = client.get(url).text
    assert 'value="网红"' not in page
    assert "没有人" in page
    again = upload(client, "orders", DIRTY)
    assert again.url.endswith("/check")
    assert 'value="网红"' not in client.get(again.url).text


def test_cells_are_mended_rows_left_out_and_the_rest_is_committed(checked, faces):
    client, url = checked
    client.post(url.replace("/check", "/words"), {"word:channel:网红": "other"})
    given = {
        "row": ["!4", "!5"], "out": ["!5"], "which": "faulty",
        "cell:!4:signed_on": "2026-03-04", "was:!4:signed_on": "2026-13-03",
    }  # fmt: skip
    assert client.post(url.replace("/check", "/mend"), given).status_code == 302
    assert cards(client.get(url).text) == {
        "Will be added": "2", "Will be updated": "0", "Unchanged": "0", "With problems": "0",
        "Left out": "1", "Cost not known": "2",
    }  # fmt: skip
    answer = client.post(url.replace("/check", "/commit"))
    assert answer.url == url.removesuffix("/check")
    job = ProcrastinateJob.objects.get(task_name="imports.commit")
    jobs.commit.func(**job.args)
    page = client.get(answer.url).text
    assert cards(page) == {
        "Added": "2", "Updated": "0", "Unchanged": "0", "Skipped": "1", "Cost not known": "2",
    }  # fmt: skip
    assert set(m.Order.objects.values_list("number", flat=True)) == {"T1", "T2"}
    assert client.get(url).url == answer.url
    assert client.post(answer.url + "/undo").status_code == 302
    assert m.Order.objects.count() == 0
    assert "Undone" in client.get(answer.url).text


def test_the_rows_left_out_can_be_mended_and_uploaded_again(checked, faces):
    client, url = checked
    mended = {"row": ["!4", "!5"], "cell:!4:customer_name": "孙大", "was:!4:customer_name": "孙小"}
    client.post(url.replace("/check", "/mend"), mended)
    client.post(url.replace("/check", "/commit"), {"skip": "1"})
    jobs.commit.func(**ProcrastinateJob.objects.get(task_name="imports.commit").args)
    batch = m.ImportBatch.objects.get()
    assert (batch.state, b"13900001112" in bytes(batch.content)) == ("done", False)
    left = url.replace("/check", "/left")
    page = client.get(url.removesuffix("/check")).text
    assert left in page
    assert ("2026-13-03" in page, "2026-13-03" in str(batch.report)) == (True, False)
    assert faces["far_manager"].get(left).status_code == 404
    file = client.get(left).content
    head, *rows = load_workbook(io.BytesIO(file)).get_sheet_by_index(0).to_python()
    theirs = ["店", "合同号", "签约日期", "客户", "电话", "车型", "成交价", "销售", "来源"]
    assert head == [*theirs, "Original row", "Problems"]
    assert [(row[1], row[3], row[9]) for row in rows] == [("T2", "孙大", 4), ("T3", "周大", 5)]
    assert "there is no such day: 2026-13-03" in rows[0][10]
    again = upload(client, "orders", file, "left.xlsx")
    assert again.url.endswith("/check"), "its headers are those of the file"
    assert cards(client.get(again.url).text)["With problems"] == "2"


def test_rows_of_a_closed_month_are_told_with_what_becomes_of_them(faces, cast):
    close_run(cast.outlet, 202603)
    client = faces["manager"]
    # A check of the same file is kept until the audit log grows; this run was closed without it.
    url = upload(client, "ad_spend", SPEND.replace("20000", "30000")).url
    told = "1 row belongs to Mar 2026, of which a run is closed. What was closed stays"
    page = client.get(url).text
    assert (cards(page)["In closed months"], told in page) == ("1", True)
    client.post(url.replace("/check", "/commit"))
    jobs.commit.func(**ProcrastinateJob.objects.get(task_name="imports.commit").args)
    report = url.removesuffix("/check")
    page = client.get(report).text
    assert (cards(page)["In closed months"], told in page) == ("1", True)
    told = "1 of its records belongs to Mar 2026, of which a run is closed: what was closed stays"
    assert f"stop it. {told}" in page
    assert f"as before. {told}" in client.post(f"{report}/undo", follow=True).text


def test_who_leaves_with_a_file_of_people_is_told_before_and_after(faces, cast):
    head = "工号,姓名,岗位,所属单位代码,任职开始"
    file = (
        f"{head},离职日期,任职结束\nLI,李娜,销售顾问,N1,2020-01-01,2026-03-18,\n"
        "ZHANG,张伟,销售顾问,N1,2020-01-01,,2026-03-19\n"
    )
    url = upload(faces["hr"], "people", file).url
    left = "1 person leaves with this file: the last day worked is over"
    ended = "All posts of 1 person end with this file, but no leaving is entered"
    page = faces["hr"].get(url).text
    assert (left in page, ended in page) == (True, True)
    faces["hr"].post(url.replace("/check", "/commit"))
    jobs.commit.func(**ProcrastinateJob.objects.get(task_name="imports.commit").args)
    page = faces["hr"].get(url.removesuffix("/check")).text
    assert (left in page, ended in page) == (True, True)
    li, zhang = cast.people["li"], cast.people["zhang"]
    assert m.User.objects.get(person=li).is_active is False
    assert m.User.objects.get(person=zhang).is_active is True
    told = faces["hr"].get("/people?working=0").text
    assert "Left, last day worked 2026-03-18" in told


def test_nothing_left_out_is_nothing_to_download(faces):
    client = faces["manager"]
    url = upload(client, "ad_spend", SPEND).url
    client.post(url.replace("/check", "/commit"))
    jobs.commit.func(**ProcrastinateJob.objects.get(task_name="imports.commit").args)
    assert "/left" not in client.get(url.removesuffix("/check")).text
    assert client.get(url.replace("/check", "/left")).status_code == 404


def test_the_same_file_twice_has_nothing_to_change(faces):
    client = faces["manager"]
    first = upload(client, "ad_spend", SPEND).url
    client.post(first.replace("/check", "/commit"))
    jobs.commit.func(**ProcrastinateJob.objects.get(task_name="imports.commit").args)
    page = client.get(upload(client, "ad_spend", SPEND).url).text
    assert "data-nothing-new" in page
    assert "This very file was imported before" in page
    assert "/commit" not in page


def test_the_faulty_rows_as_a_workbook(checked):
    client, url = checked
    answer = client.get(url.replace("/check", "/faulty"))
    rows = load_workbook(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert rows[0][:3] == ["店", "合同号", "签约日期"]
    assert [row[1] for row in rows[1:]][-2:] == ["T2", "T3"]


def test_a_mode_leaves_rows_out(faces):
    client = faces["manager"]
    url = upload(client, "ad_spend", SPEND).url
    client.post(url.replace("/check", "/mode"), {"mode": "update"})
    found = cards(client.get(url).text)
    assert (found["Will be added"], found["Left out"]) == ("0", "1")


def test_a_batch_is_its_uploaders_alone(checked, faces):
    _client, url = checked
    for role in ("far_manager", "region_head", "group_manager", "auditor", "zhang"):
        assert faces[role].get(url).status_code == 404
        assert faces[role].get(url.replace("/check", "/faulty")).status_code == 404
        assert faces[role].post(url.replace("/check", "/commit")).status_code == 404
    assert ProcrastinateJob.objects.count() == 0


def test_an_upload_can_be_dropped(checked):
    client, url = checked
    assert client.post(url.replace("/check", "/forget")).url == "/imports"
    assert m.ImportBatch.objects.count() == 0


UNNUMBERED = (
    "店,日期,接待顾问,客户\n"
    "N1,2026-03-01,张伟,\nN1,2026-03-01,张伟,\nN1,2026-03-01,李娜,\nN1,2026-03-02,张伟,钱多多\n"
)


def test_a_ledger_without_numbers_is_numbered_by_its_content(faces):
    client = faces["manager"]
    given = {
        "from:outlet_code": "店",
        "from:on_date": "日期",
        "from:consultant": "接待顾问",
        "from:customer_name": "客户",
        "from:number": "=#",
    }
    for expected in ({"Will be added": "4"}, {"Unchanged": "4"}):
        started = upload(client, "visits", UNNUMBERED).url.rsplit("/", 1)[0]
        assert client.post(f"{started}/columns", given).status_code == 302
        assert re.search(r'<option value="=#" selected', client.get(f"{started}/columns").text)
        found = cards(client.get(f"{started}/check").text)
        assert {label: found[label] for label in expected} == expected
        client.post(f"{started}/commit")
        for job in ProcrastinateJob.objects.filter(task_name="imports.commit", status="todo"):
            jobs.commit.func(**job.args)
        assert m.Visit.objects.count() == 4


def test_only_kinds_that_number_their_own_records_offer_it(faces):
    client = faces["manager"]
    for kind, offered in (("visits", 1), ("losses", 0), ("deliveries", 0), ("customers", 0)):
        url = upload(client, kind, "甲,乙\n1,2\n", f"{kind}.csv").url
        assert client.get(url).text.count('value="=#"') == offered
    answer = client.post(url, {"from:outlet_code": "=#", "from:name": "甲"})
    assert answer.status_code == 302
    assert "=#" in client.get(answer.url).text


def test_the_report_of_outlets_says_what_comes_next(faces):
    m.User.objects.filter(username__contains="manager").delete()
    m.User.objects.filter(username="region_head").delete()
    client = faces["administrator"]
    url = upload(client, "outlets", "门店代码,门店名称\nX1,新店\n").url
    report = client.post(url.replace("/check", "/commit")).url
    jobs.commit.func(**ProcrastinateJob.objects.get(task_name="imports.commit").args)
    assert 'href="/people/at/FAR_MANAGER/open-account"' in client.get(report).text


def test_a_page_that_waits_says_when_no_worker_lives(checked):
    client, url = checked
    client.post(url.replace("/check", "/commit"), {"skip": "1"})
    page = url.replace("/check", "")
    assert ("No background worker" in client.get(page).text) is True
    with connection.cursor() as cursor:
        cursor.execute("SELECT worker_id FROM procrastinate_register_worker_v1()")
        [worker] = cursor.fetchone()
        assert ("No background worker" in client.get(page).text) is False
        cursor.execute(
            "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'"
            " WHERE id = %s", [worker],
        )  # fmt: skip
    assert ("No background worker" in client.get(page).text) is True

"""Each component, rendered alone: what it says and where it leads, without inline style."""

import json
import re
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path

import pytest
from django import forms
from django.template import engines
from django.test import RequestFactory
from django.utils import translation

from cheji.web.list_files import written
from cheji.web.templatetags import parts as p

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "src/cheji/web/templates").rglob("*.html"))


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def html(tag, address="/list", **context):
    template = engines["django"].from_string("{% load kit %}" + tag)
    return template.render(context, RequestFactory().get(address))


def words(markup):
    return " ".join(re.sub(r"<script.*?</script>|<[^>]+>", " ", markup, flags=re.DOTALL).split())


def links(markup):
    return re.findall(r'href="([^"#]+)"', markup)


def test_a_kpi_card_says_value_target_and_both_changes():
    card = p.Card(
        "Orders", 65_000, "quantity", target=60_000, attained=Fraction(13, 12),
        previous=70_000, year_ago=50_000, reason="/why",
    )  # fmt: skip
    shown = html("{% kpi_card card %}", card=card)
    assert words(shown) == "Orders 6.5 Target 6 108.3% MoM -7.1% YoY +30.0%"
    assert re.findall(r'value="(\d+)"', shown) == ["1000"]
    assert re.findall(r'class="delta (\w+)"', shown) == ["bad", "good"]
    assert links(shown)[0] == "/why"


def test_a_kpi_card_compares_ratios_in_points_and_knows_when_less_is_better():
    card = p.Card("Lost", Fraction(1, 5), "percent", previous=Fraction(1, 4), direction="down")
    shown = html("{% kpi_card card %}", card=card)
    assert words(shown) == "Lost 20.0% MoM -5.0 pp YoY —"
    assert re.findall(r'class="delta (\w+)"', shown) == ["good", "quiet"]


def test_a_rate_in_words_stands_to_the_right_and_a_day_stays_on_its_line():
    table = p.Table([p.Column("a", "A"), p.Column("b", "B", kind="told"),
                     p.Column("c", "C", kind="date")],
                    [p.Row(["first", "10%", date(2026, 11, 22)])])  # fmt: skip
    shown = html("{% data_table table %}", table=table)
    assert re.findall(r'<td class="([^"]*)"[^>]*>([^<]*)', shown) == [
        ("num", "10%"), ("day", "2026-11-22"),
    ]  # fmt: skip


def test_a_tick_is_a_sign_in_either_language_on_the_screen_and_in_a_file():
    table = p.Table([p.Column("a", "A"), p.Column("b", "B", kind="tick")],
                    [p.Row(["yes", True]), p.Row(["no", False])])  # fmt: skip
    assert words(html("{% data_table table %}", table=table)) == "A B yes ✓ no —"
    assert [written(value, "tick") for value in (True, False)] == ["✓", ""]


def test_a_captured_title_is_escaped_once():
    shown = html("{% capture title %} {{ name }} {% endcapture %}{{ title }}", name="Mei's <b>")
    assert shown == "Mei&#x27;s &lt;b&gt;"


def test_on_a_phone_card_a_long_text_takes_a_row_and_an_empty_one_none():
    table = p.Table([p.Column(key, "车架号") for key in "abcd"],
                    [p.Row(["first", "LCJDA4C24TA000781", p.Cell(""), "短"])])  # fmt: skip
    shown = html("{% data_table table %}", table=table)
    assert re.findall(r"<td(?: class=\"([^\"]*)\")?", shown) == ["is-wide", "is-empty", ""]


def test_a_kpi_card_without_a_value_shows_a_dash():
    assert words(html("{% kpi_card card %}", card=p.Card("Rate", None, "percent"))) == "Rate —"


TABLE = p.Table(
    [
        p.Column("name", "Name", sortable=True),
        p.Column("units", "Units", "number", sortable=True),
        p.Column("done", "Done", "meter"),
        p.Column("day", "Day", "date", phone=False),
        p.Column("state", "State", "badge"),
    ],
    [
        p.Row(
            [
                p.Cell("<Li>", href="/p/1"),
                p.Cell(1234, reason="/why"),
                Fraction(179, 100),
                date(2026, 11, 21),
                p.Cell("Open", state="warn"),
            ],
            href="/p/1",
        )
    ],
    totals=p.Row(["Total", 1234, None, "", ""]),
    sort="-units",
    page=p.Page(2, 3, 120, 50),
)


def test_a_table_shows_figures_dates_badges_totals_and_where_it_stands():
    assert words(html("{% data_table table %}", table=TABLE)) == (
        "Name Units Done Day State &lt;Li&gt; 1,234 179% 2026-11-21 Open Total 1,234 — "
        "51–100 of 120 Rows per page 20 per page 50 per page 100 per page Show 2 / 3"
    )


def test_sorting_and_paging_keep_the_filters():
    shown = html("{% data_table table %}", "/list?level=H&page=2", table=TABLE)
    assert [link for link in links(shown) if link.startswith("?")] == [
        "?level=H&amp;sort=-name",
        "?level=H&amp;sort=units",
        "?level=H&amp;page=1",
        "?level=H&amp;page=3",
    ]
    assert re.findall(r'aria-sort="(\w+)"', shown) == ["none", "descending"]


def test_a_bar_ends_where_the_number_does_not():
    shown = html("{% meter value %}", value=Fraction(179, 100))
    assert (re.findall(r'value="(\d+)"', shown), words(shown)) == (["1000"], "179%")


def test_an_empty_table_says_the_next_step():
    table = p.Table(TABLE.columns, [], empty=p.Empty("No customers", "", "/import", "Import"))
    assert words(html("{% data_table table %}", table=table)) == "No customers Import"


def test_a_row_must_fill_its_columns():
    table = p.Table(TABLE.columns, [p.Row(["only one"])])
    with pytest.raises(ValueError, match="argument 2 is shorter"):
        html("{% data_table table %}", table=table)


def test_a_chip_takes_only_its_own_filter_away():
    chips = [p.Chip("Level", "H", "level", "H"), p.Chip("Outlet", "A1", "outlet")]
    shown = html("{% filter_chips chips %}", "/?level=H&level=A&outlet=A1&page=3", chips=chips)
    assert links(shown) == ["?outlet=A1&amp;level=A", "?level=H&amp;level=A", "?"]


def test_the_period_picker_steps_and_keeps_the_filters():
    choice = p.PeriodChoice("202611", [("202611", "Nov"), ("202610", "Oct")], "202610")
    shown = html("{% period_picker choice %}", "/?level=H&period=202611", choice=choice)
    assert links(shown) == ["?level=H&amp;period=202610"]
    assert re.findall(r'type="hidden" name="(\w+)" value="(\w+)"', shown) == [("level", "H")]


def test_the_scope_path_ends_here():
    steps = [p.Step("Nation", "/n"), p.Step("A1", "/a1", [("A2", "/a2")])]
    shown = html("{% scope_path steps %}", steps=steps)
    assert (words(shown), links(shown)) == ("Nation A1 A2", ["/n", "/a2"])


@pytest.mark.parametrize(
    ("tag", "context", "said"),
    [
        ("{% stepper x %}", [p.Stage("Upload", "done"), p.Stage("Map", "current")], "Upload Map"),
        (
            "{% timeline x %}",
            [p.Entry(datetime(2026, 11, 21, 2, 30, tzinfo=UTC), "Delivered", "Tiguan", "Li")],
            "Delivered 2026-11-21 10:30 · Li Tiguan",
        ),
        ("{% timeline x %}", [], "Nothing has happened yet."),
        (
            "{% tabs x %}",
            [p.Tab("Month", "/m", True), p.Tab("People", "/p", count=1400)],
            "Month People 1,400",
        ),
        ("{% empty_state x %}", p.Empty("None", "Do this", "/go", "Go"), "None Do this Go"),
        (
            "{% reason_tree x %}",
            [{"label": "(7)", "text": "54", "url": "/f", "parts": [{"label": "In", "text": "40"}]}],
            "(7) 54 In 40",
        ),
        ('{% badge "Lost" "bad" %}', None, "Lost"),
        ('{% door x "/why" kind="money" %}', 1234567, "¥12,345.67"),
        ("{% delta x %}", Fraction(0), "0.0%"),
        ('{% upload_zone name="f" help_text="csv" %}', None, "Drop a file here or choose one csv"),
    ],
)  # fmt: skip
def test_what_the_small_components_say(tag, context, said):
    assert words(html(tag, x=context)) == said


def test_a_chart_hands_over_texts_and_shows_the_same_numbers_as_a_table():
    drawing = p.Chart(
        "rate", "Rate", ["Jan", "Feb"],
        [p.Series("Own", [Fraction(1, 3), None], "percent", links=["/w1", "/w2"])],
        style="line",
    )  # fmt: skip
    shown = html("{% chart x %}", x=drawing)
    data = json.loads(
        re.search(r'<script id="chart-rate"[^>]*>(.*?)</script>', shown, re.DOTALL).group(1)
    )
    assert data["series"][0]["values"] == ["33.333333", None]
    assert data["series"][0]["texts"] == ["33.3%", "—"]
    assert words(shown) == "Show as a table Rate Own Jan 33.3% Feb —"


def test_a_grid_hands_over_its_cells_and_says_when_it_is_locked():
    grid = p.Grid("t", "/save", "Consultant", [("m1", "Jan")], [("7", "Li")], [["6.5"]], version=3)
    shown = html("{% editable_grid x %}", x=grid)
    data = json.loads(
        re.search(r'<script id="grid-t"[^>]*>(.*?)</script>', shown, re.DOTALL).group(1)
    )
    assert (data["version"], data["rows"]) == (3, [{"key": "7", "label": "Li", "values": ["6.5"]}])
    locked = p.Grid("t", "/save", "C", [], [], [], locked=True)
    assert words(html("{% editable_grid x %}", x=locked)) == "Locked after approval"


class Visit(forms.Form):
    name = forms.CharField(label="Name", help_text="As on the card")
    level = forms.ChoiceField(label="Level", choices=[("H", "Hot")], widget=forms.RadioSelect)
    first = forms.BooleanField(label="First visit", required=False)


def test_a_field_names_its_error_and_its_help():
    form = Visit({"name": ""})
    shown = html("{% form_errors form %}{% form_fields form %}", form=form)
    assert words(shown) == (
        "2 fields need mending: Name : This field is required. Level : This field is required. "
        "Name * This field is required. As on the card "
        "Level * Hot This field is required. First visit"
    )
    assert re.findall(r'aria-describedby="([^"]+)"', shown) == ["id_name_help id_name_faults"]


def test_the_drawer_is_asked_for_by_a_header():
    ask = RequestFactory().get
    assert p.layout_for(ask("/", headers={"Cheji-Part": "drawer"})) == "components/drawer_page.html"
    assert p.layout_for(ask("/")) == "base.html"


def test_every_icon_used_is_in_the_sprite():
    known = set((ROOT / "frontend/icons.txt").read_text().split()) | {"mark"}
    text = "".join(path.read_text() for path in TEMPLATES)
    code = "".join(path.read_text() for path in (ROOT / "frontend/src").glob("*.js"))
    used = set(re.findall(r'{% icon "([\w-]+)"', text)) | set(
        re.findall(r'icon\("([\w-]+)"\)', code)
    )
    assert len(used) > 30
    assert used - known == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_needs_a_looser_policy(path):
    text = path.read_text()
    scripts = re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", text)
    assert (scripts, re.findall(r'\s(?:style|on\w+)="|hx-on|javascript:', text)) == ([], [])


def test_the_npm_lock_holds_no_addresses():
    lock = json.loads((ROOT / "frontend/package-lock.json").read_text())
    assert [name for name, entry in lock["packages"].items() if "resolved" in entry] == []
    assert [
        name for name, entry in lock["packages"].items() if name and "integrity" not in entry
    ] == []


def test_every_property_that_a_style_takes_is_set_somewhere():
    """A border of an unknown colour is no border at all."""
    folder = ROOT / "frontend/src"
    styles = "".join(path.read_text() for path in folder.glob("*.css"))
    written = styles + "".join(path.read_text() for path in (*folder.glob("*.js"), *TEMPLATES))
    written += "".join(path.read_text() for path in (ROOT / "src/cheji/web").rglob("*.py"))
    known = set(re.findall(r"(--[a-z][\w-]*)[\"']?\s*[:,]", written))
    taken = set(re.findall(r"var\((--[a-z][\w-]*)\)", styles))
    assert {name for name in taken - known if not name.startswith("--bs-")} == set()

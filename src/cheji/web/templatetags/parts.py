"""What views hand to the components: small frozen values, each documented with its meaning.

Numbers in them are exact (int, Fraction, Decimal or None); `kind` is a kind of figures.figure:
number, signed, quantity, money, gap, wan, percent, change, points. A `reason` is the address of an
explanation: it opens in the drawer, and as an ordinary page without script. A `state` is one of
"", "good", "bad", "warn", "note" and is shown by colour and by a sign, or "few": greyed, since
it rests on too little to be judged.

A view may also fill these names in the context (best by one context processor of the screens):

    navigation    list of Place: the side navigation; those with phone=True (at most four) stand in
                  the bottom navigation of the phone, whose fifth entry opens the whole list
    search_url    address of the search (GET, parameter q); without it no search box is shown
    account       Account of the person signed in, shown in the user menu
    notices       (address, unread count) of the inbox, shown as the bell
    as_of         AsOf, the line under the content that says how fresh the numbers are
    layout        layout_for(request): write {% extends layout|default:"base.html" %} in pages
                  that can also be shown in the drawer
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from django.http import HttpRequest

from cheji.web.templatetags.figures import Exact


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the navigation; entries with the same `group` stand under its heading."""

    label: str
    url: str
    icon: str
    active: bool = False
    group: str = ""
    phone: bool = False
    count: int = 0


@dataclass(frozen=True, slots=True)
class Account:
    """Who is signed in: name, and post with outlet as one text."""

    name: str
    post: str = ""


@dataclass(frozen=True, slots=True)
class AsOf:
    """When the newest fact behind the page was recorded; `note` names scope or definition."""

    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A KPI card.

    `previous` and `year_ago` are the same KPI one period and one year before; the card shows the
    relative change, for percent the difference in points. `attained` is value ÷ target.
    `direction` says what is good: "up", "down" or "none". `hint` is the formula in words, `pace`
    how the target stands against the days worked. `term` is the KPI's page of the dictionary,
    `light` its traffic light, `slot` the id of a place that is filled once the page is there.
    """

    label: str
    value: Exact | None
    kind: str = "number"
    decimals: int | None = None
    unit: str = ""
    target: Exact | None = None
    attained: Fraction | None = None
    previous: Exact | None = None
    year_ago: Exact | None = None
    direction: str = "up"
    reason: str = ""
    href: str = ""
    hint: str = ""
    state: str = ""
    pace: str = ""
    term: str = ""
    light: str = ""
    slot: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `kind` is a figure kind, "text", "meter", "delta", "badge", "date" or "tick".

    "told" is a number that comes as text with its unit: it stands to the right as numbers do.
    """

    key: str
    label: str
    kind: str = "text"
    decimals: int | None = None
    sortable: bool = False
    unit: str = ""
    help: str = ""
    phone: bool = True
    direction: str = "up"


@dataclass(frozen=True, slots=True)
class Cell:
    """A value in a table; `kind` and `decimals` override those of the column.

    For the kind "meter" the value is the ratio; for "badge" the text, coloured by `state`.
    """

    value: object = None
    kind: str = ""
    decimals: int | None = None
    href: str = ""
    reason: str = ""
    state: str = ""
    note: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row: `href` opens it as a whole, `level` indents, `section` marks a heading row.

    `ticked` is whether its tick box, where the table has them, is set.
    """

    cells: Sequence[Cell | object]
    href: str = ""
    level: int = 0
    section: bool = False
    key: str = ""
    ticked: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Where a list stands: pages count from 1, `total` is the number of all rows."""

    number: int
    pages: int
    total: int
    size: int = 50
    sizes: Sequence[int] = (20, 50, 100)


@dataclass(frozen=True, slots=True)
class Empty:
    """What an empty place says: what is missing and the next step."""

    title: str
    text: str = ""
    url: str = ""
    action: str = ""
    icon: str = "search-off"


@dataclass(frozen=True, slots=True)
class Table:
    """A data table. `sort` is the current key, "-key" for descending.

    `phone`: "cards" stacks each row, "scroll" keeps the table and lets it scroll in its frame.
    `select` adds tick boxes named `select` with the value Row.key. `free` lifts the height limit.
    `late` shows the last columns first where not all fit: they are the latest.
    """

    columns: Sequence[Column]
    rows: Sequence[Row]
    caption: str = ""
    totals: Row | None = None
    sort: str = ""
    page: Page | None = None
    empty: Empty | None = None
    frozen: bool = True
    phone: str = "scroll"
    select: bool = False
    compact: bool = False
    free: bool = False
    late: bool = False


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on: `param` (and `drop`, one of several values) leaves by its cross."""

    label: str
    value: str
    param: str
    drop: str = ""


@dataclass(frozen=True, slots=True)
class PeriodChoice:
    """A period picker: options are (key, label), keys newest first; None ends the row."""

    key: str
    options: Sequence[tuple[str, str]]
    previous: str | None = None
    next: str | None = None
    param: str = "period"


@dataclass(frozen=True, slots=True)
class Step:
    """A level of the scope path: siblings (label, address) open as a menu."""

    label: str
    url: str = ""
    siblings: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of a wizard; state "done", "current", "todo" or "failed"."""

    label: str
    state: str = "todo"
    url: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something on a time line."""

    at: datetime | str
    title: str
    text: str = ""
    who: str = ""
    icon: str = "circle"
    state: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab: tabs are addresses, so that the state stays in the URL."""

    label: str
    url: str
    active: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """One series of a chart; `style` "bar" or "line" overrides the chart, `axis` 1 is right.

    `links` are addresses of reasons, one for each value; `colour` 1–7 fixes a colour of the theme.
    """

    name: str
    values: Sequence[Exact | None]
    kind: str = "number"
    decimals: int | None = None
    style: str = ""
    axis: int = 0
    dashed: bool = False
    links: Sequence[str] = ()
    colour: int | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: `style` funnel, bar, rows (bars lying), line, pie or waterfall; `notes` by category.

    A waterfall goes by steps, which are differences, from its first value to its last.

    `id` is unique on the page. `size` is "low", "" or "high".
    """

    id: str
    title: str
    categories: Sequence[str]
    series: Sequence[Series]
    style: str = "bar"
    stacked: bool = False
    notes: Sequence[str] = ()
    size: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """An editable grid. Values are None or texts with at most `decimals` digits after the point.

    `save` takes POST JSON {version, changes: [{row, column, value: text | null}]} and answers
    {ok, version, message, errors: [{row, column, message}]}. `version` is anything that JSON can
    hold; it comes back as it was given. `parent` is what the level above has set for the whole
    grid, `parents` the same by column under the name `parent_label`. Rows and columns are (key,
    label); `values` are by row, then column. Without `sums` columns are not added up.
    `fixed` names the mark of each cell (row/column) that cannot be changed; `marks` are the sign
    and the words of each. `action` is what the button says when it is not to save.
    """

    id: str
    save: str
    head: str
    columns: Sequence[tuple[str, str]]
    rows: Sequence[tuple[str, str]]
    values: Sequence[Sequence[str | None]]
    version: object = 0
    decimals: int = 0
    total: str = ""
    sums: bool = True
    parent: str | None = None
    parents: Sequence[str | None] = ()
    parent_label: str = ""
    locked: bool = False
    locked_note: str = ""
    title: str = field(default="")
    fixed: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    action: str = ""


def layout_for(request: HttpRequest) -> str:
    """The template to extend: the bare one when the browser asks for the drawer's content."""
    drawer = request.headers.get("Cheji-Part") == "drawer"
    return "components/drawer_page.html" if drawer else "base.html"

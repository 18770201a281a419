"""What a column and a kind of import file are; the lists themselves stand in the sister modules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Type = Literal[
    "text",
    "code",
    "int",
    "quantity",
    "money",
    "number",
    "percent",
    "date",
    "datetime",
    "bool",
    "choice",
    "phone",
    "period",
    "shares",
]
"""What a typed value is: text, code → str · int → int · quantity → int in 1/10,000 · money → int
in fen · number, percent → Fraction · date, datetime → naive local · bool → bool · choice → its
code · phone → digits · period → (grain, engine key) · shares → ((who, 1/10,000), …)."""


class Said(NamedTuple):
    """The same words in Chinese and English."""

    zh: str
    en: str

    def of(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True, slots=True)
class Choice:
    """One allowed value: its code, its name, and other words that mean it."""

    code: str
    zh: str
    en: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a kind: how it is called, what may stand in it, an example and a note."""

    code: str
    zh: str
    en: str
    type: Type
    required: bool = False
    aliases_zh: tuple[str, ...] = ()
    aliases_en: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    example: str = ""
    example_en: str = ""
    note_zh: str = ""
    note_en: str = ""
    length: int = 400
    low: int | None = None
    high: int | None = None

    def title(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en

    def note(self, language: str) -> str:
        return self.note_zh if language.startswith("zh") else self.note_en

    def sample(self, language: str) -> str:
        """Return the example in a language; a choice is shown by its name."""
        if language.startswith("zh"):
            return self.example
        named = {choice.zh: choice.en for choice in self.choices}
        return self.example_en or named.get(self.example, self.example)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of import file.

    `keys` are the natural keys in order of preference: the first one whose columns are all given
    identifies the row. `crossed` are pairs of dates of which the second may not be earlier.
    `told_by` are the columns that make up for a number which a ledger does not keep; with
    `alike` rows may be equal in all of them and still be several.
    """

    code: str
    zh: str
    en: str
    keys: tuple[tuple[str, ...], ...]
    columns: tuple[Column, ...]
    crossed: tuple[tuple[str, str], ...] = ()
    told_by: tuple[str, ...] = ()
    alike: bool = False
    about_zh: str = ""
    about_en: str = ""

    @property
    def natural_key(self) -> tuple[str, ...]:
        return self.keys[0]

    @property
    def numbering(self) -> str:
        """The column that holds the number of a row of such a kind; empty for others."""
        return self.natural_key[-1] if self.told_by else ""

    def needed(self, *, partial: bool = False) -> tuple[Column, ...]:
        """Return the columns that must be given; `partial`: only those of the natural key."""
        return tuple(
            column
            for column in self.columns
            if column.required and (not partial or column.code in self.natural_key)
        )

    def column(self, code: str) -> Column:
        """Return a column by its code; raises KeyError when there is none."""
        for column in self.columns:
            if column.code == code:
                return column
        raise KeyError(code)

    def title(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en

    def about(self, language: str) -> str:
        return self.about_zh if language.startswith("zh") else self.about_en


CHANNELS = (
    Choice(
        "walk_in",
        "来店",
        "Walk-in",
        ("到店", "展厅", "自然到店", "自然进店", "自然来店", "自然客流", "首次来店", "showroom"),
    ),
    Choice(
        "outreach",
        "行业开拓",
        "Outreach",
        ("外拓", "行业", "开拓", "行业客户", "大客户", "trade outreach", "business"),
    ),
    Choice(
        "owner",
        "保有客户",
        "Owner base",
        (
            "保有",
            "保客",
            "基盘",
            "基盘客户",
            "老客户",
            "转介绍",
            "老客户转介绍",
            "老客户介绍",
            "老客户推荐",
            "车主介绍",
            "老车主",
            "保客转介绍",
            "基盘转介绍",
            "增购",
            "换购",
            "增换购",
            "owners",
            "referral",
        ),
    ),
    Choice(
        "off_site",
        "户外展示",
        "Off-site show",
        ("户外", "外展", "车展", "巡展", "定展", "商超外展", "off-site", "event"),
    ),
    Choice("other", "其他", "Other", ("其它", "others")),
    Choice(
        "second_tier",
        "二级网点",
        "Second tier",
        ("二级", "二网", "分销", "二级经销商", "second-tier", "sub-dealer"),
    ),
)
"""The six acquisition channels of the structure sheet.

Platforms (汽车之家, 抖音 …) and 朋友介绍 belong to none of the six: whoever imports says where to.
"""


def outlet_code(*, required: bool = True) -> Column:
    return Column(
        "outlet_code",
        "门店代码",
        "Outlet code",
        "code",
        required=required,
        aliases_zh=(
            "门店编码",
            "门店编号",
            "店代码",
            "门店",
            "网点代码",
            "经销商代码",
            "店铺代码",
            "专营店代码",
        ),
        aliases_en=("outlet", "dealer code", "dealer no", "branch code", "shop code"),
        example="BJ01",
        note_zh="门店代码，或不与别家重复的门店全名",
        note_en="the code of the outlet, or its whole name when no other has it",
        length=40,
    )


def customer_name() -> Column:
    return Column(
        "customer_name",
        "客户姓名",
        "Customer name",
        "text",
        aliases_zh=("客户", "客户名称", "姓名", "车主", "车主姓名", "购车人"),
        aliases_en=("customer", "client", "buyer"),
        example="王小明",
        example_en="Wang Xiaoming",
        length=120,
    )


def phone() -> Column:
    return Column(
        "phone",
        "手机号",
        "Phone",
        "phone",
        aliases_zh=("电话", "手机", "手机号码", "联系电话", "联系方式", "客户电话", "电话号码"),
        aliases_en=("mobile", "phone number", "telephone", "tel", "contact number"),
        example="13800138000",
        note_zh="保存时加密，屏幕上只显示一部分",
        note_en="kept encrypted and shown masked",
        length=20,
    )


def model(*, required: bool = False) -> Column:
    return Column(
        "model",
        "车型",
        "Model",
        "text",
        required=required,
        aliases_zh=("车型名称", "意向车型", "车系", "购买车型", "产品"),
        aliases_en=("vehicle model", "car model", "vehicle"),
        example="轩逸 1.6L",
        example_en="Sylphy 1.6L",
        length=80,
    )


def channel(zh: str = "客户来源", en: str = "Channel") -> Column:
    return Column(
        "channel",
        zh,
        en,
        "choice",
        aliases_zh=("来源", "渠道", "来源渠道", "信息来源", "获客渠道", "客户渠道", "成交渠道"),
        aliases_en=("source", "customer source", "acquisition channel", "lead source"),
        choices=CHANNELS,
        example="来店",
        note_zh="空白按“来店”",
        note_en="blank means walk-in",
        length=12,
    )


def owner() -> Column:
    return Column(
        "owner",
        "负责顾问",
        "Owner",
        "text",
        aliases_zh=("销售顾问", "顾问", "跟进人", "归属顾问", "业务员", "负责人", "销售员"),
        aliases_en=("consultant", "sales consultant", "salesperson", "sales rep", "assigned to"),
        example="E001",
        note_zh="人员编号，或本店内唯一的姓名",
        note_en="staff number, or a name that is unique in the outlet",
        length=80,
    )


def note() -> Column:
    return Column(
        "note",
        "备注",
        "Note",
        "text",
        aliases_zh=("说明", "注释"),
        aliases_en=("remark", "remarks", "comment", "comments"),
        length=400,
    )


def number(
    zh: str, en: str, *, required: bool = True, example: str = "", **words: tuple[str, ...]
) -> Column:
    """Return the numbering column of a kind: its key inside the outlet."""
    return Column(
        "number",
        zh,
        en,
        "code",
        required=required,
        aliases_zh=(*words.get("aliases_zh", ()), "编号", "单号"),
        aliases_en=(*words.get("aliases_en", ()), "number", "no", "id"),
        example=example,
        note_zh="门店内唯一；同号再次导入即为更新",
        note_en="unique in the outlet; the same number again is an update",
        length=80,
    )


def on_date(zh: str, en: str, *aliases: str) -> Column:
    return Column(
        "on_date",
        zh,
        en,
        "date",
        required=True,
        aliases_zh=("日期", *(word for word in aliases if not word.isascii())),
        aliases_en=("date", *(word for word in aliases if word.isascii())),
        example="2026-11-21",
    )


def reason(zh: str, en: str, *aliases: str) -> Column:
    return Column(
        "reason",
        zh,
        en,
        "text",
        aliases_zh=("原因", *(word for word in aliases if not word.isascii())),
        aliases_en=("reason", *(word for word in aliases if word.isascii())),
        length=200,
    )

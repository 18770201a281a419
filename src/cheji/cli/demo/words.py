"""Invented names, phones, frame numbers and models: nothing here belongs to anybody."""

from dataclasses import dataclass
from random import Random

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程"
)
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉兰红宇浩轩梓涵欣怡子墨雨桐思远佳宁"
    "晨曦志鹏海波建国文博俊峰晓琳雅婷嘉豪一诺天佑若曦诗语安琪瑞泽景行承恩书瑶知夏"
)
PREFIXES = ("13", "15", "16", "17", "18", "19")
PROVIDERS = ("汽车垂直网站", "短视频直播", "厂家官网", "搜索广告", "老客户介绍")
MEDIA = ("汽车垂直网站", "短视频直播", "户外广告", "周末车展", "本地电台", "短信与社群")
LOSSES = (
    "价格超出预算",
    "选择竞品",
    "无现车",
    "贷款未获批",
    "推迟购车计划",
    "家人意见不一",
    "选择二手车",
)
RIVALS = ("云岭 X5", "北辰 S", "长庚 E", "启元 MAX")
RESTS = ("近期无购车计划", "多次联系未接听", "等待新款上市")
CANCELLED = ("贷款未获批", "改购其他车型", "等待时间过长", "家庭原因")
COLOURS = ("雪山白", "曜石黑", "星空灰", "湖水蓝", "枫叶红")

VALUES = dict(zip("ABCDEFGH", range(1, 9), strict=True))
VALUES |= dict(zip("JKLMN", range(1, 6), strict=True)) | {"P": 7, "R": 9}
VALUES |= dict(zip("STUVWXYZ", range(2, 10), strict=True))
WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
YEARS = "ABCDEFGHJKLMNPRSTVWXY123456789"  # from 2010 on, again after thirty years


@dataclass(frozen=True, slots=True)
class Model:
    """A model of the invented brand; price in yuan, margin in per mille, weight of its demand.

    `displacement` is the class of a motorcycle; `key` are those that the group pushes.
    """

    name: str
    price: int
    margin: int
    weight: int
    segment: str
    displacement: str = ""
    key: bool = False


BRAND = "远岚"
MODELS = (
    Model("远岚 小岚 EV", 79_800, 32, 20, "小型车"),
    Model("远岚 晨风 1.5L", 99_800, 28, 24, "紧凑型轿车"),
    Model("远岚 山海 1.5T", 139_800, 38, 30, "SUV", key=True),
    Model("远岚 山海 插混", 169_800, 42, 18, "SUV", key=True),
    Model("远岚 岚月 2.0T", 219_800, 50, 8, "中型轿车"),
    Model("远岚 轻骑 50", 6_980, 90, 4, "踏板摩托车", "upto_50"),
    Model("远岚 驰 125", 12_800, 85, 4, "街车", "upto_150"),
    Model("远岚 驰 200", 18_800, 95, 4, "街车", "upto_250"),
    Model("远岚 穿越 500", 42_800, 110, 4, "探险摩托车", "over_250"),
)


def name(rng: Random) -> str:
    """A person's name of two or three characters."""
    given = rng.choice(GIVEN) + (rng.choice(GIVEN) if rng.random() < 0.7 else "")
    return rng.choice(SURNAMES) + given


def phone(rng: Random, taken: set[str]) -> str:
    """A mobile number that nobody in `taken` has; it is added there."""
    while True:
        number = rng.choice(PREFIXES) + f"{rng.randrange(10**9):09d}"
        if number not in taken:
            taken.add(number)
            return number


def vin(serial: int, year: int) -> str:
    """A frame number of the invented maker with its check digit (GB 16735, ISO 3779)."""
    before, after = "LCJDA4C2", f"{YEARS[(year - 2010) % 30]}A{serial:06d}"
    total = sum(
        weight * (int(sign) if sign.isdigit() else VALUES[sign])
        for sign, weight in zip(f"{before}0{after}", WEIGHTS, strict=True)
    )
    return before + "0123456789X"[total % 11] + after


def model(rng: Random) -> Model:
    return rng.choices(MODELS, [one.weight for one in MODELS])[0]

"""The findings of bands read from a document: what could not be read, holes and overlaps."""

from cheji.engine.findings import Finding


def unread(text: str, place: str, *, rated: bool) -> Finding:
    """A line of a document; `rated` says that its rate was found, so that its interval was not."""
    zh, en = ("其中没有区间", "it names no interval") if rated else (
        "其中没有标准（冒号后的数）", "no rate stands after a colon"
    )  # fmt: skip
    return Finding(
        "unread_band",
        place,
        f"读不懂“{text}”：{zh}",
        f"“{text}” cannot be read: {en}",
        "写成“3 以上、不满 5：600”或“3≤X<5: 600”",
        "Write it as “3 or more, under 5: 600” or “3≤X<5: 600”",
    )


def hole(start: str, end: str, place: str) -> Finding:
    return Finding(
        "hole",
        place,
        f"{start} 与 {end} 之间没有档",
        f"No band covers what lies between {start} and {end}",
        f"已让下一档从 {end} 起，空档归下面一档；请确认",
        f"The next band starts at {end}, the hole goes to the one below: please confirm",
    )


def nothing_below(start: str, place: str) -> Finding:
    return Finding(
        "hole",
        place,
        f"不到 {start} 没有档",
        f"No band covers what lies below {start}",
        "已补一档从 0 起、标准为 0；请确认",
        "A band from 0 at a rate of 0 was added: please confirm",
    )


def nothing_above(end: str, place: str) -> Finding:
    return Finding(
        "hole",
        place,
        f"超过 {end} 没有档",
        f"No band covers what lies above {end}",
        "最后一档没有终点，超出的同样适用；请确认",
        "The last band has no end and holds for what is above too: please confirm",
    )


def ends_differ(bound: str, place: str) -> Finding:
    return Finding(
        "overlap",
        place,
        f"{bound} 属于下面一档，而别的界限属于上面一档",
        f"{bound} belongs to the band below, other bounds to the band above",
        "已让每档的起点属于该档；请确认",
        "Each bound was made to belong to the band that it begins: please confirm",
    )


def overlap(start: str, end: str, place: str) -> Finding:
    if start == end:
        zh, en = f"{start} 同时属于两档", f"{start} stands in two bands"
    else:
        zh, en = f"{start} 到 {end} 同时属于两档", f"{start} to {end} stand in two bands"
    return Finding(
        "overlap",
        place,
        zh,
        en,
        f"已让下一档从 {start} 起；请确认",
        f"The next band was made to start at {start}: please confirm",
    )

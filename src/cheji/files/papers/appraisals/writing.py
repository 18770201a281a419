"""A paper of an appraisal as it is written: its head, names and signatures."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final, cast

from django.utils import timezone

from cheji.engine.periods import Grain
from cheji.engine.scores.cycles import BY_CODE
from cheji.files.papers.setting import Paper
from cheji.files.papers.words import said, word
from cheji.files.sheets import period_title
from cheji.reads.appraisals.papers import PaperSeen, TermSeen
from cheji.records.words import ROLES

TITLES: Final = {
    "contract": ("绩效合约", "Performance agreement"),
    "evaluation": ("绩效评分表", "Evaluation sheet"),
    "feedback": ("绩效面谈反馈表", "Feedback sheet"),
    "letter": ("考核结果通知书", "Letter of result"),
    "certificate": ("荣誉证书", "Certificate"),
}
NOTHING: Final = "—"


class Writing:
    """A paper of an appraisal in one language."""

    def __init__(self, seen: PaperSeen, paper: str, language: str) -> None:
        self.seen, self.language = seen, language
        grain = cast("Grain", seen.grain)
        subtitle = f"{seen.name} · {period_title(grain, seen.period)}"
        self.paper = Paper(said(TITLES[paper], language), seen.group, language, subtitle)
        self.paper.foot = self.say("合约摘要", "Terms") + f" {seen.digest[:16]}"

    def say(self, zh: str, en: str) -> str:
        return said((zh, en), self.language)

    def aside(self, text: str) -> str:
        """In brackets, as the language writes them."""
        return self.say(f"（{text}）", f" ({text})")

    def head(self) -> None:
        """Who is appraised, where, by whom, and for which days."""
        seen, step = self.seen, BY_CODE[self.seen.state]
        days = (seen.until - seen.since).days - seen.absent
        self.paper.facts([
            (self.say("姓名", "Name"), f"{seen.person.name}{self.aside(seen.person.number)}"),
            (self.say("岗位", "Post"), word(ROLES, seen.role, self.language)),
            (self.say("门店", "Outlet"), f"{seen.outlet.code} {seen.outlet.name}"),
            (self.say("小组", "Team"), seen.team),
            (self.say("上级", "Manager"), seen.manager),
            (self.say("考核方案", "Scheme"), said(seen.scheme, self.language)),
            (self.say("考核时段", "Days"), self.span(days)),
            (self.say("阶段", "Step"), said((step.zh, step.en), self.language)),
        ])  # fmt: skip

    def span(self, days: int) -> str:
        first, last = self.seen.since, date.fromordinal(self.seen.until.toordinal() - 1)
        return f"{first} – {last}{self.aside(self.say(f'{days} 天', f'{days} days'))}"

    def name(self, term: TermSeen) -> str:
        return f"· {term.text}" if term.goal else self.say(term.zh, term.en)

    def item_names(self) -> dict[str, str]:
        return {t.item: self.say(t.zh, t.en) for t in self.seen.terms if not t.goal}

    def item_name(self, part: Mapping[str, Any]) -> str:
        """An item by its name; an adjustment by its words."""
        known = self.item_names().get(part["code"])
        return known or self.say(str(part["detail"]["zh"]), str(part["detail"]["en"]))

    def signatures(self, *, terms: bool = False) -> None:
        """Both sides; under the terms, when each agreed to them on screen."""
        seen, agreed = self.seen, terms and self.seen.agreed == self.seen.digest
        self.paper.signed([
            (self.say("本人", "The person"), seen.person.name,
             self.stamp(seen.person_agreed_at if agreed else None)),
            (self.say("上级", "The manager"), seen.manager,
             self.stamp(seen.manager_agreed_at if agreed else None)),
        ])  # fmt: skip

    def stamp(self, at: datetime | None) -> str:
        if at is None:
            return self.say("签名 / 日期", "Signature / date")
        when = f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
        return self.say(f"已于 {when} 屏幕确认", f"Agreed on screen at {when}")

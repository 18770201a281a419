"""Every message that a verb of the cycle sends has words in the inbox, in both languages."""

import re
from pathlib import Path

from django.utils.translation import override

from cheji.actions import appraisals
from cheji.web.appraisal_notices import TITLES
from cheji.web.notices import NOTICES

SENT = re.compile(
    r' (?:tell|_once)\(\s*by, .*?"(\w+)"(?: if [\w.]+ else "(\w+)")?, [\w.]+, at', re.DOTALL
)


def test_every_message_of_the_cycle_has_words() -> None:
    kinds = set()
    for path in Path(appraisals.__file__ or "").parent.glob("*.py"):
        found = SENT.findall(path.read_text(encoding="utf-8"))
        kinds |= {f"appraisals.{what}" for pair in found for what in pair if what}
    assert kinds == {kind for kind in TITLES if kind.startswith("appraisals.")}


def test_a_message_tells_its_step_in_the_readers_language() -> None:
    body = {"name": "Q1", "step": "self"}
    told = []
    for language in ("zh-hans", "en"):
        with override(language):
            notice = NOTICES["appraisals.task"]
            told.append((str(notice.title), notice.text(body)))
    assert told == [
        ("考核有一项待您完成", "Q1 · 自评"),
        ("Something is to be done for a cycle", "Q1 · self-evaluation"),
    ]

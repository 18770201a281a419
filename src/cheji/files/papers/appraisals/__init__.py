"""Papers of one appraisal: 绩效合约, 评分表, 面谈反馈表, 结果通知书, 荣誉证书."""

from collections.abc import Callable
from typing import Final

from cheji.files.papers.appraisals.agreed import contract
from cheji.files.papers.appraisals.marks import evaluation
from cheji.files.papers.appraisals.told import certificate, feedback, letter
from cheji.files.papers.appraisals.writing import TITLES, Writing
from cheji.files.papers.setting import Paper
from cheji.reads.appraisals.papers import PaperSeen
from cheji.records.refusals import NotFound, Refused

WRITERS: Final[dict[str, Callable[[Writing], None]]] = {
    "contract": contract,
    "evaluation": evaluation,
    "feedback": feedback,
    "letter": letter,
    "certificate": certificate,
}


class NotPublished(Refused):
    """This paper is there once the cycle “{name}” is published."""

    zh = "考核周期“{name}”公布后才有此文件。"


class NotAwarded(Refused):
    """There is a certificate once the suggestion to award one is accepted."""

    zh = "表彰建议被采纳后才有荣誉证书。"


def papers_of(seen: PaperSeen) -> tuple[str, ...]:
    """The papers that there are of an appraisal now."""
    return tuple(paper for paper in TITLES if _missing(seen, paper) is None)


def _missing(seen: PaperSeen, paper: str) -> Refused | None:
    """Why there is no such paper yet."""
    if paper in ("feedback", "letter") and seen.result is None:
        return NotPublished(name=seen.name)
    awarded = any(one.kind == "certificate" and one.state == "accepted" for one in seen.outcomes)
    return NotAwarded() if paper == "certificate" and not awarded else None


def paper_pdf(seen: PaperSeen, paper: str, language: str) -> bytes:
    """One of the papers of an appraisal as PDF; it refuses what `written` refuses."""
    return written(seen, paper, language).pdf()


def written(seen: PaperSeen, paper: str, language: str) -> Paper:
    """One of the papers of an appraisal.

    Raises:
        NotFound: there is no such paper.
        NotPublished: the paper tells a result that is not published.
        NotAwarded: nobody accepted that a certificate is awarded.
    """
    if paper not in TITLES:
        raise NotFound(noun="paper", key=paper)
    if missing := _missing(seen, paper):
        raise missing
    writing = Writing(seen, paper, language)
    WRITERS[paper](writing)
    return writing.paper

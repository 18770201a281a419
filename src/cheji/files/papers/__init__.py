"""Papers as PDF and xlsx: agreements, evaluations, letters, summaries, pay, settlements."""

from cheji.files.papers.appraisals import TITLES, NotAwarded, NotPublished, paper_pdf, papers_of
from cheji.files.papers.cycles import summary_pdf, summary_xlsx
from cheji.files.papers.settlements import settlement_pdf
from cheji.files.papers.statements import pay_statement_pdf, pay_statement_xlsx

__all__ = [
    "TITLES",
    "NotAwarded",
    "NotPublished",
    "paper_pdf",
    "papers_of",
    "pay_statement_pdf",
    "pay_statement_xlsx",
    "settlement_pdf",
    "summary_pdf",
    "summary_xlsx",
]

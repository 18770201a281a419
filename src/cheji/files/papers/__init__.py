"""Papers as PDF and xlsx: agreements, evaluations, letters, summaries, pay, settlements."""

from cheji.files.papers.appraisals import TITLES, NotPublished, paper_pdf
from cheji.files.papers.cycles import summary_pdf, summary_xlsx
from cheji.files.papers.settlements import settlement_pdf
from cheji.files.papers.statements import pay_statement_pdf, pay_statement_xlsx

__all__ = [
    "TITLES",
    "NotPublished",
    "paper_pdf",
    "pay_statement_pdf",
    "pay_statement_xlsx",
    "settlement_pdf",
    "summary_pdf",
    "summary_xlsx",
]

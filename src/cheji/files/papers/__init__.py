"""Papers: agreements, evaluation and feedback sheets, letters and summaries as PDF and xlsx."""

from cheji.files.papers.appraisals import TITLES, NotPublished, paper_pdf
from cheji.files.papers.cycles import summary_pdf, summary_xlsx

__all__ = ["TITLES", "NotPublished", "paper_pdf", "summary_pdf", "summary_xlsx"]

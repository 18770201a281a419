"""What papers of the appraisal cycle call things, in Chinese and in English."""

from collections.abc import Mapping
from typing import Final

Said = tuple[str, str]

PARTS: Final[dict[str, Said]] = {
    "self": ("自评", "Self"),
    "manager": ("上级", "Manager"),
    "peer": ("同级", "Peers"),
    "report": ("下级", "Reports"),
    "customer": ("客户", "Customers"),
}
TALKS: Final[dict[str, Said]] = {
    "coaching": ("辅导", "Coaching"),
    "observation": ("观察", "Observation"),
    "exercise": ("演练", "Exercise"),
    "midterm": ("中期回顾", "Mid-term review"),
    "feedback": ("反馈面谈", "Feedback"),
    "appeal": ("申诉沟通", "Appeal"),
}
APPEALS: Final[dict[str, Said]] = {
    "open": ("待裁决", "Open"),
    "heard": ("已听取", "Heard"),
    "upheld": ("成立", "Upheld"),
    "partly": ("部分成立", "Upheld in part"),
    "rejected": ("不成立", "Rejected"),
    "withdrawn": ("已撤回", "Withdrawn"),
}
OUTCOMES: Final[dict[str, Said]] = {
    "grade": ("考核等级", "Grade"),
    "coefficient": ("绩效系数", "Coefficient"),
    "promotion": ("晋升建议", "Promotion"),
    "training": ("培训建议", "Training"),
    "target": ("目标建议", "Target"),
    "certificate": ("表彰建议", "Certificate"),
}
ANSWERS: Final[dict[str, Said]] = {
    "suggested": ("待答复", "Open"),
    "accepted": ("已采纳", "Accepted"),
    "declined": ("未采纳", "Declined"),
}
VIOLATIONS: Final[dict[str, Said]] = {
    "reported": ("已上报", "Reported"),
    "heard": ("已听取", "Heard"),
    "decided": ("成立", "Proven"),
    "dismissed": ("不成立", "Dismissed"),
}


def said(pair: Said, language: str) -> str:
    return pair[0 if language.startswith("zh") else 1]


def word(words: Mapping[str, Said], code: str, language: str) -> str:
    """A code in words; one that has none stays as it is."""
    return said(words.get(code, (code, code)), language)

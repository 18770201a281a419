"""With whom the deal of a line is shared, and by which decision, on screens and in files alike."""

from typing import Final

from cheji.reads.pay import PayLineSeen

ANOTHER: Final = ("另一位同事", "another colleague")


def shared_words(line: PayLineSeen) -> tuple[str, str]:
    """In both languages; empty of a deal of one's own. Who is not to be named is a colleague."""
    if not line.shared:
        return "", ""
    by = _split(line)
    zh = "、".join(name or ANOTHER[0] for name in line.shared)
    en = ", ".join(name or ANOTHER[1] for name in line.shared)
    told = f"与{zh}共享", f"shared with {en}"
    return (f"{told[0]} · {by[0]}", f"{told[1]} · {by[1]}") if by else told


def _split(line: PayLineSeen) -> tuple[str, str] | None:
    """By what the deal's pay is split apart from whose order it is; None where it is not."""
    if line.split is None:
        return None
    if line.split.dispute is None:
        return "按审批的分成", "by decision"
    number = line.split.dispute.text
    return f"按争议 {number} 的裁决", f"by dispute {number}"

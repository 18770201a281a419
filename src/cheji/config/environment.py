"""Reading settings from environment variables, with a plain refusal of what makes no sense."""

import os

from cheji.config.troubles import BadSetting


def words(name: str) -> list[str]:
    """The comma-separated words of a variable; none when it is not set."""
    return [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()]


def text(name: str) -> str:
    """The variable as it is; empty when it is not set."""
    return os.environ.get(name, "").strip()


def switch(name: str) -> bool:
    return os.environ.get(name, "").lower() in {"1", "true", "yes", "on"}


def number(name: str, default: int) -> int:
    """A whole number above zero.

    Raises:
        BadSetting: the variable holds anything else.
    """
    text = os.environ.get(name, str(default))
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise BadSetting(
            name=name,
            value=text,
            why_en="it must be a whole number above 0",
            why_zh="必须是大于 0 的整数",
        )
    return int(text)


def choice(name: str, allowed: tuple[str, ...]) -> str:
    """One of the allowed words; empty when the variable is not set.

    Raises:
        BadSetting: the variable holds anything else.
    """
    text = os.environ.get(name, "")
    if text and text not in allowed:
        listed = " / ".join(allowed)
        raise BadSetting(
            name=name,
            value=text,
            why_en=f"it must be one of {listed}",
            why_zh=f"只能是 {listed} 之一",
        )
    return text

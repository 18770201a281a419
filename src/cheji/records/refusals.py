"""A rule that says no: the docstring is the message in English, `zh` the message in Chinese."""

from typing import Any, ClassVar


class Refused(Exception):  # noqa: N818  a rule's name reads as a sentence, not as an error type
    """This is not allowed."""

    zh: ClassVar[str] = "不允许此操作。"

    def __init__(self, **place: Any) -> None:
        """Keep the named values that the message templates show."""
        super().__init__()
        self.place = place

    @property
    def code(self) -> str:
        return type(self).__name__

    def say(self, language: str = "zh-hans") -> str:
        """The message in the given language; anything that does not start with `zh` is English."""
        template = self.zh if language.startswith("zh") else " ".join((self.__doc__ or "").split())
        return template.format_map(self.place)

    def __str__(self) -> str:
        return f"{self.say('en')} | {self.say()}"


class NotFound(Refused):
    """There is no {noun} “{key}” that you may see. Check the spelling, or ask for access."""

    zh = "没有您可以查看的{noun}“{key}”。请核对写法，或申请权限。"


class NotYours(Refused):
    """Your post does not allow “{verb}”. Ask an administrator for the right post."""

    zh = "您的岗位不能执行“{verb}”。请联系管理员调整岗位。"


class ChangedMeanwhile(Refused):
    """Somebody changed this {noun} after you opened it. Open it again and repeat your change."""

    zh = "您打开之后，这条{noun}已被他人修改。请重新打开后再改。"


class BadValue(Refused):
    """{field}: “{value}” is not valid: {why}."""

    zh = "{field}：“{value}”无效：{why}。"

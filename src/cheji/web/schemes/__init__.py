"""The editor of score schemes: which fields there are, and between fields and bodies."""

from cheji.web.schemes.typing import EDITOR, said, typed

__all__ = ["EDITOR", "said", "typed"]

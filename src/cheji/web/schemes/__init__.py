"""The editor of score schemes: which fields there are, what was typed, and how it is shown."""

from cheji.web.schemes.boxes import Box, Rows, Shown, shown
from cheji.web.schemes.typing import Typed, changed, read, said, typed

__all__ = ["Box", "Rows", "Shown", "Typed", "changed", "read", "said", "shown", "typed"]

"""The editor of pay plans: which fields there are, and between fields and bodies."""

from cheji.web.pay_plans.typing import EDITOR, coded, said, typed

__all__ = ["EDITOR", "coded", "said", "typed"]

"""The editor of pay plans: which fields there are, and between fields and bodies."""

from cheji.web.pay_plans.fitting import by_pieces
from cheji.web.pay_plans.typing import EDITOR, coded, recoded, said, typed

__all__ = ["EDITOR", "by_pieces", "coded", "recoded", "said", "typed"]

"""Fields of the house's own as they are named where other fields stand beside them."""

from typing import Final

OWN: Final = "own_"
"""Before the code of such a field: in forms, lists, files and the API's errors."""
REACH: Final = {
    "customer": ("visit_", "prospect_", "intent_", "order_", "delivery", "line_"),
    "prospect": ("prospect_", "intent_", "visit_second"),
    "order": ("order_", "delivery", "line_"),
    "visit": ("visit_",),
}
"""By noun the beginnings of the kinds of facts that its fields are posted with."""

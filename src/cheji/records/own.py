"""Fields of the house's own as they are named where other fields stand beside them."""

from typing import Final

OWN: Final = "own_"
"""Before the code of such a field: in forms, lists, files and the API's errors."""

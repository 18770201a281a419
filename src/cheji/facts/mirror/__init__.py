"""The columnar mirror: the fact table as Parquet files by month, for questions about many outlets.

It is a copy that may always be thrown away; what it does not hold yet is read from the database.
"""

from .checking import Unequal, check
from .reading import rows
from .store import Store, store
from .writing import append, rebuild

__all__ = ["Store", "Unequal", "append", "check", "rebuild", "rows", "store"]

"""The columnar mirror: the fact table as Parquet files by month, for questions about many outlets.

It is a copy that may always be thrown away; what it does not hold yet is read from the database.
"""

from .checking import Unequal, check
from .folder import Folder, folder
from .reading import rows
from .writing import append, rebuild

__all__ = ["Folder", "Unequal", "append", "check", "folder", "rebuild", "rows"]

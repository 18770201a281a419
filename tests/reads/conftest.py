"""Lets the tests of the reads import their shared world."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))

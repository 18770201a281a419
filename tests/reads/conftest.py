"""Lets the tests of the reads import their shared world."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

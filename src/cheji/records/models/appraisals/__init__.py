"""The appraisal cycle: cycles, appraisals with what was agreed and marked, results, violations."""

from .cycles import Appraisal, AppraisalItem, Cycle, CycleStep
from .developments import Development
from .evidence import EvidenceFile
from .marks import CalibrationMove, Evaluation, Placement, StepTask
from .results import Adjustment, Appeal, Outcome, RunInput
from .talks import Talk, Violation

__all__ = [
    "Adjustment",
    "Appeal",
    "Appraisal",
    "AppraisalItem",
    "CalibrationMove",
    "Cycle",
    "CycleStep",
    "Development",
    "Evaluation",
    "EvidenceFile",
    "Outcome",
    "Placement",
    "RunInput",
    "StepTask",
    "Talk",
    "Violation",
]

"""All tables of the product, a module per noun."""

from cheji.records import lookups as lookups  # registers `among`

from .appraisals import (
    Adjustment,
    Appeal,
    Appraisal,
    AppraisalItem,
    CalibrationMove,
    Cycle,
    CycleStep,
    Development,
    Evaluation,
    EvidenceFile,
    Outcome,
    Placement,
    RunInput,
    StepTask,
    Talk,
    Violation,
)
from .audit import AuditEntry, AuditSeal
from .benchmarks import KpiLimit, RankingRule, TypedBenchmark
from .calendars import WorkDay, WorkWeek
from .coaching import CoachingTask, Exercise
from .definitions import DefinitionVersion
from .facts import Fact
from .fields import CustomField
from .imports import ColumnMap, ImportBatch, ImportTouch
from .leads import Lead
from .orders import Delivery, Order, OrderLine, OrderShare
from .outbox import MailChoice, Message, Robot, Sending
from .pay import (
    Acknowledgement,
    Dispute,
    ManualLine,
    PayAccrual,
    PayBalance,
    PayBatch,
    PayBatchItem,
    PayCeiling,
    PayEvent,
    PayException,
    PayInput,
    PayLine,
    PaySimulation,
    PaySplit,
    RejectedRow,
    RunStep,
    SettledRun,
    Settlement,
    VoucherAccounts,
)
from .people import Person, Post, Unit, User
from .prospects import Channel, Customer, Prospect, ProspectStep
from .registers import TABLES, RegisterRow, entries
from .runs import Run, RunLine
from .spend import AdSpend
from .targets import (
    Target,
    TargetLetter,
    TargetLimit,
    TargetLock,
    TargetProposal,
    TargetVersion,
    TargetWarning,
)
from .tokens import ApiAnswer, ApiToken
from .vehicle_models import VehicleModel
from .vehicles import Vehicle
from .visits import DailyTotal, Visit

__all__ = [
    "TABLES",
    "Acknowledgement",
    "AdSpend",
    "Adjustment",
    "ApiAnswer",
    "ApiToken",
    "Appeal",
    "Appraisal",
    "AppraisalItem",
    "AuditEntry",
    "AuditSeal",
    "CalibrationMove",
    "Channel",
    "CoachingTask",
    "ColumnMap",
    "CustomField",
    "Customer",
    "Cycle",
    "CycleStep",
    "DailyTotal",
    "DefinitionVersion",
    "Delivery",
    "Development",
    "Dispute",
    "Evaluation",
    "EvidenceFile",
    "Exercise",
    "Fact",
    "ImportBatch",
    "ImportTouch",
    "KpiLimit",
    "Lead",
    "MailChoice",
    "ManualLine",
    "Message",
    "Order",
    "OrderLine",
    "OrderShare",
    "Outcome",
    "PayAccrual",
    "PayBalance",
    "PayBatch",
    "PayBatchItem",
    "PayCeiling",
    "PayEvent",
    "PayException",
    "PayInput",
    "PayLine",
    "PaySimulation",
    "PaySplit",
    "Person",
    "Placement",
    "Post",
    "Prospect",
    "ProspectStep",
    "RankingRule",
    "RegisterRow",
    "RejectedRow",
    "Robot",
    "Run",
    "RunInput",
    "RunLine",
    "RunStep",
    "Sending",
    "SettledRun",
    "Settlement",
    "StepTask",
    "Talk",
    "Target",
    "TargetLetter",
    "TargetLimit",
    "TargetLock",
    "TargetProposal",
    "TargetVersion",
    "TargetWarning",
    "TypedBenchmark",
    "Unit",
    "User",
    "Vehicle",
    "VehicleModel",
    "Violation",
    "Visit",
    "VoucherAccounts",
    "WorkDay",
    "WorkWeek",
    "entries",
]

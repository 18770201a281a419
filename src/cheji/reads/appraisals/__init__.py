"""Score cards: whose, live from the facts of a month, or as a kept run has them."""

from cheji.reads.appraisals.cards import score_card, score_cards, to_keep
from cheji.reads.appraisals.figures import Figured, Figures, cycle_figures, figures_of
from cheji.reads.appraisals.live import final, inputs, live
from cheji.reads.appraisals.shapes import AdjustmentSeen, ItemSeen, ScoreSeen
from cheji.reads.appraisals.whom import Month, appraised, consultants, month_of, outlet_seen

__all__ = [
    "AdjustmentSeen",
    "Figured",
    "Figures",
    "ItemSeen",
    "Month",
    "ScoreSeen",
    "appraised",
    "consultants",
    "cycle_figures",
    "figures_of",
    "final",
    "inputs",
    "live",
    "month_of",
    "outlet_seen",
    "score_card",
    "score_cards",
    "to_keep",
]

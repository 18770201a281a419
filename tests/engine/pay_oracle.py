"""A slow oracle of pay, written from the rule text alone: Fractions, one rule after the other.

It shares no code with the engine. It knows definitions and inputs by their fields only, and
answers with fen by component and entry. Whoever changes a rule writes it here again, from words.
"""

# ruff: noqa: C901, PLR0911 - each rule reads as one piece, as its text does

from fractions import Fraction

from engine.pay_oracle_groups import Groups
from engine.pay_oracle_steps import ZERO, Steps, fen_half_up, remainder, running


class Oracle(Groups, Steps):
    """One person-period under one pay plan."""

    def __init__(self, plan, given):
        self.plan, self.given = plan, given
        self.deals = sorted(given.deals, key=lambda deal: deal.on_date)
        self.posted = []
        self.amounts = {}
        self.extras = {}
        self.held = []
        self.carried = dict(given.ledger.carried)
        self.drawn = dict(given.ledger.drawn)
        self.withheld = {}
        self.due = 0
        self.paid_in_stack = set()
        self.uncut = {}

    # -- the whole ---------------------------------------------------------------------------

    def post(self, component, entry, fen, source=None):
        self.posted.append((component, entry, source, fen))

    def total(self):
        return sum(fen for *_, fen in self.posted)

    def filled(self):
        """What draws and guarantees filled up that is never taken back."""
        kinds = ("guarantee", "non_recoverable")
        codes = [draw.code for draw in self.plan.draws if draw.kind in kinds]
        return sum(fen for code, _, _, fen in self.posted if code in codes)

    def settle(self):
        for part in self.plan.components:
            if not self.late(part):
                self.amounts[part.code] = self.component(part)
        self.steps_9_to_11()
        for part in self.plan.components:
            if self.late(part) and part.kind != "manual":
                self.extras[part.code] = self.component(part)
        for typed in self.given.typed:
            self.post(typed.component, "manual", typed.fen, typed.source)
            self.extras[typed.component] = self.extras.get(typed.component, 0) + typed.fen
        self.step_13()
        self.early = self.total()
        self.step_14()
        before = self.total()
        self.step_15(before)
        self.step_16(before)
        unit = {"fen": 1, "jiao": 10, "yuan": 100}[self.plan.round_to]
        if unit > 1:
            whole = fen_half_up(Fraction(self.total(), unit)) * unit
            self.post("rounding", "residual", whole - self.total())
        return self

    @staticmethod
    def late(part):
        return part.extra or part.kind in ("prize", "fine", "manual")

    # -- figures -----------------------------------------------------------------------------

    def measure_total(self, code):
        if code in self.given.totals:
            return self.given.totals[code]
        known = [deal for deal in self.deals if code in deal.amounts]
        if not known:
            return None
        return sum(int((deal.amounts[code] or 0) * deal.pay) for deal in known)

    def group(self, whose):
        return {"team": self.given.team, "outlet": self.given.outlet}[whose]

    def figure(self, look, own_code="", own=None, figures=None):
        """The figure looked up, in units, yuan or shares."""
        totals = self.measure_total
        score = self.given.score
        if figures is None:
            figures = self.given.figures
        if look.whose != "person":
            group = self.group(look.whose)
            if group is None:
                return None
            figures, totals, score = group.figures, group.totals.get, group.score
            own_code, own = "", None
        if look.by == "score":
            return score
        if look.by in ("units", "money"):
            found = totals(look.of)
            return (
                None if found is None else Fraction(found, {"units": 10000, "money": 100}[look.by])
            )
        if look.by in ("average", "penetration"):
            top, under = totals(look.of), totals(look.per)
            if top is None or not under:
                return None
            return Fraction(top, 100 if look.by == "average" else 10000) / Fraction(under, 10000)
        code = look.of or own_code
        value = figures.values.get(look.of) if look.of else None
        if value is None and code == own_code:
            value = own
        if look.by == "kpi" or value is None:
            return value
        marks = {"target": figures.targets, "base": figures.bases, "stretch": figures.stretches}
        mark = marks[look.level].get(code)
        return value / mark if mark else None

    @staticmethod
    def band(tiers, value, bound):
        """The last band whose lower bound is reached; with `upper`, passed."""
        found = tiers[0]
        for tier in tiers:
            if (value > tier.start) if bound == "upper" else (value >= tier.start):
                found = tier
        return found

    # -- deals -------------------------------------------------------------------------------

    @staticmethod
    def facts(deal):
        return {"day": deal.on_date.day, "weekday": deal.on_date.isoweekday(), **deal.attributes}

    @staticmethod
    def matches(where, ranges, facts):
        for item in where:
            value = str(facts.get(item.dimension, ""))
            if item.inside and value not in item.values:
                return False
            if not item.inside and value in item.values:
                return False
        for item in ranges:
            value = facts.get(item.of)
            if not isinstance(value, int):
                return False
            if item.start is not None and value < item.start:
                return False
            if item.below is not None and value >= item.below:
                return False
        return True

    def eligible(self, part, unit):
        """(deal, known, credit, paid, tiers), then what the total has beyond the deals."""
        lump = part.kind in ("fixed", "base", "manual", "prize") or (
            part.kind == "pool" and part.pot == "fixed"
        )
        rows = () if lump else part.rows
        found, counted = [], ZERO
        for deal in self.deals:
            if part.of not in deal.amounts:
                continue
            parts = [deal.amounts[part.of]]
            parts += [deal.amounts.get(code, 0) for code in part.plus]
            parts += [None if deal.amounts.get(code, 0) is None else -deal.amounts.get(code, 0)
                      for code in part.minus]  # fmt: skip
            known = None not in parts
            amount = Fraction(sum(parts), unit) if known else ZERO
            counted += amount * deal.pay
            facts = self.facts(deal)
            if not self.matches(part.where, part.ranges, facts):
                continue
            if part.first and deal.source not in self.first_ones(part):
                continue
            if part.stack and (part.stack, deal.source) in self.paid_in_stack:
                continue
            row = next((row for row in rows if self.matches(row.where, row.ranges, facts)), None)
            tiers = (row.tiers or part.tiers) if row else part.tiers
            if not tiers and not lump:
                continue
            self.paid_in_stack.add((part.stack, deal.source))
            weight = row.weight if row else 1
            credit = 1 if part.credit == "whole" and deal.credit > 0 else deal.credit
            found.append([deal, known, amount * weight * credit, amount * weight * deal.pay, tiers])
        picks = part.where or part.ranges or part.first or rows
        had = part.stack and (part.stack, "rest") in self.paid_in_stack
        simple = not (part.plus or part.minus or picks or had)
        if simple and part.of in self.given.totals:
            rest = Fraction(int(self.given.totals[part.of] - counted * unit), unit)
            if rest:
                self.paid_in_stack.add((part.stack, "rest"))
                found.append([None, True, rest, rest, part.tiers])
        for at in (2, 3):
            loss = ZERO
            for entry in found:
                left = entry[at] + loss
                loss = min(left, ZERO) if part.pool_negatives else ZERO
                if part.pool_negatives or part.base == "positive":
                    entry[at] = max(left, ZERO)
        return found

    # -- components --------------------------------------------------------------------------

    def component(self, part):
        if part.kind in ("fixed", "base"):
            return self.limits(part, self.lump(part))
        if part.kind == "pool":
            return self.pool(part)
        if part.kind == "prize":
            return self.limits(part, self.prize(part))
        return self.limits(part, self.by_deal(part))

    def entry(self, part):
        if part.kind == "fine":
            return "fine"
        return "bonus" if self.late(part) else "earning"

    def limits(self, part, total):
        sign = -1 if part.kind == "fine" else 1
        for name, limit, pick in (("cap", part.cap, min), ("floor", part.floor, max)):
            if limit is not None:
                after = sign * pick(sign * total, fen_half_up(limit * 100))
                self.post(part.code, name, after - total)
                if name == "cap" and after != total:
                    self.uncut[part.code] = Fraction(after, total)
                total = after
        return total

    def whole_total(self, part, unit):
        """Of a group, or against a target: one total in place of deals; None without one."""
        if part.whose == "person":
            total = sum((entry[2] for entry in self.eligible(part, unit)), ZERO)
            figures = self.given.figures
        else:
            group = self.group(part.whose)
            if group is None:
                return None
            if part.of_pay:
                total = Fraction(sum(group.paid.get(code, 0) for code in part.of_pay), 100)
            else:
                total = self.signed(part, group.totals.get, unit)
                if part.own == "exclude":
                    total -= self.signed(part, self.measure_total, unit)
                    total -= self.signed(part, self.given.elsewhere.get, unit)
                    if part.whose == "team":
                        total += self.signed(part, self.given.outside.get, unit)
            figures = group.figures
        if not part.against:
            return total
        mark = {"target": figures.targets, "base": figures.bases, "stretch": figures.stretches}[
            part.level
        ].get(part.of)
        if mark is None:
            return None
        return max(mark - total if part.against == "short" else total - mark, ZERO)

    @staticmethod
    def signed(part, of, unit):
        plus = sum(of(code) or 0 for code in (part.of, *part.plus))
        return Fraction(plus - sum(of(code) or 0 for code in part.minus), unit)

    def money(self, part):
        return part.kind == "share" or (part.kind == "pool" and part.pot == "share")

    def worths(self, part, entries, unit):
        """Exact fen of each entry, or None where nothing can be looked up."""
        if part.look is not None:
            own = sum((entry[2] for entry in entries), ZERO)
            value = self.figure(part.look, part.of, own)
            if value is None:
                return None
            found = []
            for _, _, _, paid, tiers in entries:
                tier = self.band(tiers, value, part.bound)
                found.append(paid * (tier.rate + tier.slope * (value - tier.start)) * 100)
            return found
        if part.mode == "retroactive":
            total = sum((entry[2] for entry in entries), ZERO)
            return [
                paid
                * 100
                * self.band(tiers, credit if part.scope == "per_deal" else total, part.bound).rate
                for _, _, credit, paid, tiers in entries
            ]
        before, found = ZERO, []
        for _, _, credit, paid, tiers in entries:
            start = ZERO if part.scope == "per_deal" else before
            found.append(self.stretch(part, tiers, start, credit, paid) * 100)
            before += credit
        return found

    def stretch(self, part, tiers, start, credit, paid):
        """What P(start + credit) − P(start) pays, for the share that is paid."""
        if credit == 0:
            if paid == 0:
                return ZERO
            step = Fraction(1, 10**9)
            return (
                paid
                * (self.curve(part, tiers, start + step) - self.curve(part, tiers, start))
                / step
            )
        worth = self.curve(part, tiers, start + credit) - self.curve(part, tiers, start)
        return worth * paid / credit

    def curve(self, part, tiers, total):
        """P(C): every band's stretch at its rate; below nothing the first rate."""
        pieces = part.kind in ("units", "fine") or (part.kind == "pool" and part.pot == "units")
        shift = 1 if pieces and part.bound == "lower" and part.mode == "marginal" else 0
        starts = [max(tier.start - shift, ZERO) if shift else tier.start for tier in tiers]
        rates = [tier.rate for tier in tiers]
        if part.mode == "interpolated":
            rates = [
                rates[k] / (tiers[k + 1].start - tiers[k].start) if k + 1 < len(tiers) else ZERO
                for k in range(len(tiers))
            ]
        if len(tiers) == 1:
            return total * rates[0]
        first_end = starts[1]
        worth = min(total, first_end) * rates[0]
        for k in range(1, len(tiers)):
            end = starts[k + 1] if k + 1 < len(tiers) else None
            top = total if end is None else min(total, end)
            if top > starts[k]:
                worth += (top - starts[k]) * rates[k]
        return worth

    def by_deal(self, part):
        unit = 100 if self.money(part) else 10000
        if part.whose != "person" or part.against:
            total = self.whole_total(part, unit)
            entries = [] if total is None else [[None, True, total, total, part.tiers]]
        else:
            entries = self.eligible(part, unit)
        worths = self.worths(part, entries, unit)
        if worths is None:
            return 0
        for k, (deal, known, *_) in enumerate(entries):
            if deal is None or not known or deal.pay == 0:
                continue
            share = deal.pay if part.split == "cap_first" else 1
            if part.least is not None:
                worths[k] = max(worths[k], part.least * 100 * share)
            if part.most is not None:
                worths[k] = min(worths[k], part.most * 100 * share)
            if deal.shares and deal.pay and part.scope == "per_deal" and part.split == "cap_first":
                everybody = fen_half_up(worths[k] / deal.pay)
                worths[k] = Fraction(remainder(everybody, deal.shares)[deal.place])
        step = 100 if part.round_to == "yuan" else 1
        in_steps = [worth / step for worth in worths]
        fens = [fen_half_up(x) for x in in_steps] if part.rounding == "each" else running(in_steps)
        fens = [fen * step for fen in fens]
        if part.budget is not None:
            left = self.given.budgets.get(part.code, int(part.budget * 100))
            for k, fen in enumerate(fens):
                fens[k] = min(fen, max(left, 0))
                left -= fens[k]
        sign = -1 if part.kind == "fine" else 1
        for (deal, *_), fen in zip(entries, fens, strict=True):
            self.post(part.code, self.entry(part), sign * fen, deal.source if deal else None)
        return sign * sum(fens)

    def lump_worth(self, part):
        """Yuan of a fixed amount; None where no figure or no row is there."""
        own = None
        if part.of:
            unit = 10000
            if part.whose != "person" or part.against:
                own = self.whole_total(part, unit) or ZERO
            else:
                own = sum((entry[2] for entry in self.eligible(part, unit)), ZERO)
        value = (own or ZERO) if part.look is None else self.figure(part.look, part.of, own)
        if value is None:
            return None
        tiers = part.tiers
        for row in part.rows:
            if self.matches(row.where, row.ranges, self.given.attributes):
                tiers = row.tiers or part.tiers
                break
        if not tiers:
            return None
        tier = self.band(tiers, value, part.bound)
        worth = tier.rate + tier.slope * (value - tier.start)
        if part.amount is not None:
            worth *= part.amount
        by_days = part.kind == "base" or (part.prorate and part.kind == "fixed")
        if by_days and self.given.of_days:
            worth *= Fraction(self.given.days, self.given.of_days)
        return worth

    def lump(self, part):
        worth = self.lump_worth(part)
        if worth is None:
            return 0
        step = 100 if part.round_to == "yuan" else 1
        fen = fen_half_up(worth * 100 / step) * step
        self.post(part.code, self.entry(part), fen)
        return fen

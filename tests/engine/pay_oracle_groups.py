"""What the oracle of pay says of teams and first deals; see `pay_oracle`."""

import json
from datetime import timedelta
from fractions import Fraction

from engine.pay_oracle_steps import ZERO, fen_half_up, remainder


def number(bound):
    """As JSON has it: whole numbers as such, others as text, or nothing."""
    if bound is None or bound.denominator != 1:
        return bound if bound is None else str(bound)
    return int(bound)


class Groups:
    """First deals, pots and prizes; figures come from the class that is built on it."""

    def first_ones(self, part):
        """Of each day, ISO week, weekend or month the deal that beats all others."""
        if part.among != "person":
            group = self.group(part.among)
            return () if group is None else group.firsts.get(self.sought(part), ())
        rivals = {}
        for at, deal in enumerate(self.deals):
            amount = deal.amounts.get(part.of, 0)
            if not (amount is None or amount > 0) or not deal.pay > 0:
                continue
            if not self.matches(part.where, part.ranges, self.facts(deal)):
                continue
            monday = deal.on_date - timedelta(days=deal.on_date.weekday())
            if part.first == "weekend" and deal.on_date < monday + timedelta(days=5):
                continue
            month = deal.on_date.replace(day=1)
            span = {"day": deal.on_date, "month": month}.get(part.first, monday)
            more = [-(deal.amounts.get(code) or 0) for code in part.ties]
            rivals.setdefault(span, []).append(([deal.on_date, *more, at], deal.source))
        return [min(found)[1] for found in rivals.values()]

    @staticmethod
    def sought(part):
        """How a group's first deals are filed: by all that says which deal is first."""
        where = [[item.dimension, item.inside, list(item.values)] for item in part.where]
        ranges = [[item.of, number(item.start), number(item.below)] for item in part.ranges]
        told = [part.first, part.of, list(part.ties), where, ranges]
        return json.dumps(told, ensure_ascii=False)

    def members(self, part):
        group = self.group(part.whose)
        if group is None:
            return None
        people = [member.person for member in group.members]
        if self.given.person not in people:
            return None
        return group.members, people.index(self.given.person)

    def pool(self, part):
        found = self.members(part)
        if found is None:
            return 0
        members, place = found
        if part.pot == "fixed":
            worth = self.lump_worth(part)
            pot = None if worth is None else fen_half_up(worth * 100)
        else:
            total = self.whole_total(part, 100 if part.pot == "share" else 10000)
            worths = (
                None
                if total is None
                else self.worths(part, [[None, True, total, total, part.tiers]], 0)
            )
            pot = None if not worths else fen_half_up(worths[0])
        if pot is None:
            return 0
        if part.cap is not None:
            pot = min(pot, fen_half_up(part.cap * 100))
        if part.floor is not None:
            pot = max(pot, fen_half_up(part.floor * 100))
        weigh = {
            "equal": lambda member: Fraction(1),
            "units": lambda member: Fraction(max(member.units, 0)),
            "days": lambda member: Fraction(member.days),
            "score": lambda member: max(member.score or ZERO, ZERO),
            "score_days": lambda member: member.days * max(member.score or ZERO, ZERO),
        }[part.divide]
        weights = [Fraction(weigh(member)) for member in members]
        fen = remainder(pot, weights)[place] if sum(weights) else 0
        self.post(part.code, self.entry(part), fen)
        return fen

    def prize(self, part):
        found = self.members(part)
        if found is None:
            return 0
        members, place = found
        keys = [
            [member.figures.get(code, 0) for code in (part.of, *part.ties)] for member in members
        ]
        if keys[place][0] <= 0:
            return 0
        rank = 1 + len([key for key in keys if key > keys[place]])
        equal = [k for k, key in enumerate(keys) if key == keys[place]]
        prizes = [
            fen_half_up(self.band(part.tiers, rank + k, part.bound).rate * 100)
            for k in range(len(equal))
        ]
        fen = prizes[0]
        if part.still_equal == "split":
            fen = remainder(sum(prizes), [1] * len(equal))[equal.index(place)]
        if part.budget is not None:
            left = self.given.budgets.get(part.code, int(part.budget * 100))
            fen = min(fen, max(left, 0))
        self.post(part.code, self.entry(part), fen)
        return fen

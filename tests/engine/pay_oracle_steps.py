"""Steps 9 to 16 of the oracle of pay, and its arithmetic; see `pay_oracle`."""

# ruff: noqa: C901 - each rule reads as one piece, as its text does

from fractions import Fraction

from cheji.engine.pay import Figures

ZERO = Fraction(0)


def fen_half_up(amount):
    """四舍五入 of fen: a half goes away from zero."""
    size = abs(Fraction(amount))
    whole = size.numerator // size.denominator
    if size - whole >= Fraction(1, 2):
        whole += 1
    return -whole if amount < 0 else whole


def running(amounts):
    """line_k = R(S_k) − R(S_{k−1})."""
    lines, total = [], ZERO
    for amount in amounts:
        lines.append(fen_half_up(total + amount) - fen_half_up(total))
        total += amount
    return lines


def remainder(total, weights):
    """Floor, then the missing fen to the largest fractions, ties by order."""
    if total < 0:
        return [-part for part in remainder(-total, weights)]
    whole = sum(Fraction(weight) for weight in weights)
    ideal = [Fraction(total) * weight / whole for weight in weights]
    given = [share.numerator // share.denominator for share in ideal]
    while sum(given) < total:
        best = max(range(len(ideal)), key=lambda k: (ideal[k] - given[k], -k))
        given[best] += 1
        ideal[best] = Fraction(given[best])
    return given


class Steps:
    """What is done with the components; figures come from the class that is built on it."""

    # -- steps 9 to 13 -----------------------------------------------------------------------

    def named(self, codes, amounts):
        return [code for code in (codes or amounts) if code in amounts]

    def multiply(self, amounts, codes, rate):
        parts = running([amounts[code] * rate for code in codes])
        changed = sum(parts) - sum(amounts[code] for code in codes)
        for code, part in zip(codes, parts, strict=True):
            amounts[code] = part
        return changed

    def steps_9_to_11(self):
        flagged = [p.code for p in self.plan.components if p.coefficient and not self.late(p)]
        if flagged:
            rate = Fraction(1) if self.given.coefficient is None else self.given.coefficient
            self.post("coefficient", "factor", self.multiply(self.amounts, flagged, rate))
        missed = {}
        for team in (False, True):
            for factor in self.plan.factors:
                if factor.team is not team:
                    continue
                value = self.factor_value(factor)
                missed[factor.code] = value is not None and value < 1
                if factor.only_below and not missed[factor.only_below]:
                    rate = Fraction(1)
                elif value is None:
                    rate = Fraction(1 if factor.missing == "one" else 0)
                else:
                    rate = value
                    if factor.floor is not None and rate < factor.floor:
                        rate = factor.floor
                    if factor.cap is not None and rate > factor.cap:
                        rate = factor.cap
                codes = self.named(factor.components, self.amounts)
                self.post(factor.code, "factor", self.multiply(self.amounts, codes, rate))
        for gate in self.plan.gates:
            self.gate(gate)

    def factor_value(self, factor):
        if factor.kind == "look":
            value = self.figure(factor.look)
            if value is None or not factor.tiers:
                return value
            tier = self.band(factor.tiers, value, factor.bound)
            return tier.rate + tier.slope * (value - tier.start)
        figures, ratios = self.given.figures, []
        for part in factor.parts:
            marks = [part.standard] if part.standard is not None else []
            for than in part.than:
                source = figures.targets if than == "target" else figures.averages
                marks.append(source.get(part.kpi))
            value = figures.values.get(part.kpi)
            if value is None or None in marks or sum(marks) == 0:
                return None
            ratios.append(value / (sum(marks) / len(marks)))
        if factor.kind == "weighted":
            weights = [part.weight for part in factor.parts]
            return sum(w * r for w, r in zip(weights, ratios, strict=True))
        product = Fraction(1)
        for ratio in ratios:
            product *= ratio
        return product

    def gate(self, gate):
        codes = self.named(gate.components, self.amounts)
        if gate.veto:
            acts = gate.code in self.given.vetoes
        else:
            value = self.figure(gate.look)
            if value is None:
                acts = gate.missing == "act"
            elif gate.below is not None:
                acts = value < gate.below
            else:
                acts = value >= gate.start
        changed = 0
        if acts and gate.effect == "lower":
            days = Fraction(1)
            if self.given.of_days:
                days = Fraction(self.given.days, self.given.of_days)
            most = fen_half_up(gate.amount * days * 100)
            for code in codes:
                changed += min(self.amounts[code], most) - self.amounts[code]
                self.amounts[code] = min(self.amounts[code], most)
        elif acts:
            rate = gate.rate if gate.effect == "reduce" else ZERO
            changed = self.multiply(self.amounts, codes, rate)
        self.post(gate.code, "gate", changed)

    def step_13(self):
        amounts = dict(self.amounts)
        for code, fen in self.extras.items():
            amounts[code] = amounts.get(code, 0) + fen
        late = []
        for cap in self.plan.caps:
            codes = self.named(cap.components, amounts)
            for other, code in late:
                if cap.components and other and all(name in cap.components for name in other):
                    codes = [*codes, code]
            earned = sum(amounts[code] for code in codes)
            earlier = self.carried.get(cap.code, 0) if cap.beyond == "carry" else 0
            most = fen_half_up(cap.amount * 100)
            beyond = max(earned + earlier - most, 0)
            if earlier:
                self.post(cap.code, "carry", earlier)
            self.post(cap.code, "cap", -beyond)
            if beyond > earlier and earned > 0:
                self.multiply(amounts, codes, Fraction(earned - beyond + earlier, earned))
            if cap.beyond == "carry":
                self.carried[cap.code] = beyond
            if earlier > beyond:
                late.append((cap.components, (cap.code,)))
                amounts[(cap.code,)] = earlier - beyond
        for code in list(self.carried):
            if code not in [cap.code for cap in self.plan.caps]:
                self.post(code, "carry", self.carried.pop(code))

    # -- steps 14 to 16 ----------------------------------------------------------------------

    def step_14(self):
        every = [
            p.code for p in self.plan.components
            if not self.late(p) and p.kind in ("units", "share") and p.whose == "person"
            and not p.against
        ]  # fmt: skip
        wanted = [
            (h.code, list(h.components), h.share, h.release, h.expires, h.at_expiry)
            for h in self.plan.holdbacks
        ]
        wanted += [
            (f"earned_{stage.event}", every, stage.share, stage.event, 0, "forfeit")
            for stage in self.plan.earned_at[1:]
        ]
        lines = list(self.posted)
        codes = [code for code, *_ in wanted]
        self.held = [held for held in self.still_held() if held[0] not in codes]
        for code, components, share, release, expires, at_expiry in wanted:
            old = [held for held in self.still_held() if held[0] == code]
            ends = bool(expires) and at_expiry == "release"
            earned = [
                line for line in lines
                if line[0] in components and line[1] in ("earning", "bonus") and line[3] > 0
                and self.amounts.get(line[0], 0) + self.extras.get(line[0], 0) > 0
                and (line[2] is not None or ends)
            ]  # fmt: skip
            worth = []
            for name in dict.fromkeys(line[0] for line in earned):
                uncut = self.uncut.get(name, 1)
                worth += running([line[3] * uncut for line in earned if line[0] == name])
            for line, fen in zip(earned, running([fen * share for fen in worth]), strict=True):
                if fen:
                    self.post(code, "reserve", -fen, line[2])
                    old.append((code, line[2], fen, self.given.nth))
            for held in old:
                happened = any(tuple(event) == (held[1], release) for event in self.given.events)
                if happened:
                    self.post(code, "release", held[2], held[1])
                elif expires and self.given.nth >= held[3] + expires:
                    if at_expiry == "release":
                        self.post(code, "release", held[2], held[1])
                    else:
                        self.post(code, "forfeit", 0, held[1])
                else:
                    self.held.append(held)
        self.catch_up()

    def still_held(self):
        """What earlier periods hold, each less what is given back of that very line."""
        back = [
            [(one.component, one.source, one.origin), one.fen]
            for one in self.given.owed
            if one.code == "reserve_back"
        ]
        for code, source, fen, since, origin in self.given.ledger.held:
            left = fen
            for given in back:
                if given[0] == (code, source, origin):
                    taken = min(left, given[1])
                    left, given[1] = left - taken, given[1] - taken
            if left:
                yield code, source, left, since

    def catch_up(self):
        self.withheld = dict(self.given.ledger.withheld)
        carries = [cap.code for cap in self.plan.caps if cap.beyond == "carry"]
        returned = {}
        for caught in self.plan.catch_ups:
            wanted = [code for code in caught.returns if code not in carries]
            lost = -sum(line[3] for line in self.posted if line[0] in wanted)
            kept = self.withheld.pop(caught.code, 0) + max(lost, 0)
            for other in self.plan.catch_ups:
                if other.code in returned and set(other.returns) <= set(caught.returns):
                    kept -= returned[other.code]
            kept = max(kept, 0)
            span = self.given.spans.get(caught.grain)
            back = 0
            if span is None:
                self.withheld[caught.code] = kept
            else:
                whose = caught.look.whose
                if whose != "person":
                    span = self.given.spans.get(f"{caught.grain}:{whose}", Figures())
                value = self.span_figure(caught.look, span)
                if caught.most is not None:
                    met = value is not None and value <= caught.most
                else:
                    met = value is not None and value >= caught.start
                if met:
                    back = kept
            for other in self.plan.catch_ups:
                wider = set(caught.returns) <= set(other.returns)
                if wider and other.code in returned and other.code in self.withheld:
                    self.withheld[other.code] = max(self.withheld[other.code] - back, 0)
            returned[caught.code] = back
            self.post(caught.code, "catch_up", back)

    @staticmethod
    def span_figure(look, span):
        value = span.values.get(look.of)
        if look.by == "kpi" or value is None:
            return value
        marks = {"target": span.targets, "base": span.bases, "stretch": span.stretches}
        mark = marks[look.level].get(look.of)
        return value / mark if mark else None

    def step_15(self, before):
        for owed in self.given.owed:
            self.post(owed.component, owed.entry, owed.fen, owed.source)
        if self.given.ledger.due:
            self.post("balance", "carry", -self.given.ledger.due)
        most = Fraction(1) if self.plan.clawback is None else self.plan.clawback.most
        there = before + sum(owed.fen for owed in self.given.owed if owed.fen > 0)
        there = max(there, 0)
        takeable = there * most
        least = there - takeable.numerator // takeable.denominator
        if self.total() < least:
            self.due = least - self.total()
            self.post("balance", "carry", self.due)

    def step_16(self, earned):
        earned = max(earned, 0)
        kinds = (("recoverable", "non_recoverable"), ("recoverable_guarantee", "guarantee"))
        for at, chosen in enumerate(kinds):
            for draw in self.plan.draws:
                if draw.kind in chosen:
                    basis = earned if at == 0 else self.total()
                    earned += self.draw(draw, basis, "guarantee" if at else "draw")

    def draw(self, draw, basis, entry):
        part = Fraction(1)
        if self.given.of_days:
            part = Fraction(self.given.days, self.given.of_days)
        nth, amount = self.given.nth, fen_half_up(draw.amount * part * 100)
        lasting = draw.first <= nth and (draw.until == 0 or nth <= draw.until)
        filled = max(amount - basis, 0) if lasting else 0
        if lasting:
            self.post(draw.code, entry, filled)
        if draw.kind not in ("recoverable", "recoverable_guarantee"):
            return filled
        balance, back = self.drawn.get(draw.code, 0), 0
        if nth >= draw.recover_first:
            keep = amount if draw.keep is None else fen_half_up(draw.keep * part * 100)
            left = self.total() - (filled if lasting else 0)
            above = max(min(basis, left) - keep, 0) * draw.share
            back = min(balance, above.numerator // above.denominator)
            if draw.limit is not None:
                back = min(back, fen_half_up(draw.limit * 100))
        self.drawn[draw.code] = balance + filled - back
        if back:
            self.post(draw.code, "recovery", -back)
        return filled - back

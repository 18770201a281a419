"""A floor on which every consultant of the cast, and nobody, has one of everything."""

from datetime import date

from cast import ON, Cast, Floor, load_pack

OWNERS = (
    ("outlet", "zhang"),
    ("outlet", "li"),
    ("outlet", "wang"),
    ("outlet", None),
    ("sister", "sister_consultant"),
    ("far", "far_consultant"),
)
NOUNS = ("customers", "prospects", "leads", "visits", "orders", "deliveries", "vehicles", "spend")
SALES = {"customers", "prospects", "leads", "visits", "orders", "deliveries", "vehicles"}
#: What each role sees: nouns, places, and whose (None: everybody's there, and nobody's).
SEES = {
    "zhang": (SALES, {"outlet"}, {"zhang"}),
    "li": (SALES, {"outlet"}, {"li"}),
    "wang": (SALES, {"outlet"}, {"wang"}),
    "lead": (SALES, {"outlet"}, {"zhang", "li"}),
    "manager": (SALES | {"spend"}, {"outlet"}, None),
    "far_manager": (SALES | {"spend"}, {"far"}, None),
    "region_head": (SALES | {"spend"}, {"outlet", "sister"}, None),
    "group_manager": (SALES | {"spend"}, {"outlet", "sister", "far"}, None),
    "finance": ({"orders", "deliveries", "spend"}, {"outlet", "sister"}, None),
    "hr": ({"spend"}, {"outlet", "sister", "far"}, None),
    "marketing": ({"leads", "visits", "spend"}, {"outlet"}, None),
    "care": ({"customers", "orders", "deliveries"}, {"outlet"}, None),
    "stock": ({"vehicles", "orders", "deliveries"}, {"outlet"}, None),
    "auditor": (SALES | {"spend"}, {"outlet", "sister", "far"}, None),
    "administrator": (set(), set(), None),
    "operator": (SALES | {"spend"}, {"outlet", "sister", "far"}, None),
}
FULL_NAMES = {
    "zhang", "li", "wang", "lead", "manager", "far_manager", "region_head", "group_manager",
    "care", "operator",
}  # fmt: skip


class World:
    """The cast with their records; `made` maps a noun to (place, owner, id)."""

    def __init__(self, times: int = 1) -> None:
        self.cast = Cast()
        self.floor = Floor()
        self.made: dict[str, list[tuple[str, str | None, int]]] = {noun: [] for noun in NOUNS}
        self.phones = iter(range(13_800_000_001, 13_899_999_999))
        for _ in range(times):
            for place, owner in OWNERS:
                self.add(place, owner)

    def add(self, place: str, owner: str | None, on: date = ON) -> None:
        outlet = getattr(self.cast, place)
        who = self.cast.people[owner] if owner else None
        customer = self.floor.customer(
            outlet, who, f"客户{place}{owner}", phone=str(next(self.phones))
        )
        card = self.floor.prospect(customer, on=date(2026, 2, 10))
        order = self.floor.order(outlet, *([who] if who else []), prospect=card, on=on)
        made = {
            "customers": customer,
            "prospects": card,
            "leads": self.floor.lead(outlet, who, on, customer=customer),
            "visits": self.floor.visit(outlet, who, on, customer=customer),
            "orders": order,
            "deliveries": self.floor.delivery(order, on),
            "vehicles": self.floor.vehicle(outlet, date(2025, 11, 1), cost=9_000_000),
            "spend": self.floor.spend(outlet, 100_000, on),
        }
        for noun, record in made.items():
            self.made[noun].append((place, owner, record.pk))

    def visible(self, role: str, noun: str) -> set[int]:
        """By brute force over everything that was made."""
        nouns, places, whose = SEES[role]
        if noun not in nouns:
            return set()
        anybodys = whose is None or noun == "vehicles"
        return {
            pk
            for place, owner, pk in self.made[noun]
            if place in places and (anybodys or owner in whose)
        }


def packed_world() -> World:
    load_pack()
    return World()

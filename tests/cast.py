"""The named cast of the permission tests: a small group, its people in post, and some records."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from cheji.engine.definitions import as_json, body_of, digest
from cheji.facts import post
from cheji.packs.loading import load
from cheji.records import models as m
from cheji.records.encryption import blind, seal
from cheji.records.registers import REGISTERS, Field
from cheji.records.visibility import Viewer, operator, viewer_of

ON = date(2026, 3, 20)
AT = datetime(2026, 3, 20, 9, tzinfo=UTC)
LONG_AGO = date(2020, 1, 1)
R = m.Post.Role
KINDS = {
    "switches": "switch",
    "measures": "measure",
    "kpis": "kpi",
    "sheets": "sheet",
    "schemes": "scheme",
    "pay_plans": "pay_plan",
}


def least(field: Field) -> object:
    """A value that a required field can have."""
    if field.type == "choice":
        return field.choices[0].code
    if field.type in ("text", "code"):
        return "x"
    return {"date": ON, "bool": True}.get(field.type, (field.low or 0) * field.scale)


def unit(kind: str, code: str, parent: m.Unit | None = None, name: str = "") -> m.Unit:
    made = m.Unit.objects.create(
        kind=kind, code=code, name=name or code, parent=parent, path=f"new {kind} {code}"
    )
    made.path = f"{parent.path if parent else '/'}{made.pk}/"
    made.save(update_fields=["path"])
    return made


def person(number: str, name: str, *posts: tuple[str, m.Unit], since: date = LONG_AGO) -> m.Person:
    made = m.Person.objects.create(number=number, name=name, hired_on=since)
    for role, where in posts:
        m.Post.objects.create(person=made, unit=where, role=role, since=since)
    return made


def account(of: m.Person) -> m.User:
    return m.User.objects.create(username=of.number.lower(), person=of, password="!")


def load_pack(
    code: str = "dealership", valid_from: date = LONG_AGO, but: Sequence[str] = ()
) -> None:
    """The pack's definitions as published versions of the group; `but` names what is left out."""
    definitions = load(code).definitions
    m.DefinitionVersion.objects.bulk_create(
        m.DefinitionVersion(
            kind=kind,
            code=item.code,
            valid_from=valid_from,
            body=as_json(body_of(item)),
            digest=digest(item),
            state="published",
        )
        for plural, kind in KINDS.items()
        if plural not in but
        for item in getattr(definitions, plural)
    )


def packed_cast() -> "Cast":
    load_pack()
    return Cast()


def totals(outlet: m.Unit, on: date, who: m.Person | None = None, **counts: int) -> m.DailyTotal:
    """A daily total, posted; money in fen."""
    made = m.DailyTotal.objects.create(outlet=outlet, on_date=on, person=who, counts=counts)
    post("total", [made.pk], at=AT)
    return made


@dataclass
class Cast:
    """Two regions, three outlets, two teams, and everybody of the design's cast."""

    group: m.Unit = field(init=False)
    north: m.Unit = field(init=False)
    south: m.Unit = field(init=False)
    outlet: m.Unit = field(init=False)
    sister: m.Unit = field(init=False)
    far: m.Unit = field(init=False)
    team: m.Unit = field(init=False)
    other_team: m.Unit = field(init=False)
    people: dict[str, m.Person] = field(default_factory=dict)
    viewers: dict[str, Viewer] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.group = unit("group", "G", name="华星集团")
        self.north = unit("region", "N", self.group, "北区")
        self.south = unit("region", "S", self.group, "南区")
        self.outlet = unit("outlet", "N1", self.north, "北一店")
        self.sister = unit("outlet", "N2", self.north, "北二店")
        self.far = unit("outlet", "S1", self.south, "南一店")
        self.team = unit("team", "T1", self.outlet, "一组")
        self.other_team = unit("team", "T2", self.outlet, "二组")
        self._hire()
        post("person", [who.pk for who in self.people.values()], at=AT)

    def _hire(self) -> None:
        posts = {
            "zhang": ("张伟", R.CONSULTANT, self.team),
            "li": ("李娜", R.CONSULTANT, self.team),
            "wang": ("王芳", R.CONSULTANT, self.other_team),
            "lead": ("刘洋", R.TEAM_LEAD, self.team),
            "manager": ("陈静", R.OUTLET_MANAGER, self.outlet),
            "far_manager": ("杨帆", R.OUTLET_MANAGER, self.far),
            "far_consultant": ("赵磊", R.CONSULTANT, self.far),
            "sister_consultant": ("孙莉", R.CONSULTANT, self.sister),
            "region_head": ("周强", R.REGION_HEAD, self.north),
            "group_manager": ("吴敏", R.GROUP_MANAGER, self.group),
            "finance": ("郑洁", R.FINANCE, self.north),
            "hr": ("冯雪", R.HR, self.group),
            "marketing": ("许晴", R.MARKETING, self.outlet),
            "care": ("何丹", R.CARE, self.outlet),
            "stock": ("吕涛", R.STOCK, self.outlet),
            "auditor": ("施明", R.AUDITOR, self.group),
            "administrator": ("孔亮", R.ADMINISTRATOR, self.group),
        }
        for key, (name, role, where) in posts.items():
            self.people[key] = person(key.upper(), name, (role, where))
            self.viewers[key] = viewer_of(account(self.people[key]), ON)
        self.viewers["operator"] = operator(ON)

    def __getitem__(self, key: str) -> Viewer:
        return self.viewers[key]


ROLES = (
    "zhang",
    "li",
    "wang",
    "lead",
    "manager",
    "far_manager",
    "region_head",
    "group_manager",
    "finance",
    "hr",
    "marketing",
    "care",
    "stock",
    "auditor",
    "administrator",
    "operator",
)


class Floor:
    """Makes and posts records as actions would leave them, straight through the models."""

    def __init__(self) -> None:
        self.counter = 0

    def number(self) -> str:
        self.counter += 1
        return f"X{self.counter:04d}"

    def customer(
        self, outlet: m.Unit, owner: m.Person | None, name: str = "钱多多", phone: str = ""
    ) -> m.Customer:
        made = m.Customer(outlet=outlet, owner=owner, name=name, created_on=LONG_AGO)
        if phone:
            made.phone_cipher = seal(phone, field="customer.phone", row=str(made.key))
            made.phone_index = blind(phone, field="phone")
            made.phone_tail_index = blind(phone[-4:], field="phone_tail")
        made.save()
        return made

    def visit(self, outlet: m.Unit, who: m.Person | None, on: date = ON, **more: object) -> m.Visit:
        made = m.Visit.objects.create(
            outlet=outlet, person=who, on_date=on, number=self.number(), **more
        )
        post("visit", [made.pk], at=AT)
        return made

    def lead(self, outlet: m.Unit, who: m.Person | None, on: date = ON, **more: object) -> m.Lead:
        made = m.Lead.objects.create(
            outlet=outlet, person=who, received_on=on, number=self.number(), **more
        )
        post("lead", [made.pk], at=AT)
        return made

    def prospect(
        self, customer: m.Customer, level: str = "A", on: date = ON, **more: object
    ) -> m.Prospect:
        made = m.Prospect.objects.create(
            outlet=customer.outlet,
            customer=customer,
            owner=customer.owner,
            opened_on=on,
            level=level,
            number=self.number(),
            **more,
        )
        self.step(made, "opened", on)
        return made

    def step(self, prospect: m.Prospect, kind: str, on: date, **more: object) -> None:
        prospect.steps.create(
            on_date=on,
            kind=kind,
            level=more.get("level", prospect.level),
            owner=more.get("owner", prospect.owner),
            reason=more.get("reason", ""),
            recorded_at=AT,
        )
        post("prospect", [prospect.pk], at=AT)

    def order(
        self,
        outlet: m.Unit,
        *people: m.Person,
        customer: m.Customer | None = None,
        prospect: m.Prospect | None = None,
        on: date = ON,
        price: int = 10_000_000,
        cost: int | None = 9_500_000,
        **more: object,
    ) -> m.Order:
        made = m.Order.objects.create(
            outlet=outlet,
            customer=customer or (prospect.customer if prospect else None),
            prospect=prospect,
            signed_on=on,
            number=self.number(),
            **more,
        )
        made.lines.create(kind="vehicle", revenue=price, cost=cost)
        part, over = divmod(10_000, len(people) or 1)
        for place, who in enumerate(people):
            made.shares.create(since=on, person=who, share=part + (over if not place else 0))
        if prospect:
            self.step(prospect, "ordered", on)
        post("order", [made.pk], at=AT)
        return made

    def delivery(self, order: m.Order, on: date = ON, **more: object) -> m.Delivery:
        made = order.deliveries.create(number=self.number(), on_date=on, units=order.units, **more)
        m.Order.objects.filter(pk=order.pk).update(state="delivered")
        post("delivery", [made.pk], at=AT)
        post("order", [order.pk], at=AT)
        return made

    def vehicle(self, outlet: m.Unit, on: date = ON, **more: object) -> m.Vehicle:
        made = m.Vehicle.objects.create(
            outlet=outlet, vin=f"LVIN{self.number()}", model="星越", stocked_on=on, **more
        )
        post("vehicle", [made.pk], at=AT)
        return made

    def entry(
        self, register: str, outlet: m.Unit, who: m.Person | None = None, **more: object
    ) -> m.RegisterRow:
        """An entry of a register: what it must have, and `more`."""
        kind = REGISTERS[register]
        values = {field.code: least(field) for field in kind.fields if field.required}
        if kind.model == "required":
            values["model"] = "星越"
        row = m.TABLES[register](
            outlet=outlet, number=self.number(), person=who, **{**values, **more}
        )
        row.save()
        post(register, [row.pk], at=AT)
        return row

    def spend(self, outlet: m.Unit, amount: int, on: date = ON) -> m.AdSpend:
        made = m.AdSpend.objects.create(
            outlet=outlet, number=self.number(), on_date=on, amount=amount
        )
        post("spend", [made.pk], at=AT)
        return made

"""绩效合约: proposed by the manager, agreed to by both over one digest, revised at mid-term."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cheji.actions.appraisals.ground import Done, NotYourPart, appraisal_for, duty, tell
from cheji.actions.appraisals.tasks import end, void
from cheji.actions.deeds import NothingDiffers, SayWhy
from cheji.actions.targets import AIMS, GoalNotBetween
from cheji.engine.definitions import SchemeItem
from cheji.engine.scores.cycles import BY_CODE
from cheji.records.appraised import TERMS, scheme_for, terms_digest, unaimed
from cheji.records.models import Appraisal, AppraisalItem, DefinitionVersion, StepTask
from cheji.records.refusals import BadValue, ChangedMeanwhile, Refused
from cheji.records.visibility import Viewer
from cheji.records.words import MORE_THAN_NOTHING, NOT_BLANK, NOT_NEGATIVE, Words, one_of


class NoTarget(Refused):
    """These items have no target, so they score nothing: {en}.

    Set their targets, or say that you agree without them.
    """

    zh = "以下各项没有目标，将不得分：{zh}。请先设定目标，或确认在没有目标的情况下签订。"


REVISED = ("weight", *(aim if aim != "value" else "target" for aim in AIMS), "text")


@dataclass(frozen=True, slots=True)
class Term:
    """What one item asks for, in 1/10,000 of its unit; `goal` names a work goal below the item.

    A goal has a text and a weight among the goals of its item; `drop` takes it away.
    """

    item: str
    goal: str = ""
    target: int | None = None
    base: int | None = None
    stretch: int | None = None
    weight: int | None = None
    text: str = ""
    drop: bool = False


def propose(
    *,
    by: Viewer,
    at: datetime,
    appraisal: int,
    terms: Sequence[Term],
    version: int | None = None,
    why: str = "",
) -> Done:
    """Set terms as the manager; both sides agree anew. At mid-term it needs a reason."""
    with duty("propose", by=by, at=at) as doing:
        row = appraisal_for(doing, "propose", appraisal, version)
        revising = row.cycle.state == "reviewing"
        if revising and not why.strip():
            raise SayWhy(field="why")
        items = {item.key: item for item in scheme_for(row).items}
        for term in terms:
            _check(term, items)
        told = [_put(row, term, why if revising else "", at) for term in terms]
        if not any(told):
            raise NothingDiffers
        void(row)
        doing.tell(terms=[text for text in told if text], why=why)
        tell(by, [row.person_id], "proposed", row, at)
        return Done(row.pk, row.version)


def _put(appraisal: Appraisal, term: Term, why: str, at: datetime) -> str:
    """Write one term; the change as text, empty where nothing differs."""
    held = AppraisalItem.objects.filter(
        appraisal=appraisal, item=term.item, goal=term.goal, superseded=False
    ).first()
    if term.drop:
        return _drop(held, term, why, at)
    wanted = {name: getattr(term, name) for name in REVISED}
    if not term.goal:
        wanted = {name: wanted[name] for name in ("target", "base", "stretch")}
        wanted["days"] = appraisal.days if any(aim is not None for aim in wanted.values()) else None
    before = {name: getattr(held, name) if held else None for name in wanted}
    if before == wanted:
        return ""
    if held is None:
        _begin_goal(appraisal, term, why, at)
    elif why:
        _revise(held, wanted, why, at)
    else:
        AppraisalItem.objects.filter(pk=held.pk).update(**wanted)
    return f"{term.item} {term.goal}: {before} → {wanted}"


def _check(term: Term, items: Mapping[str, SchemeItem]) -> None:
    item = items.get(term.item)
    if item is None or (item.source == "goal") != bool(term.goal):
        names = {key: (one.zh, one.en) for key, one in items.items()}
        raise BadValue(field="item", value=f"{term.item} {term.goal}".strip(), why=one_of(names))
    if term.goal and not term.drop:
        if not term.text.strip():
            raise BadValue(field="text", value="", why=NOT_BLANK)
        if not term.weight or term.weight < 0:
            raise BadValue(field="weight", value=term.weight, why=MORE_THAN_NOTHING)
    known = [aim for aim in (term.base, term.target, term.stretch) if aim is not None]
    if any(aim < 0 for aim in known):
        raise BadValue(field="target", value=min(known), why=NOT_NEGATIVE)
    if known not in (sorted(known), sorted(known, reverse=True)):
        raise GoalNotBetween(period=Words(*_names([item])[0]))


def _drop(held: AppraisalItem | None, term: Term, why: str, at: datetime) -> str:
    """A goal that is dropped stays as superseded, so that marks and history still name it.

    Dropped at mid-term, a row that holds nothing says why beside it.
    """
    if held is None or not term.goal:
        return ""
    AppraisalItem.objects.filter(pk=held.pk).update(superseded=True)
    if why:
        AppraisalItem.objects.create(
            appraisal=held.appraisal, position=held.position, item=held.item, goal=held.goal,
            kind=held.kind, weight=0, superseded=True, revised_from=held, revised_why=why,
            revised_at=at,
        )  # fmt: skip
    return f"{term.item} {term.goal}: —"


def _begin_goal(appraisal: Appraisal, term: Term, why: str, at: datetime) -> None:
    above = AppraisalItem.objects.filter(appraisal=appraisal, item=term.item, goal="").first()
    AppraisalItem.objects.create(
        appraisal=appraisal, position=above.position if above else 0, item=term.item,
        goal=term.goal, kind="goal", weight=term.weight or 0, text=term.text.strip(),
        target=term.target, base=term.base, stretch=term.stretch, revised_why=why,
        revised_at=at if why else None,
    )  # fmt: skip


def _revise(held: AppraisalItem, wanted: dict[str, object], why: str, at: datetime) -> None:
    """A new row beside the old one, which stays as it was agreed."""
    AppraisalItem.objects.filter(pk=held.pk).update(superseded=True)
    values = {name: getattr(held, name) for name in TERMS} | wanted
    AppraisalItem.objects.create(
        appraisal=held.appraisal, revised_from=held, revised_why=why, revised_at=at, **values
    )


def agree(*, by: Viewer, at: datetime, appraisal: int, digest: str, aimless: bool = False) -> Done:
    """Agree to the terms with this digest, as the person or for the manager.

    What the other side agreed to under another digest is void. `aimless` says that items without
    a target are agreed to knowingly.

    Raises:
        ChangedMeanwhile: it is not the digest of the terms as they stand.
        NoTarget: items have no target, and `aimless` is not said.
    """
    with duty("agree", by=by, at=at) as doing:
        row = appraisal_for(doing, "agree", appraisal)
        if digest != terms_digest(row):
            raise ChangedMeanwhile(noun="appraisal")
        without = _names(unaimed(row))
        if without and not aimless:
            zh, en = zip(*without, strict=True)
            raise NoTarget(zh="、".join(zh), en=", ".join(en))
        if row.digest not in ("", digest):
            void(row)
        task = task_of(by, row)
        stamp = "person_agreed_at" if task.part == "self" else "manager_agreed_at"
        setattr(row, stamp, at)
        row.digest = digest
        row.version += 1
        row.save()
        end(task, StepTask.Way.DONE, by, at)
        doing.tell(part=task.part, digest=digest, step=BY_CODE[task.step].en)
        if without:
            doing.tell(aimless=[zh for zh, _en in without])
        tell(by, [row.person_id, row.manager_id], "agreed", row, at)
        return Done(row.pk, row.version)


def _names(items: Sequence[SchemeItem]) -> list[tuple[str, str]]:
    """What items are called in Chinese and English: by the scheme, else by the KPI."""
    codes = [item.kpi for item in items]
    rows = DefinitionVersion.objects.filter(kind="kpi", state="published", code__in=codes)
    kpis = dict(rows.order_by("valid_from", "id").values_list("code", "body"))
    return [
        (item.zh or kpi.get("zh", item.key), item.en or kpi.get("en", item.key))
        for item in items
        for kpi in [kpis.get(item.kpi, {})]
    ]


def task_of(by: Viewer, appraisal: Appraisal) -> StepTask:
    """The viewer's open task for an appraisal in its cycle's step, locked."""
    mine = appraisal.tasks.select_for_update().filter(
        step=appraisal.cycle.state, way=StepTask.Way.OPEN
    )
    for task in mine.order_by("id"):
        if (task.delegate_id or task.owner_id) == by.person:
            return task
    raise NotYourPart

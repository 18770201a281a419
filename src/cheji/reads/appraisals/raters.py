"""Whom a manager may name to mark somebody besides himself: peers, reports, customers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, cast

from django.db.models import Q, QuerySet

from cheji.engine.scores.cycles import NAMELESS
from cheji.reads.appraisals.heads import head_of
from cheji.reads.seen import Who, who
from cheji.records.appraised import scheme_for
from cheji.records.models import Appraisal, Post
from cheji.records.visibility import Viewer, of


@dataclass(frozen=True, slots=True)
class Raters:
    """Whom else the scheme asks to mark somebody: for each part who is named and who could be."""

    named: Mapping[str, tuple[int, ...]]
    people: Mapping[str, tuple[Who, ...]]


def raters(viewer: Viewer, appraisal: int) -> Raters:
    """For the parts that others may mark: people in post, without himself and his manager.

    Who is named already stays among them.
    """
    row, head = head_of(viewer, appraisal)
    codes = {rater.code for item in scheme_for(row).items for rater in item.raters}
    named: dict[str, tuple[int, ...]] = {
        part: tuple(t.owner.id for t in head.tasks if (t.step, t.part) == ("peers", part))
        for part in NAMELESS
        if part in codes
    }
    posts = Post.objects.filter(Q(until=None) | Q(until__gt=viewer.on), since__lte=viewer.on)
    return Raters(
        named,
        {
            part: _people(viewer, row, Q(posts__in=CHOICES[part](row, posts)) | Q(pk__in=there))
            for part, there in named.items()
        },
    )


def _people(viewer: Viewer, row: Appraisal, wanted: Q) -> tuple[Who, ...]:
    marked_anyway = [row.person_id, *filter(None, [row.manager_id])]
    found = of(viewer).people().filter(wanted).exclude(pk__in=marked_anyway)
    return tuple(cast("Who", who(one)) for one in found.distinct().order_by("number"))


def _here(row: Appraisal) -> Q:
    return Q(unit=row.outlet_id) | Q(unit__parent=row.outlet_id)


def _peers(row: Appraisal, posts: "QuerySet[Post]") -> "QuerySet[Post]":
    """Who holds the same post at the outlet; of a post held once, those of the outlets beside."""
    same = posts.filter(role=row.role).exclude(person=row.person_id)
    here = same.filter(_here(row))
    return here if here.exists() else same.filter(unit__parent=row.outlet.parent_id)


def _reports(row: Appraisal, posts: "QuerySet[Post]") -> "QuerySet[Post]":
    """Who stands below: the team of its lead, everybody at the outlet of its manager."""
    if row.role == Post.Role.TEAM_LEAD:
        return posts.filter(unit=row.team_id).exclude(role=row.role)
    if row.role == Post.Role.OUTLET_MANAGER:
        return posts.filter(_here(row)).exclude(role=row.role)
    return posts.none()


def _customers(row: Appraisal, posts: "QuerySet[Post]") -> "QuerySet[Post]":
    """Who works with him at the outlet in other posts."""
    return posts.filter(_here(row)).exclude(role=row.role)


CHOICES: Final[Mapping[str, Callable[..., "QuerySet[Post]"]]] = {
    "peer": _peers, "report": _reports, "customer": _customers,
}  # fmt: skip

"""Who holds a post that allows a verb, at or above an outlet."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from .models import Person, Post, Unit
from .rights import DOES


def posts_for(verb: str, *, over: Unit | None, on: date) -> "QuerySet[Post]":
    """Posts of a day that allow a verb at or above an outlet, or in the group for None."""
    posts = Post.objects.filter(
        Q(until__isnull=True) | Q(until__gt=on),
        role__in=[role for role, verbs in DOES.items() if verb in verbs],
        since__lte=on,
    )
    if over is None:
        return posts.filter(unit__kind=Unit.Kind.GROUP)
    return posts.filter(unit__in=[int(part) for part in over.path.strip("/").split("/")])


def others_for(verb: str, *, over: Unit, on: date, but: Iterable[int]) -> "QuerySet[Person]":
    """Whoever can do it at an outlet with an account of his own, without these accounts."""
    people = Person.objects.filter(
        id__in=posts_for(verb, over=over, on=on).values("person"), user__is_active=True
    )
    return people.exclude(user__in=list(but)).order_by("name", "id")

"""Answers to what the rules suggest: accepted, or declined with a reason, several at once."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from cheji.actions import appraisals as act
from cheji.engine.scores.cycles import BY_VERB
from cheji.reads.appraisals.outcomes import OutcomeSeen, chosen
from cheji.records.refusals import NotFound, Refused
from cheji.records.visibility import Viewer
from cheji.web.asked import ticked
from cheji.web.labels import sentence
from cheji.web.viewers import now, viewer
from cheji.web.views.appraisals.results import listed


@require_POST
def answers(request: HttpRequest, number: int) -> HttpResponse:
    """Accept the suggestions that were ticked, or decline them with a reason."""
    who, accept = viewer(request), request.POST.get("answer") == "accept"
    who.must(BY_VERB["answer_outcome"].right)
    found = chosen(who, number, ticked(request.POST))
    if not found:
        return listed(request, number, _("Tick a suggestion first."))
    done, refused = _answered(who, found, accept=accept, reason=request.POST.get("reason", ""))
    if done:
        messages.success(request, _told(done, accept=accept))
    if refused:
        return listed(
            request,
            number,
            " ".join(f"{why} ({_(', ').join(names)})" for why, names in refused.items()),
        )
    return redirect("results", number)


Refusals = dict[str, list[str]]
"""By the sentence that says why, the people whose suggestions it is about."""


def _answered(
    who: Viewer, found: list[OutcomeSeen], *, accept: bool, reason: str
) -> tuple[list[act.Answered], Refusals]:
    """Each answered for itself: one that is refused keeps no other back."""
    done: list[act.Answered] = []
    refused: Refusals = {}
    for one in found:
        try:
            done.append(
                act.answer_outcome(
                    by=who, at=now(), outcome=one.id, accept=accept, reason=reason,
                    version=one.version,
                )
            )  # fmt: skip
        except NotFound:
            raise
        except Refused as refusal:
            names = refused.setdefault(sentence(refusal), [])
            if one.person.name not in names:
                names.append(one.person.name)
    return done, refused


def _told(done: list[act.Answered], *, accept: bool) -> str:
    count, targets = len(done), sum(len(one.proposals) for one in done)
    if not accept:
        return ngettext("{count} declined.", "{count} declined.", count).format(count=count)
    text = ngettext("{count} accepted.", "{count} accepted.", count).format(count=count)
    if not targets:
        return text
    more = ngettext(
        "{count} target is proposed; a second person decides on it.",
        "{count} targets are proposed; a second person decides on them.",
        targets,
    )
    return f"{text} {more.format(count=targets)}"


urlpatterns = [
    path("appraisals/cycles/<int:number>/outcomes", answers, name="outcomes-answer"),
]

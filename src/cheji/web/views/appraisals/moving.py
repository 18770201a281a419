"""What moves a cycle: on, back, reminders, joins and moves, publication; and deeds for several."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from cheji.actions import appraisals as act
from cheji.actions.deeds import SayWhy
from cheji.engine.scores.cycles import BY_VERB, RUN
from cheji.reads import appraisals as scores
from cheji.reads.appraisals import cycles as reads
from cheji.reads.appraisals.cycles import MemberSeen
from cheji.records.refusals import NotFound, Refused
from cheji.records.visibility import Viewer
from cheji.web.asked import posted, ticked, version_seen
from cheji.web.labels import sentence
from cheji.web.viewers import now, viewer
from cheji.web.views.appraisals.calibration import shown_on_board
from cheji.web.views.appraisals.cycles import page

#: The duty of the cycle's table behind each address.
RIGHTS = {
    "advance": "advance",
    "back": "step_back",
    "remind": "advance",
    "renew": "renew",
    "publish": "publish",
    "apply": "apply",
}


@require_POST
def do(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Move a cycle on or back, remind, follow joins and moves, publish, apply."""
    who, post = viewer(request), request.POST
    found = reads.cycle(who, number)
    version = version_seen(post, "version", found.seen.version)
    terms: dict[str, Any] = {"by": who, "at": now(), "cycle": number}
    verbs: dict[str, Callable[[], str]] = {
        "advance": lambda: _advanced(act.advance(**terms, to=post.get("to", ""), version=version)),
        "back": lambda: _advanced(act.step_back(**terms, why=post.get("why", ""))),
        "remind": lambda: _reminded(act.remind(**terms)),
        "renew": lambda: _renewed(act.renew(**terms)),
        "publish": lambda: _published(terms, post.get("seen", "")),
        "apply": lambda: _applied(act.apply(**terms, version=version)),
    }
    if verb not in verbs:
        raise NotFound(noun="cycle", key=verb)
    who.must(BY_VERB[RIGHTS[verb]].right)
    try:
        told = verbs[verb]()
    except NotFound:
        raise
    except Refused as refusal:
        if verb == "publish":
            messages.error(request, sentence(refusal))
            return redirect("calibration", number)
        return page(request, number, fault=sentence(refusal))
    messages.success(request, told)
    return redirect("results" if verb in ("publish", "apply") else "cycle", number)


def _advanced(_done: act.Done) -> str:
    return _("The cycle moved; those who have something to do are told.")


def _reminded(count: int) -> str:
    if not count:
        return _("Nobody to remind, or they were reminded today already.")
    return ngettext("{count} person reminded.", "{count} people reminded.", count).format(
        count=count
    )


def _renewed(count: int) -> str:
    if not count:
        return _("Nothing changed: everybody's posts are as they were.")
    text = ngettext("{count} appraisal changed.", "{count} appraisals changed.", count)
    return text.format(count=count)


def _published(terms: dict[str, Any], seen: str) -> str:
    """Publish what the board showed: facts as far as it had read them, all else unchanged since."""
    shown = shown_on_board(terms["cycle"], seen)
    found = scores.cycle_figures(terms["by"], terms["cycle"], upto=shown["mark"])
    act.publish(**terms, figures=found.figures, mark=found.mark, seen=shown["stamp"])
    return _("Published. Everybody is told his result and until when he may appeal.")


def _applied(_done: act.Done) -> str:
    return _("Applied: grades, coefficients and suggestions are written down.")


@require_POST
def bulk(request: HttpRequest, number: int) -> HttpResponse:
    """One deed for several people at once; each of them is reported."""
    who, post = viewer(request), request.POST
    who.must(RUN)
    done, refused = 0, []
    for one in reads.chosen_members(who, number, ticked(post)):
        try:
            _each(who, one, post)
            done += 1
        except NotFound:
            raise
        except Refused as refusal:
            refused.append(f"{one.person.name}: {sentence(refusal)}")
    if not done and not refused:
        messages.warning(request, _("Tick somebody first."))
    if done:
        text = ngettext("Done for {count} person.", "Done for {count} people.", done)
        messages.success(request, text.format(count=done))
    if refused:
        for text in refused:
            messages.error(request, text)
        return page(request, number, fault=_("For some it was refused; what you typed is kept."))
    return redirect(f"{reverse('cycle', args=[number])}#people")


def _each(who: Viewer, one: MemberSeen, post: Mapping[str, str]) -> None:
    terms: dict[str, Any] = {"by": who, "at": now(), "appraisal": one.id}
    verb, why = post.get("verb", ""), post.get("why", "").strip()
    if verb == "leave_out":
        if not why:
            raise SayWhy(field="why")
        act.leave_out(**terms, why=why)
    elif verb == "take_in":
        act.leave_out(**terms, why="")
    elif verb == "set_manager":
        act.set_manager(**terms, manager=posted(post, "manager"), why=why)
    elif verb == "skip":
        for task, _part, _owner in one.open:
            act.skip(by=who, at=now(), task=task, why=why)
    else:
        raise NotFound(noun="cycle", key=verb)


urlpatterns = [
    path("appraisals/cycles/<int:number>/do/<slug:verb>", do, name="cycle-do"),
    path("appraisals/cycles/<int:number>/bulk", bulk, name="cycle-bulk"),
]

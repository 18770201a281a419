"""What takes messages out of the house: every minute to robots and by e-mail."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import override
from procrastinate.contrib.django import app

from cheji.actions import sending
from cheji.actions.sending import ToGroup

from .channels import bodies, letters, web, wording

KEPT = timedelta(days=90)
MOST = 200  # e-mails of one run


@app.periodic(cron="* * * * *")
@app.task(name="messages.send", queue="upkeep", queueing_lock="messages.send")
def send(timestamp: int = 0) -> None:  # noqa: ARG001  procrastinate passes the planned second
    """Look at new messages, then send what is due: each robot below its provider's limit."""
    while sending.route(at=timezone.now()):
        pass
    for robot in sending.waiting_robots(at=timezone.now()):
        _posts(robot)
    _mails()


def _posts(robot: int) -> None:
    """A robot's posts, until nothing is due or its bucket is empty."""
    while (post := sending.claim_post(robot=robot, at=timezone.now())) is not None:
        outcome = web.post(post.provider, _body(post))
        sending.ended_post(post=post, outcome=outcome, at=timezone.now())


def _body(post: ToGroup) -> bodies.Body:
    """In the installation's language: a group has many readers."""
    with override(settings.LANGUAGE_CODE):
        words = wording.lines(post.counts, settings.LANGUAGE_CODE)
        said = [wording.heading(post.unit), *words, *wording.foot()]
    where = post.address, post.secret
    second = timezone.now().timestamp()
    return bodies.fitting(post.provider.code, post.provider.most, where, said, second)


def _mails() -> None:
    for _one in range(MOST):
        letter = sending.claim_mail(at=timezone.now())
        if letter is None:
            return
        if letter.sendings:
            with override(letter.language):
                outcome = letters.send(letter)
            sending.ended(sendings=letter.sendings, outcome=outcome, at=timezone.now())


@app.periodic(cron="30 3 * * *")
@app.task(name="messages.forget", queue="upkeep", queueing_lock="messages.forget")
def forget(timestamp: int) -> None:  # noqa: ARG001  as above
    """Every night: what was sent or failed three months ago is forgotten."""
    sending.forget(before=timezone.now() - KEPT)

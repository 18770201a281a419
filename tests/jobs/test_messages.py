"""Messages leave the house: to robots below their limits, by e-mail, and never what is in them."""

import socket
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from django.core import mail
from django.db import connection

from cast import Cast
from cheji.actions import messages, robots, sending
from cheji.jobs import messages as jobs
from cheji.jobs.channels import bodies, web
from cheji.records import models as m
from cheji.records.message_types import TYPES, type_of
from cheji.records.robots import PROVIDERS
from cheji.web.notices import NOTICES
from jobs.robots_nearby import KEY, SECRET, Robots, serving

START = datetime(2026, 3, 20, 9, tzinfo=UTC)


class Clock:
    """The time of a test, moved on by hand."""

    def __init__(self) -> None:
        self.at = START

    def now(self) -> datetime:
        return self.at

    def on(self, **more: float) -> None:
        self.at += timedelta(**more)


@pytest.fixture
def clock(monkeypatch) -> Clock:
    found = Clock()
    monkeypatch.setattr("django.utils.timezone.now", found.now)
    return found


@pytest.fixture
def nearby(clock, settings):
    with serving(clock.now) as found:
        settings.CHEJI_ROBOT_ORIGINS = [found.address]
        yield found


def declared(cast: Cast, nearby: Robots, provider: str = "dingtalk", **more: object) -> int:
    terms = robots.Terms(
        **{"name": "销售群", "types": ["leads"], "address": nearby.url(provider),
           "secret": SECRET, **more}
    )  # fmt: skip
    unit = cast.outlet.pk
    return robots.declare(
        by=cast["manager"], at=START, unit=unit, provider=provider, terms=terms
    ).id


def tell(cast: Cast, clock: Clock, *people: str, kind: str = "leads.received") -> None:
    for who in people:
        body = {"noun": "lead", "id": 7, "number": "L-SECRET-7", "fen": 123_456}
        messages.tell([cast.people[who].pk], kind, body, clock.at)


def waiting(robot: int, count: int) -> None:
    """Tests are posted one by one: so many as there are wait for the bucket."""
    test = {"robot_id": robot, "type": "test", "made_at": START, "due_at": START}
    m.Sending.objects.bulk_create(m.Sending(**test) for _ in range(count))


def states() -> list[tuple[str, str, int, str]]:
    rows = m.Sending.objects.order_by("id")
    return list(rows.values_list("type", "state", "tries", "fault"))


@pytest.mark.parametrize(
    ("provider", "gap"), [("wecom", "\n"), ("dingtalk", "\n\n"), ("feishu", "\n")]
)
def test_a_group_is_told_how_many_messages_there_are_and_nothing_in_them(
    cast, clock, nearby, provider, gap
) -> None:
    declared(cast, nearby, provider)
    tell(cast, clock, "zhang")
    jobs.send()
    assert nearby.taken == [(provider, f"车绩 Cheji · 北一店{gap}线索：1 条新消息")]
    assert states() == [("leads", "sent", 1, "")]
    jobs.send()
    assert len(nearby.taken) == 1


def test_a_group_hears_of_its_own_unit_and_of_the_types_chosen_for_it(cast, clock, nearby) -> None:
    declared(cast, nearby)
    tell(cast, clock, "far_consultant", "group_manager")
    tell(cast, clock, "li", kind="targets.set")
    jobs.send()
    assert (nearby.taken, states()) == ([], [])


def test_many_that_wait_are_one_digest(cast, clock, nearby) -> None:
    declared(cast, nearby, types=["leads", "targets"])
    tell(cast, clock, *["zhang", "li"] * 4)
    tell(cast, clock, "lead", kind="targets.behind")
    jobs.send()
    words = "车绩 Cheji · 北一店\n\n线索：8 条新消息\n\n目标：1 条新消息"
    assert nearby.taken == [("dingtalk", words)]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_no_minute_has_more_posts_than_the_messenger_takes(cast, clock, nearby, provider) -> None:
    robot = declared(cast, nearby, provider)
    waiting(robot, 90)
    for _second in range(90):
        jobs.send()
        clock.on(seconds=1)
    taken = {"wecom": 5 + 17, "dingtalk": 5 + 17, "feishu": 90}[provider]
    assert (len(nearby.taken), nearby.refused) == (taken, [])


def test_two_workers_share_one_bucket(transactional_db, clock, nearby) -> None:
    cast = Cast()
    robot = declared(cast, nearby)
    waiting(robot, 30)

    def work() -> None:
        try:
            jobs.send()
        finally:
            connection.close()

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    left = m.Sending.objects.filter(state="waiting").count()
    assert (len(nearby.taken), left) == (PROVIDERS["dingtalk"].burst, 25)


def test_a_robot_that_others_used_up_rests_as_long_as_its_messenger_wants(
    cast, clock, nearby
) -> None:
    declared(cast, nearby)
    nearby.times["dingtalk"] = [START] * 20
    tell(cast, clock, "zhang")
    jobs.send()
    fast = "130101 send too fast, exceed 20 times per minute"
    assert states() == [("leads", "waiting", 1, fast)]
    for _minute in range(9):
        clock.on(minutes=1)
        jobs.send()
    assert nearby.refused == [130101]
    clock.on(minutes=1)
    jobs.send()
    assert (states(), len(nearby.taken)) == ([("leads", "sent", 2, "")], 1)


def test_what_fails_is_tried_again_ever_later_and_in_the_end_given_up(cast, clock, nearby) -> None:
    declared(cast, nearby)
    tell(cast, clock, "zhang")
    nearby.faults = [(502, "")] * 20
    tried = []
    for minute in range(200):
        before = len(nearby.faults)
        jobs.send()
        tried += [minute] if len(nearby.faults) < before else []
        clock.on(minutes=1)
    assert tried == [0, 1, 3, 7, 15, 31, 63, 127]
    assert states() == [("leads", "failed", 8, "HTTP 502")]


@pytest.mark.parametrize(
    ("provider", "fault"),
    [
        ("dingtalk", "310000 sign not match"),
        ("feishu", "19021 sign match fail or timestamp is not within one hour from current time"),
    ],
)
def test_a_wrong_key_is_told_and_not_tried_again(cast, clock, nearby, provider, fault) -> None:
    declared(cast, nearby, provider, secret="another-secret-of-theirs")
    tell(cast, clock, "zhang")
    for _ in range(2):
        jobs.send()
        clock.on(minutes=1)
    assert states() == [("leads", "failed", 1, fault)]


def test_what_a_receiver_repeats_of_the_address_or_key_is_not_kept(
    cast, clock, nearby, caplog
) -> None:
    declared(cast, nearby)
    tell(cast, clock, "zhang")
    nearby.faults = [(200, {"errcode": 7, "errmsg": f"bad {KEY} and {SECRET}"})]
    jobs.send()
    assert states() == [("leads", "failed", 1, "7 bad … and …")]
    assert KEY not in caplog.text
    assert SECRET not in caplog.text


def test_a_worker_that_dies_leaves_its_post_to_the_next(cast, clock, nearby) -> None:
    robot = declared(cast, nearby)
    tell(cast, clock, "zhang")
    sending.route(at=clock.at)
    assert sending.claim_post(robot=robot, at=clock.at) is not None
    jobs.send()
    assert nearby.taken == []
    clock.on(minutes=5)
    jobs.send()
    assert (len(nearby.taken), states()) == (1, [("leads", "sent", 2, "")])


def test_a_long_text_is_cut_to_the_lines_that_fit(clock, nearby) -> None:
    said = ["标题", *("长" * 500 for _ in range(40))]
    for code, lines in (("wecom", 3), ("dingtalk", 13), ("feishu", 13)):
        provider = PROVIDERS[code]
        where = nearby.url(code), SECRET
        body = bodies.fitting(code, provider.most, where, said, clock.at.timestamp())
        assert web.post(provider, body).result == "sent"
        assert nearby.taken[-1][1].count("长" * 500) == lines - 1 + (code != "wecom")


@pytest.mark.parametrize(
    "address",
    [
        "http://oapi.dingtalk.com/robot/send?access_token=x",
        "https://oapi.dingtalk.com.example.cn/robot/send",
        "https://oapi.dingtalk.com@127.0.0.1/robot/send",
        "https://oapi.dingtalk.com:8443/robot/send",
        "https://oapi.dingtalk.com/elsewhere",
        "https://127.0.0.1/robot/send",
        "https://2130706433/robot/send",
        "https://[::1]/robot/send",
        "file:///etc/passwd",
        "https://oapi.dingtalk.com:port/robot/send",
    ],
)
def test_nothing_is_posted_elsewhere(cast, settings, address) -> None:
    terms = robots.Terms("群", ["leads"], address, SECRET)
    with pytest.raises(robots.AddressNotAllowed):
        robots.declare(
            by=cast["manager"], at=START, unit=cast.outlet.pk, provider="dingtalk", terms=terms
        )
    outcome = web.post(PROVIDERS["dingtalk"], bodies.Body(address, b"{}"))
    assert (outcome.result, outcome.fault) == ("failed", "address not allowed")


@pytest.mark.parametrize("inside", ["127.0.0.1", "10.0.0.8", "169.254.169.254", "::1", "fd00::1"])
def test_a_name_that_leads_into_the_house_is_refused(monkeypatch, inside) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (inside, 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_asked, **_how: found)
    body = bodies.Body("https://oapi.dingtalk.com/robot/send?access_token=x", b"{}")
    outcome = web.post(PROVIDERS["dingtalk"], body)
    assert (outcome.result, outcome.fault) == ("failed", "address not allowed")


def test_a_redirect_is_not_followed(clock, nearby) -> None:
    nearby.faults = [(302, nearby.url("wecom"))]
    body = bodies.wecom(nearby.url("wecom"), "", ["x"], 0)
    assert web.post(PROVIDERS["wecom"], body) == sending.Outcome("failed", "HTTP 302")
    assert nearby.taken == []


def test_who_cannot_be_reached_is_tried_again(clock, nearby, settings) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{free.getsockname()[1]}"
    settings.CHEJI_ROBOT_ORIGINS = [closed]
    outcome = web.post(PROVIDERS["wecom"], bodies.wecom(f"{closed}/x", "", ["x"], 0))
    assert outcome == sending.Outcome("again", "ConnectionRefusedError")


def test_pay_and_scores_come_to_a_group_only_where_an_administrator_allows_it(
    cast, clock, nearby
) -> None:
    robot = declared(cast, nearby)
    terms = robots.Terms("销售群", ["pay"])
    with pytest.raises(robots.NotForGroups):
        robots.amend(by=cast["manager"], at=START, robot=robot, version=1, terms=terms)
    m.Robot.objects.update(types=["leads", "pay", "users", "other"])  # as if it were written
    for kind in ("runs.pay", "users.set_password", "nobody.placed_it"):
        tell(cast, clock, "zhang", kind=kind)
    jobs.send()
    assert (nearby.taken, states()) == ([], [])
    robots.allow_private(by=cast["administrator"], at=START, robot=robot, version=1, allowed=True)
    robots.amend(by=cast["manager"], at=START, robot=robot, version=2, terms=terms)
    for kind in ("runs.pay", "users.set_password"):
        tell(cast, clock, "zhang", kind=kind)
    jobs.send()
    assert nearby.taken == [("dingtalk", "车绩 Cheji · 北一店\n\n提成：1 条新消息")]


def test_what_was_forbidden_meanwhile_does_not_go_out(cast, clock, nearby) -> None:
    robot = declared(cast, nearby)
    at = clock.at
    robots.allow_private(by=cast["administrator"], at=at, robot=robot, version=1, allowed=True)
    both = robots.Terms("销售群", ["leads", "pay"])
    robots.amend(by=cast["manager"], at=at, robot=robot, version=2, terms=both)
    tell(cast, clock, "zhang", kind="runs.pay")
    sending.route(at=at)
    robots.allow_private(by=cast["administrator"], at=at, robot=robot, version=3, allowed=False)
    jobs.send()
    assert (nearby.taken, states()) == ([], [])
    assert m.Robot.objects.get().types == ["leads"]


@pytest.fixture
def post_office(settings, mailoutbox):
    settings.EMAIL_HOST = "mail.example.cn"
    settings.DEFAULT_FROM_EMAIL = "cheji@example.cn"
    settings.CHEJI_ORIGINS = ["https://kpi.example.cn"]
    m.User.objects.filter(username__in=["zhang", "li"]).update(email="z@example.cn")
    return mailoutbox


def test_an_e_mail_says_how_many_at_once_or_once_a_day_or_not(cast, clock, post_office) -> None:
    wanted = {"leads": "now", "targets": "digest"}
    assert messages.choose_mail(by=cast["zhang"], at=START, wanted=wanted) == 2
    tell(cast, clock, "zhang", "zhang", "li")
    tell(cast, clock, "zhang", kind="targets.set")
    tell(cast, clock, "zhang", kind="orders.shared")
    jobs.send()
    (first,) = post_office
    assert (first.to, first.subject) == (["z@example.cn"], "车绩 Cheji：有新消息")
    assert first.body == "线索：2 条新消息\n\n打开：https://kpi.example.cn/inbox"
    clock.at = datetime(2026, 3, 21, 0, 0, tzinfo=UTC)  # 08:00 in Shanghai
    jobs.send()
    assert [one.body.splitlines()[0] for one in post_office[1:]] == ["目标：1 条新消息"]


def test_without_a_mail_server_nothing_waits(cast, clock) -> None:
    messages.choose_mail(by=cast["zhang"], at=START, wanted={"leads": "now"})
    m.User.objects.filter(username="zhang").update(email="z@example.cn")
    tell(cast, clock, "zhang")
    jobs.send()
    assert (mail.outbox, states()) == ([], [])


def test_an_address_that_is_gone_fails_and_one_that_a_server_refuses_too(
    cast, clock, post_office, settings
) -> None:
    messages.choose_mail(by=cast["zhang"], at=START, wanted={"leads": "now"})
    tell(cast, clock, "zhang")
    sending.route(at=clock.at)
    m.User.objects.update(email="")
    jobs.send()
    assert states() == [("leads", "failed", 1, "no address")]


def test_what_was_sent_long_ago_is_forgotten_and_what_waits_is_not(cast, clock, nearby) -> None:
    robot = declared(cast, nearby)
    tell(cast, clock, "zhang")
    jobs.send()
    robots.test(by=cast["manager"], at=START, robot=robot)
    clock.on(days=91)
    jobs.forget(0)
    assert states() == [("test", "waiting", 0, "")]


def test_every_kind_has_a_type_and_what_nobody_placed_is_private() -> None:
    assert {kind for kind in NOTICES if type_of(kind).code == "other"} == set()
    assert type_of("nobody.placed_it").private
    assert {code for code, type_ in TYPES.items() if type_.private} == {"scores", "pay", "other"}

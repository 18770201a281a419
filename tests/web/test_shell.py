"""The frame around every screen: who comes in, what the navigation offers, how a no is said."""

import re
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.test import Client

from cast import AT
from cheji.records.models import ApiToken, Post, User


def offered(client, address="/people"):
    side = re.search(r'<div class="side".*?</div>\s*<header', client.get(address).text, re.DOTALL)
    return re.findall(r'class="item"\s+href="([^"]+)"', side.group())


@pytest.mark.parametrize(
    ("who", "places"),
    [
        ("zhang", ["/cockpit", "/enter", "/prospects", "/orders"]),
        ("stock", ["/orders", "/vehicles", "/deliveries", "/registers"]),
        ("hr", ["/cockpit", "/pay", "/sheets/kpi", "/sheets/structure"]),
    ],
)
def test_four_places_stand_at_the_foot_of_a_phone(faces, who, places):
    foot = re.search(r'<nav class="foot".*?</nav>', faces[who].get("/people").text, re.DOTALL)
    assert sorted(re.findall(r'<a href="([^"]+)"', foot.group())) == sorted(places)


def test_imports_are_offered_to_whoever_may_import_something(faces):
    """Finance and HR import the models by which plans pay; a consultant imports nothing."""
    offer = {who: "/imports" in offered(faces[who]) for who in ("manager", "finance", "zhang")}
    assert offer == {"manager": True, "finance": True, "zhang": False}
    assert 'href="/imports/new/models"' in faces["finance"].get("/imports/new").text


def test_a_page_with_steps_that_ask_says_that_they_are_not_shown_without_scripts(faces):
    ApiToken.objects.create(
        user=User.objects.get(username="zhang"), name="x", digest="x", made_at=AT,
        expires_at=datetime(2100, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    told = "Without JavaScript nothing can ask, so their buttons are not shown"
    pages = [faces[who].get("/tokens").text for who in ("zhang", "li")]
    assert [("data-confirm" in page, told in page) for page in pages] == [
        (True, True), (False, False),
    ]  # fmt: skip


def test_what_posts_do_not_allow_is_said_in_words(faces):
    answer = faces["zhang"].get("/people/new")
    assert answer.status_code == 403
    assert "does not allow “enter people and posts”" in answer.text


def test_a_stranger_is_led_to_the_sign_in_and_back(db):
    answer = Client().get("/people?q=zhang")
    assert (answer.status_code, answer.url) == (302, "/accounts/login/?next=/people%3Fq%3Dzhang")


def test_an_unknown_address_is_a_readable_page_with_the_number_of_the_request(faces):
    answer = faces["zhang"].get("/nowhere")
    assert answer.status_code == 404
    assert f"<code>{answer.headers['X-Request-Id']}</code>" in answer.text


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"note": "字" * 1_000_000}, "表单最多 2.5 MB"),
        ({f"cell{at}": "1" for at in range(20_001)}, "表单最多 20,000 个字段"),
    ],
    ids=["large", "fields"],
)
def test_a_form_that_is_too_much_says_what_and_how_to_mend_it(faces, body, said):
    """In the person's language, whoever sends it; what was typed is behind the browser's Back."""
    client = faces["zhang"]
    client.raise_request_exception, client.handler.enforce_csrf_checks = False, True
    client.cookies["language"], client.cookies[settings.CSRF_COOKIE_NAME] = "zh-hans", "a" * 32
    answer = client.post("/enter/visit", body)
    assert (answer.status_code, "浏览器的“返回”" in answer.text) == (400, True)
    assert said in answer.text
    assert f"<code>{answer.headers['X-Request-Id']}</code>" in answer.text
    told = client.post("/enter/visit", body, headers={"Accept": "application/json"}).json()
    assert (told["ok"], said in told["message"]) == (False, True)
    stranger = Client(raise_request_exception=False)
    page = stranger.post("/accounts/login/", body, headers={"Accept-Language": "en"})
    assert (page.status_code, "what was typed is still there" in page.text) == (400, True)


def test_an_address_with_too_many_words_is_told_so(faces):
    asked = Client(raise_request_exception=False).get("/people?" + "a&" * 20_001)
    assert (asked.status_code, 'class="said-no"' in asked.text) == (400, True)


def test_a_request_for_another_host_is_told_so_without_a_frame(db):
    answer = Client(raise_request_exception=False).get("/people", headers={"Host": "a..b"})
    assert (answer.status_code, 'class="said-no"' in answer.text) == (400, True)


def test_the_language_is_kept_in_the_browser_and_in_the_account(faces):
    client = faces["zhang"]
    answer = client.post("/language", {"language": "zh-hans", "next": "/people"})
    assert (answer.status_code, answer.url) == (302, "/people")
    assert client.cookies["language"].value == "zh-hans"
    client.post("/language", {"language": "en"})
    assert User.objects.get(username="zhang").language == "en"
    client.cookies.pop("language")
    client.headers = {}
    assert 'lang="en"' in client.get("/people").text


def test_somebody_without_a_post_is_told_so(faces, cast):
    Post.objects.filter(person=cast.people["stock"]).delete()
    answer = faces["stock"].get("/", follow=True)
    assert answer.status_code == 200
    assert offered(faces["stock"], "/people") == offered(faces["stock"], "/people")


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_the_start_only_reads(faces, method):
    assert getattr(faces["zhang"], method)("/").status_code == 405

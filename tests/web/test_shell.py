"""The frame around every screen: who comes in, what the navigation offers, how a no is said."""

import re

import pytest
from django.test import Client

from cheji.records.models import Post, User


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


def test_a_stranger_is_led_to_the_sign_in_and_back(db):
    answer = Client().get("/people?q=zhang")
    assert (answer.status_code, answer.url) == (302, "/accounts/login/?next=/people%3Fq%3Dzhang")


def test_an_unknown_address_is_a_readable_page_with_the_number_of_the_request(faces):
    answer = faces["zhang"].get("/nowhere")
    assert answer.status_code == 404
    assert f"<code>{answer.headers['X-Request-Id']}</code>" in answer.text


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

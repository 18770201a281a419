"""A signed-in browser of one of the cast, without a real browser."""

from django.test import Client

from cheji.records.models import User


def signed_in(key: str) -> Client:
    """A client of the user of this name, in English."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.get(username=key))
    client.cookies["language"] = "en"
    return client

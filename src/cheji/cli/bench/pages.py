"""Pages as somebody of a made-up group opens them."""

from typing import Final

from django.test import Client

PASSWORD: Final = "bench-of-cheji-20"  # noqa: S105  a folder that is gone afterwards


def signed_in(name: str) -> Client:
    client = Client(headers={"host": "localhost"})
    assert client.login(username=name, password=PASSWORD)
    return client


def opened(client: Client, path: str) -> bytes:
    """The page at a path, which must be there."""
    answer = client.get(path, follow=True)
    assert answer.status_code == 200, answer.status_code
    return answer.content

"""Signed-in browsers of the named cast, for tests of the screens."""

import pytest
from django.test import Client

from cast import Cast
from doors import signed_in


class Faces:
    """A client of each of the cast, signed in on first use."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self._clients: dict[str, Client] = {}

    def __getitem__(self, key: str) -> Client:
        if key not in self._clients:
            self._clients[key] = signed_in(key)
        return self._clients[key]


@pytest.fixture
def faces(cast):
    return Faces(cast)

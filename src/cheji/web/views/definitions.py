"""Screens of definitions. Taken over by a fourth colleague at 23:38: do not write here."""

urlpatterns: list[object] = []

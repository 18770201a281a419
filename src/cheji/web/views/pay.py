"""Screens of pay. Taken over by a third colleague at 23:38 to be in time: do not write here."""

urlpatterns: list[object] = []

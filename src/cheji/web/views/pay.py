"""Screens of pay. In work by a second colleague since 22:53: leave this module to him."""

urlpatterns: list[object] = []

"""Where a month lands: by the pace so far or by last year's shape, whichever did better before."""

from .landing import Course, Landing, Method, Past, course, landing

__all__ = ["Course", "Landing", "Method", "Past", "course", "landing"]

"""`/healthz`: whether this process and its database answer."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse

from cheji import __version__


def healthz(_request: HttpRequest) -> JsonResponse:
    """200 when a query runs, 503 when the database does not answer."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "database"}, status=503)
    return JsonResponse({"status": "ok", "version": __version__})

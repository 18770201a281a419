"""What a killed process leaves with the database server."""

import time

import pytest
from django.db import connection

OTHERS = """
SELECT count(*) FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


def settle() -> None:
    """Wait until the server has noticed that the child is gone, and has ended what it had asked."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(OTHERS)
            if cursor.fetchone()[0] == 0:
                return
        time.sleep(0.02)
    pytest.fail("the killed process is still in the database")

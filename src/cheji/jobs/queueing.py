"""Work queued at most once: a second asking changes nothing while the first still waits."""

from typing import Any

from django.db import transaction
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.tasks import Task


def once(task: Task[Any, Any, Any], lock: str, **given: Any) -> None:
    """Queue the task, unless one under this lock waits already for a worker."""
    try:
        with transaction.atomic():
            task.configure(queueing_lock=lock).defer(**given)
    except AlreadyEnqueued:
        return

"""The second hand for huey, whose crontab knows minutes: a confirmation must not wait for the next one.

huey's scheduler asks every periodic task "is it time?", once a minute; it names that minute in
`periodic_task_seconds`. Here it is a second, and `Job.is_due` answers. So the schedule is in the code and in no store:
a worker that is killed leaves nothing that could be missing or there twice, and each one that starts has all of it. A
task that puts itself back with a delay would be lost by a kill between being taken and being put back, and doubled by
every start that puts it there to be safe.
"""

from __future__ import annotations

from collections.abc import Iterable

from huey import Huey
from huey.consumer import Consumer, Scheduler

from worker.job import Job


class SecondScheduler(Scheduler):
    """huey's scheduler, asking every second."""

    periodic_task_seconds = 1


class SecondConsumer(Consumer):
    """huey's consumer with that scheduler."""

    scheduler_class = SecondScheduler


def schedule(queue: Huey, jobs: Iterable[Job]) -> None:
    """Make jobs periodic tasks of a queue."""
    for job in jobs:
        # A tick that nobody took in time is worth nothing: the next one is there.
        queue.periodic_task(job.is_due, name=job.name, expires=job.seconds)(job)

"""`python -m worker`: work until stopped. `python -m worker --check`: exit 0 if one is at work, for a health check."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import threading
from functools import partial

import structlog

from clinic.adapters.rasa_endpoints import clear_endpoints
from clinic.answers import load_catalogue
from clinic.answers.clinic_facts import ClinicFactsError, load_clinic_facts
from clinic.answers.release_checks import NotReadyError, refuse_what_is_not_ready
from clinic.booking.timetable_file import TimetableError
from clinic.settings import Settings, SettingsError, load_settings
from worker.gate.folders import clear_left_over
from worker.heartbeat import BEAT_SECONDS, beat, is_at_work
from worker.job import Job
from worker.jobs import jobs
from worker.schedule import SecondConsumer, schedule
from worker.store import QueueUnavailable, open_queue

log = structlog.get_logger()

_SIGNALS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
_HEALTH_SECONDS = 5
_FINISH_WITHIN_SECONDS = 3  # a letter under way; one cut off is dead (sender_lost), never sent twice


def main() -> None:
    """Work, or say in words why not."""
    parser = argparse.ArgumentParser(prog="python -m worker", description=__doc__)
    parser.add_argument("--check", action="store_true", help="say whether a worker is at work, and end")
    is_check = parser.parse_args().check
    logging.basicConfig(level=logging.WARNING)
    try:
        settings = load_settings()
        if is_check:
            sys.exit(0 if is_at_work(settings) else "no worker is at work")
        stopping = threading.Event()
        consumer = _consumer(settings, stopping)
    except (SettingsError, NotReadyError, TimetableError, ClinicFactsError, QueueUnavailable) as error:
        sys.exit(f"worker does not start: {error}")
    clear_endpoints()
    clear_left_over()
    _work(consumer, stopping)


def _consumer(settings: Settings, stopping: threading.Event) -> SecondConsumer:
    """The clinic's jobs on huey, and a thread for each: whoever waits for a slow server holds up no other."""
    if settings.is_production:
        facts = load_clinic_facts(country=settings.country)
        refuse_what_is_not_ready(load_catalogue(), facts, settings.allow_unreviewed_answers)
    queue = open_queue(settings)
    todo = [*jobs(settings, stopping.is_set), Job("heartbeat", BEAT_SECONDS, partial(beat, queue))]
    schedule(queue, todo)
    return SecondConsumer(queue, workers=len(todo), max_delay=0.5, shutdown_timeout=_FINISH_WITHIN_SECONDS)


def _work(consumer: SecondConsumer, stopping: threading.Event) -> None:
    """Until a signal; huey's own handlers would drop a letter under way on one of the two, so they never fire."""
    signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)  # before the threads start: they inherit it
    consumer.start()
    log.info("worker at work")
    while signal.sigtimedwait(_SIGNALS, _HEALTH_SECONDS) is None:
        consumer.check_worker_health()
    stopping.set()
    consumer.stop(graceful=True)
    log.info("worker ended", cut_off=sum(thread.is_alive() for _, thread in consumer.worker_threads))


if __name__ == "__main__":
    main()

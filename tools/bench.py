"""Performance: a turn at web's and at Rasa's door and in the widget, with texts never sent before."""

from __future__ import annotations

import statistics
import time
import uuid

import httpx
from rich.console import Console
from rich.table import Table

from clinic.settings import load_settings
from tools.bench_widget import widget_times
from tools.check_data import examples
from tools.stack import running_stack

TURNS = 200
WIDGET_TURNS = 25  # a session may send thirty a minute


def unseen_texts() -> list[str]:
    """Training examples with a word of their own put in front, so that no cache knows them."""
    pool = [line for lines in examples().values() for line in lines]
    step = max(1, len(pool) // TURNS)
    return [f"well {uuid.uuid4().hex[:4]} {text}" for text in pool[::step][:TURNS]]


def timed(client: httpx.Client, path: str, bodies: list[dict[str, str]]) -> list[float]:
    """Milliseconds of each request, the first five left out as warm-up."""
    times = []
    for body in bodies:
        started = time.perf_counter()
        client.post(path, json=body).raise_for_status()
        times.append(1000 * (time.perf_counter() - started))
    return sorted(times[5:])


def main() -> None:
    """Print the table."""
    settings = load_settings()
    rasa = httpx.Client(base_url=settings.rasa_url, headers={"X-Channel-Secret": settings.channel_secret}, timeout=30)
    with running_stack() as stack, stack.client() as web, rasa:
        rows = {
            "Rasa's own door": timed(
                rasa, "/webhooks/clinic/turn", [{"sender": uuid.uuid4().hex, "text": t} for t in unseen_texts()]
            ),
            "web, the whole turn": timed(
                web, "/webhooks/rest/webhook", [{"sender": uuid.uuid4().hex, "message": t} for t in unseen_texts()]
            ),
            **widget_times(stack.url, unseen_texts()[:WIDGET_TURNS]),
        }
    table = Table("door", "p50 ms", "p95 ms", "mean ms", "times")
    for name, times in rows.items():
        p95 = times[int(len(times) * 0.95)]
        table.add_row(
            name, f"{statistics.median(times):.1f}", f"{p95:.1f}", f"{statistics.mean(times):.1f}", str(len(times))
        )
    Console().print(table)


if __name__ == "__main__":
    main()

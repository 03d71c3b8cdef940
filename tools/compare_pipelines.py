"""Train several NLU pipelines on the same folds of the project's data and print one table.

Runs in the Rasa environment. Each pipeline is a process of its own, so that memory is its own. The `rasa init`
pipeline needs hours for all examples: `--per-intent` takes a stratified part, the same for every pipeline.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
PIPELINES = ("rasa_init", "counts", "encoder", "encoder_calibrated", "ours")
OUT_OF_SCOPE = {"out_of_scope", "not_covered"}
LATENCY_MESSAGES = 300
Example = tuple[str, str]


def read_examples() -> dict[str, list[str]]:
    """Examples by intent."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "data" / "nlu").rglob("*.yml")):
        for item in yaml.safe_load(path.read_text("utf-8"))["nlu"]:
            lines = [x.strip()[2:] for x in item["examples"].splitlines() if x.strip().startswith("- ")]
            found.setdefault(item["intent"], []).extend(lines)
    return found


def make_folds(folds: int, per_intent: int) -> list[tuple[list[Example], list[Example]]]:
    """Stratified folds over at most `per_intent` examples an intent (0: all), seeded."""
    chosen: list[tuple[int, Example]] = []
    for intent, texts in read_examples().items():
        shuffled = sorted(set(texts))
        random.Random(20261122).shuffle(shuffled)
        chosen += [(i % folds, (text, intent)) for i, text in enumerate(shuffled[: per_intent or None])]
    return [([e for f, e in chosen if f != fold], [e for f, e in chosen if f == fold]) for fold in range(folds)]


def run_one(pipeline: str, train: list[Example], test: list[Example]) -> dict[str, object]:
    """Train and test one pipeline on one fold, in this process."""
    import asyncio

    from rasa.core.agent import Agent
    from rasa.model_training import train_nlu

    by_intent: dict[str, list[str]] = {}
    for text, intent in train:
        by_intent.setdefault(intent, []).append(text)
    with tempfile.TemporaryDirectory() as folder:
        nlu = [{"intent": i, "examples": "".join(f"- {t}\n" for t in texts)} for i, texts in by_intent.items()]
        Path(folder, "nlu.yml").write_text(yaml.safe_dump({"version": "3.1", "nlu": nlu}), "utf-8")
        started = time.perf_counter()
        model = train_nlu(
            str(ROOT / f"tools/pipelines/{pipeline}.yml"), f"{folder}/nlu.yml", folder, fixed_model_name="m"
        )
        seconds = time.perf_counter() - started
        agent = Agent.load(model)

        async def parse_all() -> tuple[list[tuple[str, str, float]], list[float]]:
            results, times = [], []
            for text, intent in test:
                begun = time.perf_counter()
                parsed = await agent.parse_message(text)
                times.append(time.perf_counter() - begun)
                results.append((intent, parsed["intent"]["name"] or "", float(parsed["intent"]["confidence"])))
            return results, times

        results, times = asyncio.run(parse_all())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "results": results,
        "seconds": seconds,
        "ms": [1000 * t for t in times[-LATENCY_MESSAGES:]],
        "megabytes": peak,
    }


def summary(pipeline: str, folds: list[dict[str, object]]) -> dict[str, object]:
    """One row of the table."""
    results = [r for fold in folds for r in fold["results"]]  # type: ignore[attr-defined]
    right = [(truth == said, confidence) for truth, said, confidence in results]
    outside = [(said in OUT_OF_SCOPE) for truth, said, _ in results if truth in OUT_OF_SCOPE]
    bins = []
    for low in range(10):
        inside = [(ok, c) for ok, c in right if low / 10 <= c < (low + 1) / 10 or (low == 9 and c == 1.0)]
        if inside:
            bins.append(
                (
                    low / 10,
                    len(inside),
                    sum(c for _, c in inside) / len(inside),
                    sum(ok for ok, _ in inside) / len(inside),
                )
            )
    times = sorted(t for fold in folds for t in fold["ms"])  # type: ignore[attr-defined]
    return {
        "pipeline": pipeline,
        "accuracy": sum(ok for ok, _ in right) / len(right),
        "out_of_scope_recall": sum(outside) / len(outside),
        "calibration_error": sum(n * abs(c - a) for _, n, c, a in bins) / len(right),
        "reliability": bins,
        "train_seconds": statistics.mean(float(f["seconds"]) for f in folds),  # type: ignore[arg-type]
        "p50_ms": times[len(times) // 2],
        "p95_ms": times[int(len(times) * 0.95)],
        "megabytes": max(float(f["megabytes"]) for f in folds),  # type: ignore[arg-type]
        "tested": len(right),
    }


def table(rows: list[dict[str, object]]) -> str:
    """The rows as Markdown."""
    lines = [
        "| pipeline | accuracy | out-of-scope recall | calibration error "
        "| training, s a fold | p50 / p95, ms | peak memory, MB |",
        "|---|---|---|---|---|---|---|",
    ]
    for r in rows:
        lines.append(
            f"| {r['pipeline']} | {r['accuracy']:.1%} | {r['out_of_scope_recall']:.1%} | {r['calibration_error']:.3f} "
            f"| {r['train_seconds']:.0f} | {r['p50_ms']:.1f} / {r['p95_ms']:.1f} | {r['megabytes']:.0f} |"
        )
    lines += ["", "Reliability (confidence said, then share right, with n):", ""]
    for r in rows:
        curve = ", ".join(f"{c:.2f} → {a:.2f} ({n})" for _, n, c, a in r["reliability"])  # type: ignore[attr-defined]
        lines.append(f"- {r['pipeline']}: {curve}")
    return "\n".join(lines)


def main() -> None:
    """Print the table; with `--one` do one pipeline and one fold and write its result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--only-folds", type=int, default=0, help="how many of the folds to run (0: all)")
    parser.add_argument("--per-intent", type=int, default=0)
    parser.add_argument("--pipelines", nargs="*", default=list(PIPELINES))
    parser.add_argument("--one", nargs=3, metavar=("PIPELINE", "FOLD", "FILE"))
    arguments = parser.parse_args()
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    folds = make_folds(arguments.folds, arguments.per_intent)
    if arguments.one:
        pipeline, fold, target = arguments.one
        Path(target).write_text(json.dumps(run_one(pipeline, *folds[int(fold)])), "utf-8")
        return
    rows = []
    for pipeline in arguments.pipelines:
        done = []
        for fold in range(arguments.only_folds or arguments.folds):
            with tempfile.NamedTemporaryFile(suffix=".json") as target:
                command = [sys.executable, "-W", "ignore", __file__, "--folds", str(arguments.folds), "--per-intent",
                           str(arguments.per_intent), "--one", pipeline, str(fold), target.name]  # fmt: skip
                subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
                done.append(json.loads(Path(target.name).read_text("utf-8")))
            print(f"{pipeline}: fold {fold + 1} done", file=sys.stderr, flush=True)
        rows.append(summary(pipeline, done))
        print(table(rows), flush=True)


if __name__ == "__main__":
    main()

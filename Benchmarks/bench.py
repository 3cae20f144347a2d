"""Measures what CONTRIBUTING.md and the charter of the program promise about speed, and prints one table.

    bench.py [NAME...]     training, commands, serving, inference, policy, ingest, large, streams, quality, profile, audit, backup, tracking, versions, pipelines; all where none is named

Each figure is a ratio against a peer that runs in alternation, or against a limit. Exit code 1 where a ratio that must hold does not.
    BENCH_REPETITIONS   pairs a figure (3)
    BENCH_ROWS          rows of the large table (5000000)
    BENCH_LARGE_MEGABYTES, BENCH_LARGE_MEMORY   the table that is larger than memory (1000), and the memory (1000), in MB
    BENCH_ENTRIES       entries of the stream (100000)
    BENCH_PREDICTIONS   predictions logged before `martlet why` (1000000)
    BENCH_EVENTS        events of the record that is verified (1000000)
    BENCH_REQUESTS      requests of a measurement under load (4000)
    BENCH_OBJECT_MEGABYTES   megabytes of objects in the project that is backed up (200)
    BENCH_STAGES        stages of a pipeline (100)
    BENCH_TRACKING_RUNS, BENCH_INFERENCE_SECONDS and others: tracking.py, inference.py
"""
import os
import pathlib
import sys
import tempfile

import audit
import backup
import commands
import inference
import ingest
import large
import pipelines
import policy
import quality
import profiles
import serving
import streams
import tracking
import training
import versions
from measuring import Failed, print_table

GROUPS = {
    "training": training, "commands": commands, "serving": serving, "inference": inference, "policy": policy, "ingest": ingest, "large": large, "streams": streams, "quality": quality, "profile": profiles, "audit": audit, "backup": backup,
    "tracking": tracking, "versions": versions, "pipelines": pipelines,
}


def main(names):
    unknown = [name for name in names if name not in GROUPS]
    if unknown:
        sys.exit(f"There is no benchmark '{unknown[0]}'. There are: {', '.join(GROUPS)}.")
    repetitions = max(1, int(os.environ.get("BENCH_REPETITIONS", "3")))
    figures, failures = [], []
    with tempfile.TemporaryDirectory(prefix="martlet-bench-") as temporary:
        for name in names or GROUPS:
            print(f"{name} ...", flush=True)
            folder = pathlib.Path(temporary) / name
            folder.mkdir()
            try:
                figures += GROUPS[name].measure(folder, repetitions)
            except (Failed, OSError, RuntimeError) as failure:
                failures.append(f"{name}: {failure}")
    print(f"\n{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, {repetitions} repetitions")
    print_table(figures)
    for failure in failures:
        print(failure, file=sys.stderr)
    return 1 if failures or any(figure.is_broken for figure in figures) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Entries of a Redis stream in a second: `martlet source sync` against reading the same entries and doing nothing with them.

Ours reads a stream of `BENCH_ENTRIES` entries of four fields with a key, from start to exit: reads through a consumer group, leaves out what came before
(a key of every row is looked up and kept), writes Parquet, keeps rows, keys and the place in the stream in one transaction, and acknowledges every entry.
The peer is `redis-benchmark` with one connection, which reads as many entries in pieces of 2,000 through a group of its own, keeps nothing and
acknowledges nothing. Figures are microseconds an entry.
"""
import csv
import json
import os
import shutil
import socket
import subprocess
import time

from measuring import Figure, run
from projects import MARTLET

PROJECT = """
martlet: 1
project: streams
charter:
  problem: {{type: regression, target: y}}
data:
  sources:
    clicks: {{redis: "redis://127.0.0.1:{port}", stream: clicks, key: id}}
  source: {{train: "source:clicks"}}
pipeline:
  - {{id: baseline, uses: train/mean}}
"""
STEP = 2000


def command(*words):
    return b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in words)


def measure(folder, repetitions):
    if not shutil.which("redis-server") or not shutil.which("redis-benchmark"):
        print("streams: skipped, redis-server and redis-benchmark are not installed.")
        return []
    entries = int(os.environ.get("BENCH_ENTRIES", "100000")) // STEP * STEP
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        ["redis-server", "--port", str(port), "--save", "", "--appendonly", "no", "--bind", "127.0.0.1"], cwd=folder, stdout=subprocess.DEVNULL)
    try:
        wait(port)
        mine, theirs = [], []
        for repetition in range(repetitions):
            fill(port, entries)
            sides = [lambda: ours(folder, port, entries), lambda: peer(port, entries)]
            measured = [side() for side in (sides if repetition % 2 == 0 else sides[::-1])]
            mine.append(measured[repetition % 2])
            theirs.append(measured[1 - repetition % 2])
    finally:
        server.terminate()
        server.wait()
    name = f"entry of a stream, {entries:,} of them"
    return [Figure(f"{name}: time", "µs", mine, theirs, "redis-benchmark XREADGROUP", aim=5)]


def wait(port):
    for _ in range(2000):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.005)
    raise RuntimeError("redis-server did not start")


def fill(port, entries):
    """Makes the stream anew, with a group for each side."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        answers = connection.makefile("rb")
        connection.sendall(command(b"DEL", b"clicks"))
        answers.readline()
        for start in range(0, entries, STEP):
            words = (
                command(b"XADD", b"clicks", b"*", b"id", b"%d" % i, b"y", b"%d.5" % (i % 9), b"page", b"/shop/%d" % (i % 500), b"note", b"entry number %d" % i)
                for i in range(start, start + STEP))
            connection.sendall(b"".join(words))
            for _ in range(2 * STEP):
                answers.readline()
        connection.sendall(command(b"XGROUP", b"CREATE", b"clicks", b"bench", b"0"))
        answers.readline()


def ours(folder, port, entries):
    project = folder / "project"
    project.mkdir()
    (project / "martlet.yaml").write_text(PROJECT.format(port=port))
    came, seconds = 0, 0.0
    while came < entries:
        child = run([MARTLET, "source", "sync", "clicks", "--json"], project)
        rows = json.loads(child.output)[0]["rows"]
        if not rows:
            raise RuntimeError(f"{came} of {entries} entries came.")
        came += rows
        seconds += child.seconds
    shutil.rmtree(project)
    return seconds / entries * 1e6


def peer(port, entries):
    words = ["XREADGROUP", "GROUP", "bench", "me", "COUNT", str(STEP), "STREAMS", "clicks", ">"]
    child = run(["redis-benchmark", "-p", str(port), "-c", "1", "-n", str(entries // STEP), "--csv", *words])
    rate = float(list(csv.reader(child.output.strip().splitlines()))[-1][1])
    return 1e6 / (rate * STEP)

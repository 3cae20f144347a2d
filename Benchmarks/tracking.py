"""The tracking server against FastTrackML and MLflow's own, each as it comes with SQLite, all running at once and measured in turn.

Every request was written out before the clock runs and is replayed by a native program (load.py). Every server holds the same runs
(tracking_runs.py), and before anything is measured all must answer the same search with the same runs in the same order.
    BENCH_TRACKING_RUNS      runs of the larger experiment (100000); the smaller has a twentieth
    BENCH_TRACKING_POINTS    points of the history that is read (100000)
    BENCH_TRACKING_SECONDS   how long each measurement may begin requests (1)
    BENCH_TRACKING_GROWTH    1: also search and write with 1,000,000 runs against 10,000 (takes several minutes more)
"""
import contextlib
import itertools
import os
import time

import tracking_artifacts
import tracking_pages
from load import Loader
from measuring import Figure
from tracking_runs import START, fill
from tracking_servers import Martlet, peers

RUNS = int(os.environ.get("BENCH_TRACKING_RUNS", "100000"))
POINTS = int(os.environ.get("BENCH_TRACKING_POINTS", "100000"))
SECONDS = float(os.environ.get("BENCH_TRACKING_SECONDS", "1"))
BATCH = 1000
moments = itertools.count()


def in_turn(repetitions, servers, measure):
    """Measures of each server by its name; who goes first changes with each repetition."""
    found = {server.name: [] for server in servers}
    for repetition in range(repetitions):
        shift = repetition % len(servers)
        for server in servers[shift:] + servers[:shift]:
            found[server.name].append(measure(server))
    return found


def against_peers(name, unit, found, aim, must=1):
    """A figure for each of ours and each peer. With `aim` of FastTrackML's time or less, and at most a fifth of MLflow's; never more than either, unless
    `must` is nothing: a program without a language runtime starts and idles with less.
    What waits for the disk at every write is held to the peer that does so, too: MLflow."""
    figures = []
    for mine in (each for each in found if each.startswith("Martlet")):
        waits = "power" in mine
        title = name + (", safe from power loss" if waits else "")
        for peer, wanted, needed in (("FastTrackML", aim, None if waits else must), ("MLflow", 0.2, 1)):
            if peer in found:
                figures.append(Figure(title, unit, found[mine], found[peer], peer, wanted, needed))
    return figures


def create_run(server):
    body = {"experiment_id": server.small, "start_time": START, "run_name": "measured", "tags": [{"key": "team", "value": "team-1"}]}
    return server.request("POST", "runs/create", body)


def new_run(server):
    return server.call("POST", "runs/create", {"experiment_id": server.small, "start_time": START, "run_name": "measured"})["run"]["info"]["run_id"]


def point(key="loss"):
    moment = next(moments)
    return {"key": key, "value": moment % 977 / 977, "timestamp": START + moment, "step": moment}


def log_metric(server, run):
    return server.request("POST", "runs/log-metric", {"run_id": run, **point()})


def log_batch(server, run, keys=10):
    """1,000 points of so many metrics."""
    metrics = [point(f"loss-{i % keys}") for i in range(BATCH)]
    return server.request("POST", "runs/log-batch", {"run_id": run, "metrics": metrics})


def search(server, experiment, least, size=100):
    return server.request("POST", "runs/search", question(experiment, least, size))


def question(experiment, least, size=100):
    return {"experiment_ids": [experiment], "filter": f"metrics.accuracy > {least:.4f}", "order_by": ["metrics.loss ASC"], "max_results": size}


class Writes:
    """Milliseconds of one write."""

    def __init__(self, loader):
        self.loader = loader

    def create(self, server):
        return self.loader.replay(server, [create_run(server)] * 5000, seconds=SECONDS).mean

    def metric(self, server):
        run = new_run(server)
        return self.loader.replay(server, [log_metric(server, run) for _ in range(5000)], seconds=SECONDS).mean

    def batch(self, server):
        run = new_run(server)
        return self.loader.replay(server, [log_batch(server, run) for _ in range(100)], seconds=SECONDS).mean

    def eight(self, server):
        runs = [new_run(server) for _ in range(8)]
        requests = [log_metric(server, runs[i % 8]) for i in range(8000)]
        return self.loader.replay(server, requests, connections=8, seconds=SECONDS).mean

    def figures(self, repetitions, servers):
        def measured(name, measure, aim):
            return against_peers(name, "ms", in_turn(repetitions, servers, measure), aim)

        return [
            *measured("create a run", self.create, 0.2),
            *measured("log a metric", self.metric, 0.2),
            *measured("log a batch of 1,000 metrics", self.batch, 0.25),
            *measured("log a metric, 8 writers", self.eight, 0.2),
        ]


def search_times(loader, server, experiment):
    """Half of the runs satisfy the filter; the first hundred by another metric are answered. The bound differs from request to request."""
    return loader.replay(server, [search(server, getattr(server, experiment), 0.5 + i / 10_000) for i in range(500)], seconds=SECONDS)


def searches(loader, repetitions, servers, experiment, count):
    def measure(server):
        replay = search_times(loader, server, experiment)
        return replay.quantile(0.5), replay.quantile(0.95)

    found = in_turn(repetitions, servers, measure)
    return [
        figure for position, label in enumerate(("p50", "p95"))
        for figure in against_peers(
            f"search in {count:,} runs, {label}", "ms", {name: [pair[position] for pair in pairs] for name, pairs in found.items()}, 0.5)
    ]


def pages(loader, repetitions, servers):
    def measure(server):
        body = {"experiment_ids": [server.small], "max_results": 1000}
        return loader.replay(server, [server.request("POST", "runs/search", body)] * 200, seconds=SECONDS).quantile(0.5)

    return against_peers("a page of 1,000 runs", "ms", in_turn(repetitions, servers, measure), 0.5)


def histories(loader, repetitions, servers):
    """All points of a metric as the client asks for them: in pages, where the server answers in pages."""

    def requests(server):
        run, found, token = new_run(server), [], ""
        loader.replay(server, [log_batch(server, run, keys=1) for _ in range(POINTS // BATCH)])
        while True:
            call = f"metrics/get-history?run_id={run}&metric_key=loss-0&max_results=25000" + (f"&page_token={token}" if token else "")
            found.append(server.request("GET", call))
            answer = server.call("GET", call)
            server.points = getattr(server, "points", 0) + len(answer["metrics"])
            token = answer.get("next_page_token", "")
            if not token:
                return found

    asked = {server.name: requests(server) for server in servers}
    for server in servers:
        if server.points != POINTS // BATCH * BATCH:
            raise RuntimeError(f"{server.name} answers a history of {server.points:,} points.")
    found = in_turn(repetitions, servers, lambda server: loader.replay(server, asked[server.name]).seconds)
    return against_peers(f"history of {POINTS:,} points", "s", found, 0.5)


def run_pages(loader, repetitions, servers):
    asked = {server.name: tracking_pages.requests(server, tracking_pages.fill(loader, server)) for server in servers}
    for server in servers:
        tracking_pages.milliseconds(loader, server, asked[server.name])
    found = in_turn(repetitions, servers, lambda server: tracking_pages.milliseconds(loader, server, asked[server.name]))
    return against_peers(f"the page of a run with {tracking_pages.METRICS} x {tracking_pages.POINTS:,} points", "ms", found, 0.5)


def fill_experiment(loader, server, experiment, count):
    start = time.perf_counter()
    made = server.call("POST", "experiments/create", {"name": experiment})["experiment_id"]
    setattr(server, experiment, made)
    fill(loader, server, made, count)
    print(f"  {server.name}: {count:,} runs in {time.perf_counter() - start:.1f} s", flush=True)
    return made


def prepare(loader, servers, experiment, count):
    """The same runs for every server, in an experiment of that attribute's name, and the proof that they answer alike."""
    answers = {}
    for server in servers:
        made = fill_experiment(loader, server, experiment, count)
        found = server.call("POST", "runs/search", question(made, 0.5))["runs"]
        answers[server.name] = [run["info"]["run_name"] for run in found]
    first = answers[servers[0].name]
    for name, found in answers.items():
        if found != first:
            raise RuntimeError(f"{name} answers another list of runs than {servers[0].name}: {found[:3]} instead of {first[:3]}.")


def warm(loader, servers):
    """Every process of every server has answered every kind of request once before the clock runs."""
    for server in servers:
        run = new_run(server)
        kinds = [create_run(server), log_metric(server, run), log_batch(server, run), search(server, server.small, 0.4)]
        loader.replay(server, kinds * 12, connections=8)


def starts(repetitions, servers):
    """From the start to the first answer, with the runs that are there by now; and the memory then."""

    def measure(server):
        with server:
            # What a server starts beside itself is part of it: until its memory rests.
            megabytes, before = server.megabytes(), 0
            for _ in range(10):
                if abs(megabytes - before) < 0.02 * megabytes:
                    break
                time.sleep(2)
                megabytes, before = server.megabytes(), megabytes
            return server.start_seconds, megabytes

    found = in_turn(repetitions, servers, measure)
    return [
        figure for position, (name, unit) in enumerate([("start to first answer", "s"), ("memory, idle", "MB")])
        for figure in against_peers(name, unit, {server: [pair[position] for pair in pairs] for server, pairs in found.items()}, 1, must=None)
    ]


def growth(folder, repetitions, many=1_000_000, few=10_000):
    """Two servers of ours, one with a hundred times the runs of the other, asked in turn."""
    large, small = Martlet(folder / "growth-large"), Martlet(folder / "growth-small")
    large.name, small.name = "large", "small"
    with Loader() as loader, large, small:
        fill_experiment(loader, small, "small", few)
        fill_experiment(loader, large, "small", many)
        writes = Writes(loader)
        kinds = [
            ("log a metric", writes.metric), ("log a batch of 1,000 metrics", writes.batch), ("create a run", writes.create),
            ("search", lambda server: search_times(loader, server, "small").quantile(0.5)),
        ]
        found = [(name, in_turn(repetitions, [large, small], measure)) for name, measure in kinds]
    return [Figure(f"{name}, {many:,} runs", "ms", times["large"], times["small"], f"{few:,} runs", 3) for name, times in found]


def measure(folder, repetitions):
    found = peers(folder)
    mine = [Martlet(folder / durability, durability) for durability in ("process", "power")]
    if not mine[0].accepts_durability():
        print("tracking: this martlet.yaml has no setting for durability; the one there is is measured.")
        mine = [Martlet(folder / "martlet")]
    figures = with_servers(mine, found, folder, repetitions)
    figures += starts(repetitions, mine[:1] + found)
    return figures + (growth(folder, repetitions) if os.environ.get("BENCH_TRACKING_GROWTH") == "1" else [])


def with_servers(mine, found, folder, repetitions):
    """All figures of running servers. Reads do not depend on durability: they are measured on the first of ours."""
    servers = mine + found
    reading = mine[:1] + found
    with Loader() as loader, contextlib.ExitStack() as stack:
        for server in servers:
            stack.enter_context(server)
        prepare(loader, servers, "small", max(1000, RUNS // 20))
        warm(loader, servers)
        figures = Writes(loader).figures(repetitions, servers)
        figures += searches(loader, repetitions, reading, "small", max(1000, RUNS // 20))
        figures += pages(loader, repetitions, reading)
        figures += histories(loader, repetitions, reading)
        figures += run_pages(loader, repetitions, reading)
        figures += tracking_artifacts.measure(loader, folder, repetitions, servers)
        able = [server for server in reading if RUNS <= server.most_runs]
        for server in reading:
            if server not in able:
                print(f"  {server.name}: a search in {RUNS:,} runs is not measured, it takes minutes (BENCH_TRACKING_RUNS={server.most_runs} measures it)")
        prepare(loader, able, "large", RUNS)
        figures += searches(loader, repetitions, able, "large", RUNS)
    return figures

"""The runs that every server is filled with: the same names, values, parameters and tags. FastTrackML and MLflow get them as rows of their
SQLite files, for their own routes take minutes for what must be there before a search is measured; Martlet gets them through its routes."""
import json
import random
import sqlite3
import uuid

START = 1_700_000_000_000
SLICE = 20_000
METRICS = ("accuracy", "loss", "auc", "f1", "minutes")
OPTIMIZERS = ("adam", "sgd", "lamb", "rmsprop")


class Run:
    """Run number `i` of an experiment: 5 metrics between 0 and 1, 5 parameters, 3 tags, all decided by its number."""

    def __init__(self, i):
        chance = random.Random(i)
        self.name = f"run-{i}"
        self.start = START + 1000 * i
        self.metrics = [(key, chance.random()) for key in METRICS]
        self.params = [
            ("optimizer", OPTIMIZERS[i % 4]), ("learning_rate", f"{chance.random() / 10:.5f}"), ("depth", str(i % 12)), ("batch", str(2 ** (i % 8))),
            ("seed", str(i)),
        ]
        self.tags = [("team", f"team-{i % 7}"), ("data", f"v{i % 30}"), ("machine", f"node-{i % 100}")]


def pairs_of(items):
    return [{"key": key, "value": value} for key, value in items]


def fill(loader, server, experiment, count):
    """Gives the server that many runs in the experiment."""
    if hasattr(server, "database"):
        fill_database(server, experiment, count)
    else:
        fill_by_routes(loader, server, experiment, count)


def fill_by_routes(loader, server, experiment, count):
    """Runs with their tags first, then a batch with metrics and parameters for each. Answers say which identifier a run has."""
    for first in range(0, count, SLICE):
        runs = [Run(i) for i in range(first, min(count, first + SLICE))]
        created = loader.replay(server, [
            server.request("POST", "runs/create", {
                "experiment_id": experiment, "run_name": run.name, "start_time": run.start, "tags": pairs_of(run.tags)}) for run in runs
        ], connections=8, keep=True)
        identifiers = [json.loads(answer)["run"]["info"]["run_id"] for answer in created.answers]
        loader.replay(server, [
            server.request("POST", "runs/log-batch", {
                "run_id": identifier, "params": pairs_of(run.params),
                "metrics": [{"key": key, "value": value, "timestamp": run.start, "step": 0} for key, value in run.metrics],
            }) for identifier, run in zip(identifiers, runs)
        ], connections=8)


def fill_database(server, experiment, count):
    """Rows as the server itself writes them."""
    is_fast = server.name == "FastTrackML"
    with sqlite3.connect(server.database, timeout=60) as database:
        location = database.execute("SELECT artifact_location FROM experiments WHERE experiment_id = ?", [experiment]).fetchone()[0]
        offset = database.execute("SELECT count(*) FROM runs").fetchone()[0]
        for first in range(0, count, SLICE):
            runs = [(uuid.UUID(int=random.Random(f"{experiment}-{i}").getrandbits(128)).hex, Run(i)) for i in range(first, min(count, first + SLICE))]
            insert(database, "runs", [
                {
                    "run_uuid": key, "name": run.name, "source_type": "UNKNOWN", "source_name": "", "entry_point_name": "", "user_id": "",
                    "status": "RUNNING", "start_time": run.start, "source_version": "", "lifecycle_stage": "active", "experiment_id": int(experiment),
                    "artifact_uri": f"{location}/{key}/artifacts", **({"row_num": offset + first + i} if is_fast else {}),
                } for i, (key, run) in enumerate(runs)
            ])
            insert(database, "params", [
                {"key": name, "value_str" if is_fast else "value": value, "run_uuid": key} for key, run in runs for name, value in run.params
            ])
            named = [] if is_fast else [{"key": "mlflow.runName", "value": run.name, "run_uuid": key} for key, run in runs]
            insert(database, "tags", named + [{"key": name, "value": value, "run_uuid": key} for key, run in runs for name, value in run.tags])
            points = [
                {"key": name, "value": value, "timestamp": run.start, "step": 0, "is_nan": 0, "run_uuid": key} for key, run in runs for name, value in run.metrics
            ]
            insert(database, "metrics", points, {"iter": 1, "context_id": 1} if is_fast else {})
            insert(database, "latest_metrics", points, {"last_iter": 1, "context_id": 1} if is_fast else {})
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


def insert(database, table, rows, more=None):
    columns = [*rows[0], *(more or {})]
    constants = tuple((more or {}).values())
    database.executemany(
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})", (tuple(row.values()) + constants for row in rows))

"""Loads a tracking server with MLflow's client. Usage: tracking_load.py URL FOLDER MEGABYTES. Prints what came of each step as JSON."""
import hashlib
import json
import multiprocessing
import os
import pathlib
import sys

import mlflow
from mlflow.entities import Metric, Param, RunTag

url, folder, megabytes = sys.argv[1], pathlib.Path(sys.argv[2]), int(sys.argv[3])
mlflow.set_tracking_uri(url)
client = mlflow.MlflowClient()


def batches(writer):
    """One of eight processes that log batches to a run of their own and to one that all of them share."""
    mlflow.set_tracking_uri(url)
    own = mlflow.MlflowClient()
    run = own.create_run("0", run_name=f"writer {writer}")
    for part in range(20):
        steps = range(part * 500, (part + 1) * 500)
        own.log_batch(run.info.run_id, [Metric("m", i, 1000 + i, i) for i in steps], [Param(f"p{part}", "v")], [RunTag("writer", str(writer))])
        own.log_batch(shared.info.run_id, [Metric(f"m{writer}", i, 1000 + i, i) for i in steps])
    own.set_terminated(run.info.run_id)
    run = own.get_run(run.info.run_id)
    return [len(own.get_metric_history(run.info.run_id, "m")), run.data.metrics["m"], len(run.data.params), run.info.status]


def work(writer, answers):
    """Tells what came of a writer, and ends at once: what the client does at the end of a process waits for threads that a fork does not have."""
    try:
        answers.put((writer, batches(writer)))
    except Exception as error:
        answers.put((writer, repr(error)))
    os._exit(0)


def writers():
    context = multiprocessing.get_context("fork")
    answers = context.SimpleQueue()
    for writer in range(8):
        context.Process(target=work, args=(writer, answers), daemon=True).start()
    return [answer for _, answer in sorted(answers.get() for _ in range(8))]


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def files():
    many = folder / "many"
    many.mkdir()
    for i in range(1000):
        (many / f"{i}.txt").write_text(f"file {i}")
    with mlflow.start_run() as run:
        mlflow.log_artifacts(str(many), "many")
    back = pathlib.Path(mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="many", dst_path=str(folder / "back")))
    return [len(client.list_artifacts(run.info.run_id, "many")), all((back / f"{i}.txt").read_text() == f"file {i}" for i in range(1000))]


def large():
    """One file that is no two megabytes alike, up and down."""
    path = folder / "large.bin"
    with open(path, "wb") as file:
        for i in range(megabytes):
            file.write(hashlib.sha256(str(i).encode()).digest() * 32768)
    sent = digest(path)
    with mlflow.start_run() as run:
        mlflow.log_artifact(str(path))
    path.unlink()
    back = mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="large.bin", dst_path=str(folder / "large"))
    return [client.list_artifacts(run.info.run_id)[0].file_size, digest(back) == sent]


if __name__ == "__main__":
    shared = client.create_run("0", run_name="shared")
    written = writers()
    shared_run = client.get_run(shared.info.run_id)
    print(json.dumps({
        "writers": written,
        "shared": [len(client.get_metric_history(shared.info.run_id, f"m{i}")) for i in range(8)] + [len(shared_run.data.metrics)],
        "files": files(),
        "large": large(),
    }))

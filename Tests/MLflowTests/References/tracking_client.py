"""What an ordinary script does with MLflow's client. Usage: tracking_client.py URL FOLDER. Prints what came of each step as JSON."""
import json
import math
import multiprocessing
import pathlib
import sys

import mlflow
from mlflow.entities import Metric, Param, RunTag

url, folder = sys.argv[1], pathlib.Path(sys.argv[2])
mlflow.set_tracking_uri(url)
client = mlflow.MlflowClient()


def batch(writer):
    """One of eight processes that log to a run of their own at the same time."""
    mlflow.set_tracking_uri(url)
    own = mlflow.MlflowClient()
    run = own.create_run("0", run_name=f"writer {writer}")
    for part in range(5):
        metrics = [Metric("m", i, 1000 + i, part * 200 + i) for i in range(200)]
        own.log_batch(run.info.run_id, metrics, [Param(f"p{part}", "v")], [RunTag("writer", str(writer))])
    own.set_terminated(run.info.run_id)
    return len(own.get_metric_history(run.info.run_id, "m"))



def script():
    told = {}
    mlflow.set_experiment("script")
    with mlflow.start_run(run_name="parent") as parent:
        mlflow.log_params({"depth": 3, "name with space": "x"})
        for step in range(50):
            mlflow.log_metric("loss", 1 / (step + 1), step=step)
        mlflow.log_metrics({"auc": 0.9, "none": math.nan})
        mlflow.set_tags({"team": "red", "note": "ünïcode"})
        with mlflow.start_run(run_name="child", nested=True) as child:
            mlflow.log_metric("auc", 0.7)
        mlflow.log_text("hello", "notes/a.txt")
        mlflow.log_dict({"a": [1, 2]}, "notes/b.json")
        many = folder / "many"
        many.mkdir()
        for i in range(200):
            (many / f"{i}.txt").write_text(str(i))
        mlflow.log_artifacts(str(many), "many")

    run = client.get_run(parent.info.run_id)
    told["status"] = run.info.status
    told["params"] = run.data.params
    told["metrics"] = {key: str(value) for key, value in run.data.metrics.items()}
    told["tags"] = {key: value for key, value in run.data.tags.items() if not key.startswith("mlflow.")}
    told["parent"] = client.get_run(child.info.run_id).data.tags["mlflow.parentRunId"] == parent.info.run_id
    told["history"] = [metric.step for metric in client.get_metric_history(parent.info.run_id, "loss")] == list(range(50))
    told["files"] = len(client.list_artifacts(parent.info.run_id, "many"))
    told["text"] = mlflow.artifacts.load_text(run.info.artifact_uri + "/notes/a.txt")
    told["dict"] = mlflow.artifacts.load_dict(run.info.artifact_uri + "/notes/b.json")
    downloaded = pathlib.Path(mlflow.artifacts.download_artifacts(run_id=parent.info.run_id, artifact_path="many", dst_path=str(folder / "back")))
    told["downloaded"] = sorted(int(path.read_text()) for path in downloaded.iterdir()) == list(range(200))

    experiment = client.get_experiment_by_name("script").experiment_id

    def names(filter_string, order=("metrics.auc DESC",)):
        return [run.info.run_name for run in client.search_runs([experiment], filter_string, order_by=list(order))]

    told["search"] = {
        "all": names(""), "metric": names("metrics.auc > 0.8"), "param": names("params.depth = '3' AND tags.team LIKE 'r%'"),
        "quoted": names("params.`name with space` = 'x'"), "name": names("attributes.run_name ILIKE 'CHI%'"), "none": names("params.depth != '3'"),
        "parent": names(f"tags.mlflow.parentRunId = '{parent.info.run_id}'"), "status": names("status = 'FINISHED'", ["start_time ASC"]),
    }
    try:
        client.log_param(parent.info.run_id, "depth", 4)
    except mlflow.MlflowException as error:
        told["changed"] = error.error_code
    client.delete_run(child.info.run_id)
    told["deleted"] = [names(""), [run.info.run_name for run in client.search_runs([experiment], run_view_type=2)]]
    client.restore_run(child.info.run_id)
    with multiprocessing.get_context("spawn").Pool(8) as pool:
        told["writers"] = pool.map(batch, range(8))
    told["pages"] = []
    token = None
    while True:
        page = client.search_runs(["0"], max_results=3, order_by=["run_name ASC"], page_token=token)
        told["pages"].append(len(page))
        token = page.token
        if not token:
            break
    return told


if __name__ == "__main__":
    print(json.dumps(script()))

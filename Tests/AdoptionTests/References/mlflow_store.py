"""Lets MLflow itself write a store: experiments, runs, a logged model, a registered model.

mlflow_store.py URI [ARTIFACTS] writes one and prints what a reader has to find as JSON; mlflow_store.py URI --more RUN logs on."""
import json
import os
import sys

os.environ["MLFLOW_ALLOW_FILE_STORE"] = "1"
os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
import mlflow  # noqa: E402
from mlflow.data.http_dataset_source import HTTPDatasetSource  # noqa: E402
from mlflow.data.meta_dataset import MetaDataset  # noqa: E402


def write(client, artifacts):
    place = {"artifact_location": artifacts} if artifacts else {}
    experiment = client.create_experiment("churn/models", tags={"team": "credit"}, **place)
    with mlflow.start_run(experiment_id=experiment, run_name="first") as first:
        mlflow.log_params({"lr": 0.1, "deep/key": "a b", "empty": ""})
        for step in range(50):
            mlflow.log_metric("loss", 1 / (step + 1), step=step)
        mlflow.log_metric("val/auc", float("nan"), step=-3)
        mlflow.log_metric("bound", float("inf"))
        mlflow.set_tag("note", "line one\nline two: ü")
        mlflow.log_text("hello", "deep/hello.txt")
        mlflow.log_text("x" * 100_000, "big.txt")
        mlflow.log_input(MetaDataset(HTTPDatasetSource("https://example.org/a.csv"), name="train"), context="training")
        with mlflow.start_run(experiment_id=experiment, nested=True, run_name="child") as child:
            mlflow.log_metric("m", 1)
        model = mlflow.initialize_logged_model(
            name="forest", source_run_id=first.info.run_id, params={"trees": "10"}, tags={"kind": "small"}, model_type="agent")
        mlflow.log_metric("auc", 0.8, model_id=model.model_id)
        mlflow.finalize_logged_model(model.model_id, "READY")
    with mlflow.start_run(experiment_id=experiment) as removed:
        mlflow.log_metric("loss", 2)
    client.delete_run(removed.info.run_id)
    client.delete_experiment(client.create_experiment("gone"))
    client.create_registered_model("churn", tags={"a": "b"}, description="The model of churn.")
    version = client.create_model_version(
        "churn", f"runs:/{first.info.run_id}/deep", first.info.run_id, tags={"k": "v"}, description="First.")
    for _ in range(2):
        client.create_model_version("churn", f"runs:/{first.info.run_id}/deep", first.info.run_id)
    client.delete_model_version("churn", "2")
    client.set_registered_model_alias("churn", "challenger", version.version)
    found = client.get_run(first.info.run_id)
    return {
        "experiment": int(experiment), "first": first.info.run_id, "child": child.info.run_id, "removed": removed.info.run_id,
        "model": model.model_id, "started": found.info.start_time, "ended": found.info.end_time, "user": found.info.user_id,
        "loss": [[m.step, m.timestamp, m.value] for m in client.get_metric_history(first.info.run_id, "loss")],
        "dataset": found.inputs.dataset_inputs[0].dataset.digest, "params": found.data.params,
    }


def main():
    mlflow.set_tracking_uri(sys.argv[1])
    mlflow.set_registry_uri(sys.argv[1])
    client = mlflow.MlflowClient()
    if "--more" in sys.argv:
        run = sys.argv[-1]
        client.log_metric(run, "loss", 0.5, step=50)
        client.log_param(run, "later", "yes")
        client.log_text(run, "new", "new.txt")
        return
    print(json.dumps(write(client, sys.argv[2] if len(sys.argv) > 2 else None)))


main()

"""What a client of the generation before, MLflow 2, logs, registers, finds and loads.

usage: old_client.py URL FOLDER; prints one JSON object.
"""

import json
import sys

import mlflow
import numpy as np
import pandas as pd
from mlflow import MlflowClient
from sklearn.linear_model import LogisticRegression

mlflow.set_tracking_uri(sys.argv[1])
client = MlflowClient()
told = {"version": mlflow.__version__.split(".")[0]}

inputs = pd.DataFrame({"age": np.arange(20.0), "income": np.arange(20.0)[::-1].copy()})
target = (inputs.age > 9).astype(int)
mlflow.set_experiment("old")
with mlflow.start_run(run_name="parent") as run:
    mlflow.log_input(mlflow.data.from_pandas(inputs.assign(late=target), name="people", targets="late"), context="training")
    mlflow.log_params({"depth": 3})
    for step in range(10):
        mlflow.log_metric("loss", 1 / (step + 1), step=step)
    with mlflow.start_run(run_name="child", nested=True):
        mlflow.log_metric("loss", 2)
    mlflow.log_text("hello", "notes/a.txt")
    model = LogisticRegression().fit(inputs, target)
    signature = mlflow.models.infer_signature(inputs, target)
    info = mlflow.sklearn.log_model(model, "model", signature=signature, registered_model_name="old", pip_requirements=["scikit-learn"])
client.set_registered_model_alias("old", "champion", 1)


def predicts(address):
    return bool((mlflow.pyfunc.load_model(address).predict(inputs) == model.predict(inputs)).all())


found = client.get_run(run.info.run_id)
experiment = found.info.experiment_id
told["run"] = [found.info.status, found.data.params, round(found.data.metrics["loss"], 3), found.inputs.dataset_inputs[0].dataset.name]
told["history"] = [point.step for point in client.get_metric_history(run.info.run_id, "loss")] == list(range(10))
told["text"] = mlflow.artifacts.load_text(found.info.artifact_uri + "/notes/a.txt")
told["predicts"] = [predicts("models:/old@champion"), predicts("models:/old/1"), predicts(f"runs:/{run.info.run_id}/model")]
told["search"] = [run.info.run_name for run in client.search_runs([experiment], "metrics.loss > 1")]
told["frame"] = sorted(mlflow.search_runs(experiment_names=["old"])["tags.mlflow.runName"])
client.transition_model_version_stage("old", 1, "Production")
told["staged"] = [version.version for version in client.get_latest_versions("old", ["Production"])]
told["aliases"] = [client.get_model_version_by_alias("old", "champion").version, [model.name for model in client.search_registered_models()]]
client.delete_run(run.info.run_id)
told["deleted"] = len(client.search_runs([experiment])) == 1
client.restore_run(run.info.run_id)
told["restored"] = len(client.search_runs([experiment])) == 2
print(json.dumps(told))

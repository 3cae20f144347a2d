"""What autolog and evaluation log by MLflow's Python client: a search over a grid by scikit-learn, trees by LightGBM, a classifier judged.

usage: autolog_client.py URL FOLDER; prints one JSON object.
"""

import json
import os
import sys

import lightgbm
import mlflow
import numpy as np
import pandas as pd
from mlflow import MlflowClient
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

mlflow.set_tracking_uri(sys.argv[1])
client = MlflowClient()
told = {}

random = np.random.default_rng(7)
inputs = pd.DataFrame({"age": random.normal(40, 10, 200), "income": random.normal(50, 20, 200)})
target = (inputs.age + inputs.income > 90).astype(int)


def files(run):
    return sorted(entry.path for entry in client.list_artifacts(run.info.run_id))


def grid():
    mlflow.sklearn.autolog(max_tuning_runs=None)
    steps = Pipeline([("scale", StandardScaler()), ("model", LogisticRegression())])
    with mlflow.start_run(run_name="grid") as run:
        search = GridSearchCV(steps, {"model__C": [0.1, 1.0, 10.0]}, cv=3).fit(inputs, target)
    mlflow.sklearn.autolog(disable=True)
    run = client.get_run(run.info.run_id)
    children = client.search_runs([run.info.experiment_id], f"tags.mlflow.parentRunId = '{run.info.run_id}'", order_by=["params.model__C ASC"])
    told["grid"] = {
        "children": [child.data.params["model__C"] for child in children],
        "scores": sorted(child.data.metrics["mean_test_score"] for child in children) == sorted(search.cv_results_["mean_test_score"].tolist()),
        "best": bool(run.data.metrics["best_cv_score"] == search.best_score_),
        "accuracy": bool(run.data.metrics["training_accuracy_score"] == search.score(inputs, target)),
        "estimator": run.data.tags["estimator_name"],
        "files": files(run),
        "read": [entry.dataset.name for entry in run.inputs.dataset_inputs],
        "models": len(run.outputs.model_outputs),
    }
    best = mlflow.search_logged_models([run.info.experiment_id], filter_string=f"source_run_id = '{run.info.run_id}'", output_format="list")
    told["predicts"] = sum(bool((mlflow.sklearn.load_model(model.model_uri).predict(inputs) == search.predict(inputs)).all()) for model in best) >= 1


def trees():
    mlflow.lightgbm.autolog(registered_model_name="trees")
    with mlflow.start_run(run_name="trees") as run:
        train = lightgbm.Dataset(inputs, target)
        parameters = {"objective": "binary", "metric": ["auc", "binary_logloss"], "verbose": -1, "num_threads": 1}
        booster = lightgbm.train(parameters, train, num_boost_round=12, valid_sets=[train, lightgbm.Dataset(inputs, target)], valid_names=["train", "valid"])
    mlflow.lightgbm.autolog(disable=True)
    run = client.get_run(run.info.run_id)
    client.set_registered_model_alias("trees", "champion", 1)
    told["trees"] = {
        "rounds": [point.step for point in client.get_metric_history(run.info.run_id, "valid-auc")] == list(range(12)),
        "metrics": sorted(run.data.metrics),
        "files": files(run),
        "predicts": bool(np.allclose(mlflow.pyfunc.load_model("models:/trees@champion").predict(inputs), booster.predict(inputs))),
        "read": sorted(tag.value for entry in run.inputs.dataset_inputs for tag in entry.tags),
    }


def judged():
    rows = pd.DataFrame({"prediction": [0, 1, 1, 0, 1, 0, 1, 1], "truth": [0, 1, 0, 0, 1, 0, 1, 1]})
    data = mlflow.data.from_pandas(rows, predictions="prediction", targets="truth", name="judged")
    with mlflow.start_run(run_name="judged") as run:
        result = mlflow.models.evaluate(data=data, model_type="classifier", evaluators=["default"])
    run = client.get_run(run.info.run_id)
    kept = {name: float(value) for name, value in result.metrics.items()}
    told["judged"] = {
        "logged": {name: run.data.metrics.get(name) for name in kept} == kept,
        "accuracy": run.data.metrics["accuracy_score"],
        "files": files(run),
        "picture": os.path.getsize(mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="confusion_matrix.png")) > 1000,
        "read": [entry.dataset.name for entry in run.inputs.dataset_inputs],
    }


mlflow.set_experiment("autolog")
grid()
trees()
judged()
print(json.dumps(told))

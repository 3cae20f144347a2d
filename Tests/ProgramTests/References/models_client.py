"""Models that Python logs in three flavors, registered with aliases; and, where a name is given, the model of a project's own pipeline, loaded.

usage: models_client.py URL FOLDER; prints one JSON object. FOLDER/own.json names the model of the project, a table and the answers to its rows.
"""

import csv
import json
import os
import sys

import mlflow
import numpy as np
import onnx
import pandas as pd
from mlflow import MlflowClient
from mlflow.models import infer_signature
from onnx import TensorProto, helper
from sklearn.linear_model import LogisticRegression

mlflow.set_tracking_uri(sys.argv[1])
client = MlflowClient()
told = {}


class Doubled(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        return model_input["age"] * 2


def graph():
    """A graph that answers the sum of two columns."""
    columns = [helper.make_tensor_value_info(name, TensorProto.DOUBLE, ["N"]) for name in ("age", "income")]
    answer = helper.make_tensor_value_info("total", TensorProto.DOUBLE, ["N"])
    nodes = [helper.make_node("Add", ["age", "income"], ["total"])]
    return helper.make_model(helper.make_graph(nodes, "sum", columns, [answer]), opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def register():
    inputs = pd.DataFrame({"age": np.arange(20.0), "income": np.arange(20.0)[::-1].copy()})
    target = (inputs.age > 9).astype(int)
    model = LogisticRegression().fit(inputs, target)
    logged = {
        "by-sklearn": lambda name: mlflow.sklearn.log_model(
            model, name="model", signature=infer_signature(inputs, target), registered_model_name=name, serialization_format="cloudpickle",
            pip_requirements=["scikit-learn"]),
        "by-pyfunc": lambda name: mlflow.pyfunc.log_model(
            name="model", python_model=Doubled(), signature=infer_signature(inputs, inputs.age), registered_model_name=name,
            pip_requirements=["pandas"]),
        "by-onnx": lambda name: mlflow.onnx.log_model(
            graph(), name="model", signature=infer_signature(inputs, inputs.age), registered_model_name=name, pip_requirements=["onnx"]),
    }
    for name, log in logged.items():
        with mlflow.start_run(run_name=f"run {name}"):
            mlflow.log_input(mlflow.data.from_pandas(inputs.assign(late=target), name="people", targets="late"), context="training")
            mlflow.log_params({"depth": 3})
            mlflow.log_metrics({"auc": 0.75})
            log(name)
        client.set_registered_model_alias(name, "live", 1)
    told["answers"] = [
        bool((mlflow.pyfunc.load_model("models:/by-sklearn@live").predict(inputs) == model.predict(inputs)).all()),
        mlflow.pyfunc.load_model("models:/by-pyfunc@live").predict(inputs).tolist() == (inputs.age * 2).tolist(),
        mlflow.pyfunc.load_model("models:/by-onnx@live").predict(inputs)["total"].tolist() == (inputs.age + inputs.income).tolist(),
    ]


def own(name, table, answers):
    rows = pd.read_csv(table)
    expected = pd.read_csv(answers)
    loaded = mlflow.pyfunc.load_model(f"models:/{name}@champion")
    given = loaded.predict(rows)
    told["own"] = {
        "graph": [field.name for field in mlflow.onnx.load_model(f"models:/{name}@champion").graph.input],
        "labels": given["label"].tolist() == expected["label"].tolist(),
        "probabilities": bool(np.allclose(given["probability"], expected["probability"], rtol=1e-12)),
        "missing": bool(np.isfinite(loaded.predict(rows.assign(income=np.nan, city=None))["probability"]).all()),
        "signature": [[column.name, column.type.name] for column in loaded.metadata.get_input_schema()],
        "files": sorted(entry.path for entry in mlflow.artifacts.list_artifacts(f"models:/{name}/1")),
        "version": [loaded.metadata.run_id == client.get_model_version(name, 1).run_id, loaded.metadata.metadata["dataset"]],
    }


if os.path.exists("own.json"):
    own(**json.load(open("own.json")))
register()
print(json.dumps(told))

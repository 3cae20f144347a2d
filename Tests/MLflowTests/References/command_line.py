"""The command line `mlflow` against a server that MLFLOW_TRACKING_URI names. The first command runs as a program, the others by the same
functions within this one, for each start takes seconds.

usage: command_line.py URL FOLDER; prints one JSON object.
"""

import csv
import io
import json
import os
import subprocess
import sys

os.chdir(sys.argv[2])
os.environ["MLFLOW_TRACKING_URI"] = sys.argv[1]
told = {}

first = subprocess.run([sys.executable, "-m", "mlflow", "experiments", "create", "-n", "made"], capture_output=True, text=True)
told["create"] = [first.returncode, first.stdout.strip()]

import mlflow
import numpy as np
import pandas as pd
from click.testing import CliRunner
from mlflow.cli import cli
from sklearn.linear_model import LogisticRegression

runner = CliRunner()


def ask(*arguments):
    result = runner.invoke(cli, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, (arguments, result.output)
    return result.stdout


def rows(text):
    """The cells of a table's rows, without its head."""
    return [line.split("  ") for line in text.strip().splitlines()[2:]]


told["search"] = [row[0].strip() for row in rows(ask("experiments", "search"))]
ask("experiments", "rename", "--experiment-id", "1", "--new-name", "renamed")
told["renamed"] = "renamed" in ask("experiments", "search")
made = ask("runs", "create", "--experiment-id", "1", "--run-name", "by hand", "--tags", "team=red")
run = json.loads(made[made.index("{") :])["run_id"]
told["list"] = [row[-1].strip() == run and "by hand" in "  ".join(row) for row in rows(ask("runs", "list", "--experiment-id", "1"))]
described = json.loads(ask("runs", "describe", "--run-id", run))
told["describe"] = [described["info"]["run_name"], described["info"]["status"], described["data"]["tags"]["team"]]
told["csv"] = [row["run_id"] == run for row in csv.DictReader(io.StringIO(ask("experiments", "csv", "-x", "1")))]
ask("runs", "delete", "--run-id", run)
told["deleted"] = [len(rows(ask("runs", "list", "--experiment-id", "1"))), len(rows(ask("runs", "list", "--experiment-id", "1", "--view", "deleted_only")))]
ask("runs", "restore", "--run-id", run)
told["restored"] = len(rows(ask("runs", "list", "--experiment-id", "1")))

os.makedirs("kept/deep")
for name, text in [("a.txt", "first"), ("deep/b.txt", "second")]:
    open(f"kept/{name}", "w").write(text)
ask("artifacts", "log-artifact", "-l", "kept/a.txt", "-r", run, "-a", "notes")
ask("artifacts", "log-artifacts", "-l", "kept", "-r", run, "-a", "all")
told["artifacts"] = [entry["path"] for entry in json.loads(ask("artifacts", "list", "-r", run))]
told["inside"] = [entry["path"] for entry in json.loads(ask("artifacts", "list", "-r", run, "-a", "all"))]
ask("artifacts", "download", "-r", run, "-a", "all", "-d", "back")
told["download"] = open("back/all/deep/b.txt").read()

inputs = pd.DataFrame({"age": np.arange(20.0), "income": np.arange(20.0)[::-1].copy()})
model = LogisticRegression().fit(inputs, (inputs.age > 9).astype(int))
with mlflow.start_run():
    mlflow.sklearn.log_model(
        model, name="model", input_example=inputs[:2], registered_model_name="mine", serialization_format="cloudpickle", pip_requirements=["scikit-learn"])
mlflow.MlflowClient().set_registered_model_alias("mine", "champion", 1)
inputs.to_csv("in.csv", index=False)
ask("models", "predict", "-m", "models:/mine@champion", "-i", "in.csv", "-t", "csv", "-o", "out.json", "--env-manager", "local")
told["predict"] = json.load(open("out.json"))["predictions"] == model.predict(inputs).tolist()
ask("artifacts", "download", "-u", "models:/mine@champion", "-d", "mine")
told["model"] = "MLmodel" in os.listdir("mine")

ask("experiments", "delete", "--experiment-id", "1")
told["gone"] = "renamed" in ask("experiments", "search")
ask("experiments", "restore", "--experiment-id", "1")
told["back"] = "renamed" in ask("experiments", "search")
print(json.dumps(told))

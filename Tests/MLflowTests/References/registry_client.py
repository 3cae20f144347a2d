"""What the registry answers MLflow's Python client: logs a model, registers it, moves aliases, loads it by alias, and keeps prompts.

usage: registry_client.py URL FOLDER; prints one JSON object.
"""

import json
import sys

import mlflow
import numpy as np
import pandas as pd
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from sklearn.linear_model import LogisticRegression

mlflow.set_tracking_uri(sys.argv[1])
client = MlflowClient()
told = {}


def refusal(call):
    try:
        call()
        return "nothing"
    except MlflowException as error:
        return f"{error.error_code}: {error.message.removeprefix(error.error_code + ': ')}"


inputs = pd.DataFrame({"age": np.arange(20.0), "is_new": np.tile([True, False], 10)})
target = (inputs.age > 9).astype(int)
with mlflow.start_run() as run:
    data = mlflow.data.from_pandas(inputs.assign(y=target), name="people", targets="y")
    mlflow.log_input(data, context="training")
    model = LogisticRegression().fit(inputs, target)
    info = mlflow.sklearn.log_model(
        model, name="model", input_example=inputs[:3], registered_model_name="mine", serialization_format="cloudpickle",
        pip_requirements=["scikit-learn"],
    )
client.set_registered_model_alias("mine", "champion", 1)
loaded = mlflow.pyfunc.load_model("models:/mine@champion")
told["predicts"] = bool((loaded.predict(inputs) == model.predict(inputs)).all())
told["sklearn"] = type(mlflow.sklearn.load_model("models:/mine/1")).__name__
version = client.get_model_version("mine", 1)
told["version"] = [version.version, list(version.aliases), version.status, version.run_id == run.info.run_id, version.source == info.model_uri]
told["by_alias"] = client.get_model_version_by_alias("mine", "champion").version
told["no_alias"] = refusal(lambda: client.get_model_version_by_alias("mine", "none"))

copied = client.copy_model_version("models:/mine@champion", "second")
told["copied"] = [copied.name, copied.version, copied.source, copied.run_id == run.info.run_id]
client.rename_registered_model("second", "renamed")
told["renamed"] = bool((mlflow.pyfunc.load_model("models:/renamed/1").predict(inputs) == model.predict(inputs)).all())
client.transition_model_version_stage("mine", 1, "staging")
told["staged"] = [v.version for v in client.get_latest_versions("mine", ["Staging"])]
told["found"] = [v.name for v in client.search_model_versions(f"run_id = '{run.info.run_id}'", order_by=["name ASC"])]

client.create_registered_model("own")
client.create_model_version("own", info.model_uri, run.info.run_id, model_id=info.model_id)
client.set_registered_model_alias("own", "candidate", 1)
told["guarded"] = refusal(lambda: client.set_registered_model_alias("own", "champion", 1))
told["owned"] = refusal(lambda: client.delete_registered_model("own"))

mlflow.genai.register_prompt(name="greeting", template="Hello {{name}}", tags={"tone": "warm"})
mlflow.genai.register_prompt(name="greeting", template="Good day, {{name}}")
mlflow.genai.set_prompt_alias("greeting", "live", 2)
told["prompts"] = [
    mlflow.genai.load_prompt("prompts:/greeting/1").format(name="Ada"),
    mlflow.genai.load_prompt("prompts:/greeting@live").template,
    [prompt.name for prompt in mlflow.genai.search_prompts()],
]
told["models"] = [model.name for model in client.search_registered_models()]
print(json.dumps(told))

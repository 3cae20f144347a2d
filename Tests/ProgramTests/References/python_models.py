"""MLflow models that only Python can run, and a server's answers held against MLflow's own.

    python_models.py ADDRESS FOLDER make          writes the folders of the models and a table
    python_models.py ADDRESS FOLDER ask NAME GRPC asks the server for what the model answers, by every client
    python_models.py ADDRESS FOLDER log NAME      logs and registers a model through MLflow's client, and makes it the champion
    python_models.py ADDRESS FOLDER load ID TIMES kills the worker of the server with that process ID so often while eight connections ask
"""
import http.client, json, os, signal, sys, threading, warnings

warnings.simplefilter("ignore")
import mlflow, numpy as np, pandas as pd
from mlflow.models import infer_signature
from mlflow.types import ColSpec, Schema

address, folder, verb = sys.argv[1:4]
rng = np.random.default_rng(5)
frame = pd.DataFrame({"age": rng.integers(18, 80, 240), "income": rng.normal(3e4, 1e4, 240).round(2), "town": rng.choice(["Ulm", "Bonn", "Kiel"], 240)})
truth = np.where(frame.age + rng.normal(0, 9, 240) > 45, "old", "young")


class Odd(mlflow.pyfunc.PythonModel):
    """Does what the town says."""

    def predict(self, context, model_input, params=None):
        for town in model_input["town"]:
            if town == "raise":
                raise ValueError("there is no town called raise")
            if town == "hang":
                while True:
                    pass
            if town == "write":
                os.write(3, b"something that is no message at all")
            if town == "memory":
                bytearray(1 << 36)
            if town == "exit":
                os._exit(9)
        return [len(town) for town in model_input["town"]]


class Many(mlflow.pyfunc.PythonModel):
    """Several outputs of several types, some of them missing."""

    def predict(self, context, model_input, params=None):
        income = model_input["income"]
        return pd.DataFrame({
            "label": np.where(income > 3e4, "rich", "poor"), "score": (income / 1e5).astype("float32"), "rank": income.rank().astype("int64"),
            "much": income > 4e4, "note": [None if value > 3e4 else f"{value:.0f}" for value in income], "seen": pd.Timestamp("2026-01-02T03:04:05")})


class Lists(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        return [{"town": town, "letters": len(town)} for town in model_input["town"]]


def pipeline():
    from sklearn.compose import make_column_transformer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    columns = make_column_transformer((StandardScaler(), ["age", "income"]), (OneHotEncoder(handle_unknown="ignore"), ["town"]))
    return make_pipeline(columns, LogisticRegression()).fit(frame, truth)


def save(name, model, signature, is_own=False, **more):
    if not is_own:
        more["serialization_format"] = "cloudpickle"
        more["sk_model"] = model
    else:
        more["python_model"] = model
    # The packages are those at hand: nothing is looked for in a registry of packages.
    (mlflow.pyfunc if is_own else mlflow.sklearn).save_model(path=os.path.join(folder, name), signature=signature, pip_requirements=more.pop("needs", ["mlflow", "pandas"]), **more)


def make():
    from sklearn.linear_model import LinearRegression

    model = pipeline()
    wide = frame.astype({"age": "float64"})
    save("labels", model, infer_signature(frame, model.predict(frame)))
    save("odds", model, infer_signature(wide, model.predict_proba(wide)), pyfunc_predict_fn="predict_proba", input_example=wide.head(3))
    save("bare", model, None, needs=["scikit-learn"])
    numbers = frame[["age", "income"]].to_numpy(np.float32)
    line = LinearRegression().fit(numbers, numbers[:, 0] * 2)
    save("matrix", line, infer_signature(numbers, line.predict(numbers)))
    columns = mlflow.models.ModelSignature(inputs=Schema([ColSpec("double", "income"), ColSpec("string", "town")]))
    for name, odd in [("odd", Odd()), ("many", Many()), ("lists", Lists())]:
        save(name, odd, columns, True)
    save("needy", Odd(), columns, True, needs=["no-such-package-anywhere==1.2", "pandas"])
    frame.assign(target=truth).to_csv(os.path.join(folder, "train.csv"), index=False)
    return {}


def rows(name):
    """Some rows as the model takes them: without those columns that it has not."""
    some = frame.iloc[:20]
    if name == "matrix":
        return some[["age", "income"]].to_numpy(np.float32)
    if name in ("many", "lists"):
        return some[["income", "town"]]
    return some.astype({"age": "float64"}) if name == "odds" else some


def plain(answer):
    """As JSON: rows of a table as objects."""
    if isinstance(answer, pd.DataFrame):
        return [{column: native(value) for column, value in row.items()} for _, row in answer.iterrows()]
    return answer.tolist() if hasattr(answer, "tolist") else answer


def native(value):
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    value = value.item() if hasattr(value, "item") else value
    return None if value != value else value


def post(path, body):
    host = address.split("//")[1]
    connection = http.client.HTTPConnection(host)
    connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())


def tensors(name, some, module):
    """The inputs of a request to `/v2`."""
    if name == "matrix":
        one = module.InferInput("input", some.shape, "FP32")
        one.set_data_from_numpy(some)
        return [one]
    inputs = []
    for column in some:
        kind = {"age": "FP64" if some[column].dtype.kind == "f" else "INT64", "income": "FP64", "town": "BYTES"}[column]
        one = module.InferInput(column, [len(some)], kind)
        one.set_data_from_numpy(some[column].to_numpy(object if kind == "BYTES" else None))
        inputs.append(one)
    return inputs


def same(found, expected):
    """Whether an output is, bit for bit, what MLflow answers."""
    expected = np.asarray(expected)
    if found.dtype == object:
        return [value.decode() for value in found.reshape(-1).tolist()] == ["" if value is None or value != value else str(value) for value in expected.reshape(-1).tolist()]
    return found.dtype == expected.dtype and found.shape == expected.shape and found.tobytes() == expected.tobytes()


def expected_outputs(name, answer):
    if name == "lists":
        return {"output": np.array([json.dumps(row) for row in answer], dtype=object)}
    if isinstance(answer, pd.DataFrame):
        return {c: np.datetime_as_string(answer[c].to_numpy().astype("M8[us]"), timezone="UTC").astype(object) if answer[c].dtype.kind == "M" else answer[c].to_numpy() for c in answer}
    return {"output": np.asarray(answer)}


def ask(name, calls):
    import tritonclient.grpc as grpc
    import tritonclient.http as triton

    some = rows(name)
    answer = mlflow.pyfunc.load_model(os.path.join(folder, name)).predict(some)
    told = {}
    outputs = expected_outputs(name, answer)
    host = address.split("//")[1]
    for client, module in [(triton.InferenceServerClient(host), triton), (grpc.InferenceServerClient(calls), grpc)]:
        found = client.infer(name, tensors(name, some, module))
        told[module.__name__.split(".")[1]] = all(same(found.as_numpy(key), value) for key, value in outputs.items())
    table = pd.DataFrame(some, columns=["input_0", "input_1"]) if name == "matrix" else some
    status, body = post("/invocations", {"dataframe_split": json.loads(table.to_json(orient="split", double_precision=15))})
    expected = [json.dumps(row) for row in answer] if name == "lists" else plain(answer)
    told["invocations"] = status == 200 and body["predictions"] == expected
    status, body = post(f"/v1/models/{name}:predict", {"instances": json.loads(table.to_json(orient="records", double_precision=15))})
    told["kserve1"] = status == 200 and body["predictions"] == expected
    status, body = post(f"/predict/{name}", json.loads(table.to_json(orient="records", double_precision=15)))
    told["described"] = status == 200 and all(set(row) == set(outputs) | {"prediction_id"} for row in body)
    return told


def log(name):
    mlflow.set_tracking_uri(address)
    mlflow.set_experiment("towns")
    with mlflow.start_run():
        model = pipeline()
        mlflow.sklearn.log_model(
            model, name="model", signature=infer_signature(frame, model.predict(frame)), registered_model_name=name, serialization_format="cloudpickle",
            pip_requirements=["mlflow", "scikit-learn"])
    try:
        mlflow.MlflowClient().set_registered_model_alias(name, "champion", 1)
        refusal = None
    except mlflow.MlflowException as error:
        refusal = str(error)
    return {"refusal": refusal, "expected": mlflow.pyfunc.load_model(f"models:/{name}/1").predict(frame.head(3)).tolist()}


def load(server, times):
    """Kills the server's worker so often while eight connections ask, each time after it has answered, and counts the statuses."""
    counts, errors, changed, stopped = {}, set(), threading.Condition(), threading.Event()

    def run():
        while not stopped.is_set():
            status, body = post("/predict/labels", {"age": 30, "income": 20000, "town": "Ulm"})
            with changed:
                counts[status] = counts.get(status, 0) + 1
                if status != 200:
                    errors.add(body["error"])
                changed.notify_all()

    def await_answers():
        """Waits for more answers than requests can have been under way."""
        with changed:
            enough = counts.get(200, 0) + 17
            changed.wait_for(lambda: counts.get(200, 0) >= enough)

    def workers():
        return {int(id) for task in os.listdir(f"/proc/{server}/task") for id in open(f"/proc/{server}/task/{task}/children").read().split()}

    threads = [threading.Thread(target=run) for _ in range(8)]
    [thread.start() for thread in threads]
    killed = set()
    for _ in range(times):
        await_answers()
        for id in workers() - killed:
            os.kill(id, signal.SIGKILL)
            killed.add(id)
    await_answers()
    stopped.set()
    [thread.join() for thread in threads]
    return {"killed": len(killed), "answered": counts.pop(200), "failed": counts.pop(503, 0), "others": sum(counts.values()), "errors": sorted(errors)}


verbs = {"make": make, "ask": ask, "log": log, "load": lambda server, times: load(int(server), int(times))}
print(json.dumps(verbs[verb](*sys.argv[4:])))

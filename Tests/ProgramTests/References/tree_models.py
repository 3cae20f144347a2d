"""LightGBM models as text, and a server's answers held against LightGBM's own, bit for bit.

    tree_models.py ADDRESS FOLDER make          writes the files and a table
    tree_models.py ADDRESS FOLDER ask NAME      asks the server for what NAME.txt answers
"""
import http.client, json, os, sys, warnings

warnings.simplefilter("ignore")
import lightgbm, numpy as np, pandas as pd

address, folder, verb = sys.argv[1:4]
rng = np.random.default_rng(3)
frame = pd.DataFrame({
    "age": np.where(rng.random(500) < 0.1, np.nan, rng.integers(18, 80, 500)), "town": pd.Categorical(rng.choice(["Ulm", "Bonn", "Kiel", "Köln"], 500)),
    "rooms": pd.Categorical(rng.choice([3, 5, 9], 500)), "net income": rng.normal(size=500)})
signal = frame["net income"] + (frame["town"] == "Ulm") * 2 + (frame["rooms"] == 9) + frame["age"].fillna(40) / 40


def train(name, data, truth, **parameters):
    settings = {"verbose": -1, "min_data_in_leaf": 5, "num_threads": 1, "deterministic": True, "seed": 1, **parameters}
    lightgbm.train(settings, lightgbm.Dataset(data, truth), 20).save_model(os.path.join(folder, name + ".txt"))


def make():
    train("binary", frame, (signal > 2).astype(int), objective="binary")
    train("regression", frame, signal, objective="regression")
    train("multiclass", frame, pd.cut(signal, 3, labels=False), objective="multiclass", num_class=3)
    train("poisson", frame[["age", "net income"]].to_numpy(), np.exp(signal / 4), objective="poisson")
    frame.assign(net_income=frame["net income"], target=signal).drop(columns="net income").to_csv(os.path.join(folder, "train.csv"), index=False)
    return {}


def post(path, body):
    connection = http.client.HTTPConnection(address.split("//")[1])
    connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())


def contributions(explanation):
    """An explanation as LightGBM writes it: for each class the features, then the base."""
    return [value for part in explanation.get("classes", [explanation]) for value in [*part["contributions"].values(), part["base"]]]


def ask(name):
    import tritonclient.http as triton

    booster = lightgbm.Booster(model_file=os.path.join(folder, name + ".txt"))
    some = frame.iloc[:64] if name != "poisson" else frame[["age", "net income"]].iloc[:64].rename(columns={"age": "Column_0", "net income": "Column_1"})
    asked = some if name != "poisson" else some.to_numpy()
    expected = booster.predict(asked, num_threads=1)
    codes = pd.DataFrame({column: some[column].cat.codes.astype(float) if some[column].dtype == "category" else some[column] for column in some}).to_numpy()
    one = triton.InferInput("input", codes.shape, "FP64")
    one.set_data_from_numpy(np.ascontiguousarray(codes))
    found = triton.InferenceServerClient(address.split("//")[1]).infer(name, [one]).as_numpy("output")
    told = {"matrix": found.shape == expected.shape and found.tobytes() == expected.tobytes()}
    rows = json.loads(some.rename(columns={"net income": "net_income"}).to_json(orient="records", double_precision=15))
    status, body = post(f"/predict/{name}", rows)
    key = {"binary": "probability", "multiclass": "probabilities"}.get(name, "value")
    told["rows"] = status == 200 and np.array([row[key] for row in body]).tobytes() == expected.tobytes()
    status, body = post(f"/predict/{name}/explain", rows)
    told["explained"] = status == 200 and np.array([contributions(row["explanation"]) for row in body]).tobytes() == booster.predict(
        asked, pred_contrib=True, num_threads=1).tobytes()
    if name != "poisson":
        unknown = some.head(2).copy()
        unknown["town"] = pd.Categorical([None, None], categories=frame["town"].cat.categories)
        rows = json.loads(unknown.rename(columns={"net income": "net_income"}).to_json(orient="records", double_precision=15))
        rows[0]["town"] = "Atlantis"
        status, body = post(f"/predict/{name}", rows)
        told["unknown"] = status == 200 and np.array([row[key] for row in body]).tobytes() == booster.predict(unknown, num_threads=1).tobytes()
    return told


print(json.dumps(make() if verb == "make" else ask(sys.argv[4])))

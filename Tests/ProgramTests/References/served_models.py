"""Models of the usual kinds as ONNX files, and a server's answers held against ONNX Runtime's own.

    served_models.py ADDRESS FOLDER make          writes the files and a table
    served_models.py ADDRESS FOLDER ask NAME      asks the server for what NAME.onnx answers
"""
import json, os, sys, warnings

warnings.simplefilter("ignore")
import numpy as np, onnx, onnxruntime

address, folder, verb = sys.argv[1:4]
rng = np.random.default_rng(7)
X = rng.normal(size=(300, 6)).astype(np.float32)
y = (X[:, 0] + X[:, 1] * X[:, 2] > 0).astype(int)
TEXTS = np.array([[" ".join(rng.choice(["good", "bad", "loan", "paid", "late", "never"], 6))] for _ in range(300)], dtype=object)


def write(name, model):
    with open(os.path.join(folder, name + ".onnx"), "wb") as file:
        file.write(model.SerializeToString())


def scikit():
    from skl2onnx import to_onnx
    from skl2onnx.common.data_types import StringTensorType
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.compose import ColumnTransformer
    from sklearn.linear_model import LogisticRegression, Ridge
    from sklearn.neural_network import MLPClassifier
    from sklearn.pipeline import make_pipeline

    names = np.array(["no", "yes"])[y]
    write("zipmap", to_onnx(LogisticRegression().fit(X, names), X[:1]))
    write("regressor", to_onnx(Ridge().fit(X, X[:, 3] * 2 + X[:, 4]), X[:1]))
    write("mlp", to_onnx(MLPClassifier((16, 8), max_iter=60, random_state=0).fit(X, y), X[:1], options={"zipmap": False}))
    text = make_pipeline(ColumnTransformer([("words", CountVectorizer(), 0)]), LogisticRegression())
    text.fit(TEXTS, y)
    # Machines have this locale, whatever languages are installed.
    write("text", to_onnx(text, initial_types=[("note", StringTensorType([None, 1]))], options={CountVectorizer: {"locale": "C.UTF-8"}}))


def trees():
    import lightgbm, xgboost
    from onnxmltools import convert_lightgbm, convert_xgboost
    from onnxmltools.convert.common.data_types import FloatTensorType

    kinds = [("input", FloatTensorType([None, X.shape[1]]))]
    write("lightgbm", convert_lightgbm(lightgbm.LGBMClassifier(n_estimators=9, verbose=-1).fit(X, y), initial_types=kinds, zipmap=False, target_opset=15))
    write("xgboost", convert_xgboost(xgboost.XGBClassifier(n_estimators=9).fit(X, y), initial_types=kinds, target_opset=15))


def convolution():
    from onnx import TensorProto, helper, numpy_helper

    weights = {"w": rng.normal(size=(4, 1, 3, 3)), "b": rng.normal(size=4), "g": rng.normal(size=(4 * 6 * 6, 3))}
    nodes = [
        helper.make_node("Conv", ["image", "w", "b"], ["c"]),
        helper.make_node("Relu", ["c"], ["r"]),
        helper.make_node("Flatten", ["r"], ["f"]),
        helper.make_node("MatMul", ["f", "g"], ["logits"]),
        helper.make_node("ReduceMean", ["c"], ["features"], axes=[2, 3], keepdims=0),
    ]
    inputs = [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", 1, 8, 8])]
    outputs = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", 3]), helper.make_tensor_value_info("features", TensorProto.FLOAT, ["N", 4])]
    constants = [numpy_helper.from_array(value.astype(np.float32), name) for name, value in weights.items()]
    graph = helper.make_graph(nodes, "cnn", inputs, outputs, constants)
    write("cnn", helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8))


def types():
    from onnx import TensorProto, helper

    kinds = ["BOOL", "UINT8", "INT8", "UINT16", "INT16", "UINT32", "INT32", "UINT64", "INT64", "FLOAT16", "FLOAT", "DOUBLE", "STRING"]
    info = lambda end: [helper.make_tensor_value_info(kind.lower() + end, getattr(TensorProto, kind), ["N", 2]) for kind in kinds]
    nodes = [helper.make_node("Identity", [kind.lower() + "_in"], [kind.lower() + "_out"]) for kind in kinds]
    write("types", helper.make_model(helper.make_graph(nodes, "types", info("_in"), info("_out")), opset_imports=[helper.make_opsetid("", 16)], ir_version=8))


def make():
    scikit(), trees(), convolution(), types()
    with open(os.path.join(folder, "train.csv"), "w") as file:
        file.write(",".join(f"f{i}" for i in range(X.shape[1])) + ",target\n")
        file.writelines(",".join(map(str, row)) + f",{label}\n" for row, label in zip(X.tolist(), y))
    print(json.dumps({"models": sorted(name[:-5] for name in os.listdir(folder) if name.endswith(".onnx"))}))


if verb == "make":
    make()
    sys.exit()

import tritonclient.http as http

name = sys.argv[4]
client = http.InferenceServerClient(address.removeprefix("http://"))
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1  # Several threads add up the trees in another order.
session = onnxruntime.InferenceSession(os.path.join(folder, name + ".onnx"), options)
SAMPLES = {
    "FP32": lambda shape: X[: shape[0]] if shape[1:] == [6] else rng.normal(size=shape).astype(np.float32),
    "FP64": lambda shape: rng.normal(size=shape), "FP16": lambda shape: rng.normal(size=shape).astype(np.float16),
    "BYTES": lambda shape: TEXTS[: shape[0]] if shape[1] == 1 else np.array([["ä", ""], ["b", "c d"]] * 32, dtype=object)[: shape[0]],
    "BOOL": lambda shape: rng.random(shape) > 0.5,
}


def sample(field, rows):
    shape = [rows] + field["shape"][1:]
    make = SAMPLES.get(field["datatype"])
    if make: return np.ascontiguousarray(make(shape))
    kind = np.dtype(field["datatype"].lower())
    return rng.integers(np.iinfo(kind).min, np.iinfo(kind).max, shape, dtype=kind, endpoint=True)


def expected(values):
    """What the engine answers; a list of maps as a matrix."""
    told = {}
    for output, value in zip(session.get_outputs(), session.run(None, values)):
        told[output.name] = np.array([list(row.values()) for row in value]) if isinstance(value, list) else value
    return told


def ask(metadata, values, binary, **more):
    inputs = []
    for field in metadata["inputs"]:
        value = values[field["name"]]
        tensor = http.InferInput(field["name"], list(value.shape), field["datatype"])
        tensor.set_data_from_numpy(value, binary_data=binary)
        inputs.append(tensor)
    outputs = [http.InferRequestedOutput(field["name"], binary_data=binary) for field in metadata["outputs"]]
    return client.infer(name, inputs, outputs=outputs, request_id="r-1", **more)


def same(answer, wanted, exact):
    for output, value in wanted.items():
        got = answer.as_numpy(output)
        if got.dtype == object: got, value = [[t.decode() if isinstance(t, bytes) else t for t in np.ravel(a)] for a in (got, value)]
        got = np.asarray(got)
        got, value = got.reshape(np.shape(value)), np.asarray(value)
        fits = np.array_equal(got, value) if exact or got.dtype.kind not in "f" else np.allclose(got, value, rtol=1e-6, atol=0)
        if not fits: return False
    return True


metadata = client.get_model_metadata(name)
told = {"binary": 0, "json": 0, "rows": [1, 2, 64]}
for rows in told["rows"]:
    values = {field["name"]: sample(field, rows) for field in metadata["inputs"]}
    wanted = expected(values)
    told["binary"] += same(ask(metadata, values, True), wanted, exact=True)
    if name != "types": told["json"] += same(ask(metadata, values, False), wanted, exact=False)
told["id"] = ask(metadata, values, True).get_response()["id"]
told["outputs"] = {field["name"]: [field["datatype"], field["shape"]] for field in metadata["outputs"]}
print(json.dumps(told))

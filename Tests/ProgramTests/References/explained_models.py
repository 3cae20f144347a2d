"""Explanations of a server held against LightGBM's own, and files whose explanations are known.

    explained_models.py ADDRESS FOLDER trees      the project in FOLDER against LightGBM's pred_contrib
    explained_models.py ADDRESS FOLDER make       writes linear.onnx, images.onnx and train.csv
"""
import glob, json, os, sys, urllib.request

import numpy as np

address, folder, verb = sys.argv[1:4]
COEFFICIENTS = [2.0, -1.0, 0.5]


def post(path, body):
    request = urllib.request.Request(address + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
    return json.load(urllib.request.urlopen(request))


def kept():
    """The trees that the project keeps beside the graph of its newest version."""
    files = [path for path in glob.glob(f"{folder}/.martlet/objects/**/*", recursive=True) if os.path.isfile(path)]
    for path in sorted(files, key=os.path.getmtime, reverse=True):
        with open(path, "rb") as file:
            if file.read(11) == b'{"booster":':
                return json.loads(b'{"booster":' + file.read())
    raise SystemExit("no trees are kept")


def trees():
    import lightgbm

    model = kept()
    booster = lightgbm.Booster(model_str=model["booster"])
    columns = [feature["column"] for feature in model["features"]]
    rows = [
        {"income": 40, "age": 40, "city": "Bern", "grade": "A"}, {"income": 88.5, "age": 19, "city": "Genf", "grade": "C"},
        {"income": None, "age": 33, "city": "Ulm", "grade": None},
    ]

    def code(row, feature):
        value, categories = row[feature["column"]], feature.get("categories")
        if categories is None:
            return np.nan if value is None else value
        return categories.index(value) if value in categories else np.nan

    encoded = np.array([[code(row, feature) for feature in model["features"]] for row in rows], dtype=float)
    expected = booster.predict(encoded, pred_contrib=True, num_threads=1)
    raw = booster.predict(encoded, raw_score=True)
    typed = post("/predict/loans/explain", rows)
    kserve = post("/v1/models/loans:explain", {"instances": rows})
    tensors = [
        {"name": name, "datatype": "FP64" if name in ("income", "age") else "BYTES", "shape": [len(rows)], "data": [row[name] for row in rows]}
        for name in columns
    ]
    inference = post("/v2/models/loans/explain", {"id": "r-1", "inputs": tensors})
    same = True
    for row, answer in enumerate(typed):
        for told in (answer["explanation"], kserve["explanations"][row], inference["explanations"][row]):
            same &= [told["contributions"][name] for name in columns] + [told["base"]] == expected[row].tolist()
            same &= abs(told["score"] - raw[row]) < 1e-12 and told["method"] == "tree_shap" and told["scale"] == "raw"
        same &= abs(1 / (1 + np.exp(-raw[row])) - answer["probability"]) < 1e-12
    print(json.dumps({"same": bool(same), "rows": len(rows), "differ": len(set(expected[:, 0])), "id": inference["id"], "version": inference["model_version"]}))


def make():
    from onnx import TensorProto, helper, numpy_helper

    rng = np.random.default_rng(3)
    table = rng.normal(size=(60, 3)).round(3)
    np.savetxt(f"{folder}/train.csv", table, delimiter=",", header="a,b,c", comments="", fmt="%.3f")
    weights = numpy_helper.from_array(np.array([[c] for c in COEFFICIENTS], dtype=np.float32), "w")
    offset = numpy_helper.from_array(np.array([7], dtype=np.float32), "o")
    graph = helper.make_graph(
        [helper.make_node("Gemm", ["X", "w", "o"], ["y"])], "linear", [helper.make_tensor_value_info("X", TensorProto.FLOAT, ["N", 3])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["N", 1])], [weights, offset])
    image = helper.make_graph(
        [helper.make_node("Flatten", ["image"], ["pixels"])], "images", [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", 2, 2])],
        [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, ["N", 4])])
    for name, graph in [("linear", graph), ("images", image)]:
        with open(f"{folder}/{name}.onnx", "wb") as file:
            file.write(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8).SerializeToString())
    print(json.dumps({"means": table.mean(axis=0).tolist()}))


{"trees": trees, "make": make}[verb]()

"""Several models at one server, asked by Triton's clients.

    many_models.py ADDRESS FOLDER make                    writes small models: tokens, double, score-a, score-b, sum
    many_models.py ADDRESS FOLDER words                   writes an MLflow model of a user's own, in Python: words
    many_models.py ADDRESS FOLDER register NAME FILE      registers a file through MLflow's client, and makes it the champion
    many_models.py ADDRESS FOLDER heavy COUNT             writes models of 4 MB each
    many_models.py ADDRESS FOLDER ask GRPC NAME VALUES    asks NAME over HTTP and gRPC
    many_models.py ADDRESS FOLDER tour PID COUNT          asks the heavy models one after the other, twice, and watches the server's memory
    many_models.py ADDRESS FOLDER repository GRPC NAME    unloads and loads NAME by either client
"""
import json, os, sys
import numpy as np

address, folder, verb, *more = sys.argv[1:]


def write(name, nodes, inputs, outputs, constants):
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    field = lambda pair: helper.make_tensor_value_info(pair[0], TensorProto.FLOAT, pair[1])
    graph = helper.make_graph(
        [helper.make_node(kind, given, [made]) for kind, given, made in nodes], name, [field(i) for i in inputs], [field(o) for o in outputs],
        [numpy_helper.from_array(np.asarray(value, dtype=np.float32), key) for key, value in constants.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    with open(os.path.join(folder, name + ".onnx"), "wb") as file:
        file.write(model.SerializeToString())


def small():
    # What is asked, less one; twice that; and what is made of it.
    write("tokens", [("Sub", ["text", "one"], "ids")], [("text", [None, 2])], [("ids", [None, 2])], {"one": [1]})
    write("double", [("Mul", ["ids", "two"], "hidden")], [("ids", [None, 2])], [("hidden", [None, 2])], {"two": [2]})
    write("triple", [("Mul", ["ids", "three"], "hidden")], [("ids", [None, 2])], [("hidden", [None, 2])], {"three": [3]})
    write("sum", [("ReduceSum", ["x"], "total")], [("x", [None, 2])], [("total", [1, 1])], {})


def words():
    import mlflow, pandas as pd
    from mlflow.models import infer_signature

    class Words(mlflow.pyfunc.PythonModel):
        """Counts letters and words."""

        def predict(self, context, model_input, params=None):
            notes = model_input["note"]
            return pd.DataFrame({"ids_0": notes.str.len().astype("float64"), "ids_1": notes.str.split().str.len().astype("float64")})

    table = pd.DataFrame({"note": ["one", "and two"]})
    signature = infer_signature(table, Words().predict(None, table))
    mlflow.pyfunc.save_model(
        path=os.path.join(folder, "words"), python_model=Words(), signature=signature, pip_requirements=["mlflow", "pandas"])


def register(name, file):
    import mlflow, onnx
    from mlflow.models import infer_signature

    mlflow.set_tracking_uri(address)
    x = np.ones((1, 2), dtype=np.float32)
    model, signature = onnx.load(os.path.join(folder, file)), infer_signature({"ids": x}, {"hidden": x})
    with mlflow.start_run():
        mlflow.onnx.log_model(model, name="model", registered_model_name=name, signature=signature, pip_requirements=["onnx"])
    client = mlflow.MlflowClient()
    client.set_registered_model_alias(name, "champion", "1")
    print(json.dumps({"champion": client.get_model_version_by_alias(name, "champion").version}))


def heavy(count):
    rng = np.random.default_rng(5)
    for number in range(count):
        weights = rng.normal(size=(1024, 1024)).astype(np.float32)
        write("heavy%02d" % number, [("MatMul", ["x", "w"], "y")], [("x", [None, 1024])], [("y", [None, 1024])], {"w": weights})


def clients(calls):
    import tritonclient.grpc as grpc, tritonclient.http as http

    return (http, http.InferenceServerClient(address.split("//")[1], network_timeout=600)), (grpc, grpc.InferenceServerClient(calls))


def infer(kind, client, name, values):
    field = client.get_model_metadata(name)
    field = field["inputs"][0] if isinstance(field, dict) else {"name": field.inputs[0].name, "datatype": field.inputs[0].datatype}
    tensor = kind.InferInput(field["name"], list(values.shape), field["datatype"])
    tensor.set_data_from_numpy(values)
    return client.infer(name, [tensor])


def ask(calls, name, values):
    values = np.array(json.loads(values), dtype=np.float32)
    told = []
    for kind, client in clients(calls):
        answer = infer(kind, client, name, values)
        response = answer.get_response()
        told.append(response if isinstance(response, dict) else {"model_version": response.model_version})
        outputs = response["outputs"] if isinstance(response, dict) else [{"name": output.name} for output in response.outputs]
        told[-1] = {"version": told[-1]["model_version"], "outputs": {o["name"]: answer.as_numpy(o["name"]).tolist() for o in outputs}}
    assert told[0] == told[1], told
    print(json.dumps(told[0]))


def resident(process):
    for line in open("/proc/%s/status" % process):
        if line.startswith("VmRSS:"): return int(line.split()[1]) // 1024


def tour(process, count):
    import tritonclient.http as http

    client = http.InferenceServerClient(address.split("//")[1], network_timeout=600)
    names = ["heavy%02d" % number for number in range(int(count))]
    x = np.random.default_rng(1).normal(size=(1, 1024)).astype(np.float32)
    answers, memory = {}, []
    for turn in range(2):
        for name in names:
            got = infer(http, client, name, x).as_numpy("y").tobytes()
            assert answers.setdefault(name, got) == got, "%s answers otherwise once it was loaded again" % name
            memory.append(resident(process))
    index = {model["name"]: model["state"] for model in client.get_model_repository_index()}
    print(json.dumps({
        "different": len(set(answers.values())), "ready": sum(index[name] == "READY" for name in names),
        "unavailable": sum(index[name] == "UNAVAILABLE" for name in names), "first": memory[: len(names)], "second": memory[len(names):]}))


def repository(calls, name):
    told = []
    for kind, client in clients(calls):
        def state():
            index = client.get_model_repository_index()
            rows = index if isinstance(index, list) else [{"name": m.name, "state": m.state} for m in index.models]
            return {row["name"]: row["state"] for row in rows}[name]
        client.unload_model(name)
        states = [state()]
        infer(kind, client, name, np.ones((1, 2), dtype=np.float32))
        states.append(state())
        client.unload_model(name)
        client.load_model(name)
        states.append(state())
        told.append(states + [client.is_model_ready(name), client.is_server_ready()])
    print(json.dumps(told))


def made(kind, *arguments):
    kind(*arguments)
    print(json.dumps({}))


{"make": lambda: made(small), "words": lambda: made(words), "register": register, "heavy": lambda count: made(heavy, int(count)), "ask": ask, "tour": tour, "repository": repository}[verb](*more)

"""Writes small models: an identity for each element type, a cast to the small ones, classifiers with ZipMap, and a dense layer with its answers."""

import sys

import numpy
import onnx
import onnxruntime
from onnx import TensorProto as kinds
from onnx import helper, numpy_helper

folder = sys.argv[1]


def save(name, nodes, inputs, outputs, initializers=()):
    graph = helper.make_graph(nodes, name, inputs, outputs, initializers)
    operators = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)]
    model = helper.make_model(graph, opset_imports=operators, ir_version=8, producer_name="tests")
    helper.set_model_props(model, {"classes": "no,yes", "grüße": "🐦"})
    onnx.save(model, f"{folder}/{name}.onnx")


def tensor(name, kind, shape):
    return helper.make_tensor_value_info(name, kind, shape)


def identities():
    types = {
        "double": kinds.DOUBLE, "float": kinds.FLOAT, "int64": kinds.INT64, "int32": kinds.INT32, "bool": kinds.BOOL, "string": kinds.STRING,
    }
    nodes = [helper.make_node("Identity", [name], [name + "_out"]) for name in types]
    shape = ["rows", 2]
    save("types", nodes, [tensor(n, t, shape) for n, t in types.items()], [tensor(n + "_out", t, shape) for n, t in types.items()])


def casts():
    types = {
        "int8": kinds.INT8, "uint8": kinds.UINT8, "int16": kinds.INT16, "uint16": kinds.UINT16, "uint32": kinds.UINT32, "float16": kinds.FLOAT16,
    }
    nodes = [helper.make_node("Cast", ["x"], [name], to=kind) for name, kind in types.items()]
    save("small", nodes, [tensor("x", kinds.INT64, [None])], [tensor(n, t, [None]) for n, t in types.items()])


def classifier(name, kind, classes, zipped):
    scores = helper.make_node(
        "LinearClassifier", ["x"], ["label", "scores"], domain="ai.onnx.ml", coefficients=[1.0, 0.0, 0.0, 1.0], intercepts=[0.0, 0.0], **classes
    )
    maps = helper.make_node("ZipMap", ["scores"], ["maps"], domain="ai.onnx.ml", **zipped)
    row = helper.make_map_type_proto(kind, helper.make_tensor_type_proto(kinds.FLOAT, []))
    outputs = [tensor("label", kind, [None]), helper.make_value_info("maps", helper.make_sequence_type_proto(row))]
    save(name, [scores, maps], [tensor("x", kinds.FLOAT, [None, 2])], outputs)


def dense():
    weights = numpy.random.default_rng(1).normal(size=(5, 3)).astype("f4")
    nodes = [helper.make_node("MatMul", ["x", "w"], ["m"]), helper.make_node("Softmax", ["m"], ["y"])]
    inputs, outputs = [tensor("x", kinds.FLOAT, [None, 5])], [tensor("y", kinds.FLOAT, [None, 3])]
    save("dense", nodes, inputs, outputs, [numpy_helper.from_array(weights, "w")])
    rows = numpy.arange(40, dtype="f4").reshape(8, 5) / 10
    onnxruntime.InferenceSession(folder + "/dense.onnx").run(None, {"x": rows})[0].tofile(folder + "/dense.y")


identities()
casts()
classifier("zip_int", kinds.INT64, {"classlabels_ints": [3, 7]}, {"classlabels_int64s": [3, 7]})
classifier("zip_string", kinds.STRING, {"classlabels_strings": ["no", "yes"]}, {"classlabels_strings": ["no", "yes"]})
dense()

"""Writes ONNX graphs in the forms that other programs export, into the folder named on the command line.

All compute p = sigmoid(a - b) from the numeric columns "a" and "b".
"""
import sys

import numpy as np
import onnx
from onnx import TensorProto as T
from onnx import helper as h
from onnx import numpy_helper

folder = sys.argv[1]


def tensor(name, values, dtype):
    return numpy_helper.from_array(np.array(values, dtype=dtype), name)


def save(name, nodes, inputs, outputs, constants):
    graph = h.make_graph(nodes, name, inputs, outputs, constants)
    model = h.make_model(graph, opset_imports=[h.make_opsetid("", 17), h.make_opsetid("ai.onnx.ml", 3)], ir_version=8)
    onnx.save(model, f"{folder}/{name}.onnx")


def value(name, kind, shape):
    return h.make_tensor_value_info(name, kind, shape)


weights = [tensor("w", [[1.0], [-1.0]], np.float32), tensor("one", [1.0], np.float32), tensor("half", [0.5], np.float32)]
scores = [
    h.make_node("MatMul", ["X", "w"], ["z"]),
    h.make_node("Sigmoid", ["z"], ["p"]),
    h.make_node("Sub", ["one", "p"], ["q"]),
    h.make_node("Concat", ["q", "p"], ["both"], axis=1),
]
label = [h.make_node("ArgMax", ["both"], ["label"], axis=1, keepdims=0)]
X = [value("X", T.FLOAT, [None, 2])]
both = [h.make_node("Identity", ["both"], ["probabilities"])]
save("tensor", scores + label + both, X, [value("label", T.INT64, [None]), value("probabilities", T.FLOAT, [None, 2])], weights)
zipped = h.make_node("ZipMap", ["both"], ["output_probability"], domain="ai.onnx.ml", classlabels_strings=["no", "yes"])
maps = onnx.ValueInfoProto(name="output_probability")
maps.type.sequence_type.elem_type.map_type.key_type = T.STRING
maps.type.sequence_type.elem_type.map_type.value_type.tensor_type.elem_type = T.FLOAT
save("zipmap", scores + label + [zipped], X, [value("label", T.INT64, [None]), maps], weights)
save("label", scores + label, X, [value("label", T.INT64, [None])], weights)
save("wide", [h.make_node("Identity", ["X"], ["p"])], [value("X", T.FLOAT, [None, 9])], [value("p", T.FLOAT, [None, 9])], [])
columns = [
    h.make_node("Cast", ["b"], ["bf"], to=T.DOUBLE),
    h.make_node("Sub", ["a", "bf"], ["z"]),
    h.make_node("Sigmoid", ["z"], ["p"]),
    h.make_node("LabelEncoder", ["the_text"], ["known"], domain="ai.onnx.ml", keys_strings=["x"], values_floats=[0.0], default_float=0.0),
    h.make_node("Cast", ["known"], ["zero"], to=T.DOUBLE),
    h.make_node("Add", ["p", "zero"], ["prob"]),
]
inputs = [value("a", T.DOUBLE, [None, 1]), value("b", T.INT64, [None, 1]), value("the_text", T.STRING, [None, 1])]
save("columns", columns, inputs, [value("prob", T.DOUBLE, [None, 1])], [])
save("unknown", [h.make_node("Identity", ["agee"], ["p"])], [value("agee", T.DOUBLE, [None, 1]), value("b", T.DOUBLE, [None, 1])],
     [value("p", T.DOUBLE, [None, 1])], [])
three = [
    h.make_node("Concat", ["X", "one_column"], ["wide"], axis=1),
    h.make_node("Softmax", ["wide"], ["probabilities"], axis=1),
]
shape = [
    h.make_node("MatMul", ["X", "zeros"], ["one_column"]),
]
save("three", shape + three, X, [value("probabilities", T.FLOAT, [None, 3])], [tensor("zeros", [[0.0], [0.0]], np.float32)])
save("regression", [h.make_node("MatMul", ["X", "w"], ["variable"])], X, [value("variable", T.FLOAT, [None, 1])], weights)

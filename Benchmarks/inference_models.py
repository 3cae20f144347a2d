"""Trains the models that are measured, on data that it makes, and writes them in ONNX with rows to ask about and what ONNX Runtime answers.

    inference_models.py FOLDER

Writes tabular.onnx (100 boosted trees of 31 leaves), mlp.onnx (two layers of 64 and 32), rows.floats (32 bits each, row by row) and NAME.scores
(the probabilities of both classes for each row). The same seed makes the same models.
"""
import pathlib
import sys

import lightgbm
import numpy
import onnxruntime
from onnxmltools import convert_lightgbm
from onnxmltools.convert.common.data_types import FloatTensorType as FloatsOfTrees
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType
from sklearn.neural_network import MLPClassifier

COLUMNS = 30
TRAINED_ON = 8192
SEED = 7


def table(random, count):
    """Rows of four decimals, and a class that depends on some of their columns and on chance."""
    rows = random.normal(size=(count, COLUMNS)).round(4).astype(numpy.float32)
    logit = rows[:, 0] * rows[:, 1] + rows[:, 2:8].sum(axis=1) + numpy.sin(3 * rows[:, 8]) + random.normal(size=count)
    return rows, (logit > 0).astype(numpy.int64)


def trees(rows, classes):
    model = lightgbm.LGBMClassifier(n_estimators=100, num_leaves=31, random_state=SEED, n_jobs=1, deterministic=True, force_row_wise=True, verbose=-1)
    model.fit(rows, classes)
    return convert_lightgbm(model, initial_types=[("input", FloatsOfTrees([None, COLUMNS]))], zipmap=False)


def perceptron(rows, classes):
    model = MLPClassifier(hidden_layer_sizes=(64, 32), random_state=SEED, max_iter=20, tol=0, n_iter_no_change=20)
    model.fit(rows, classes)
    return convert_sklearn(model, initial_types=[("input", FloatTensorType([None, COLUMNS]))], options={"zipmap": False})


def main(folder, asked):
    random = numpy.random.default_rng(SEED)
    rows, classes = table(random, TRAINED_ON)
    wanted, _ = table(random, asked)
    wanted.tofile(folder / "rows.floats")
    for name, train in (("tabular", trees), ("mlp", perceptron)):
        model = train(rows, classes)
        (folder / f"{name}.onnx").write_bytes(model.SerializeToString())
        session = onnxruntime.InferenceSession(folder / f"{name}.onnx", providers=["CPUExecutionProvider"])
        print(name, [i.name for i in session.get_inputs()], [(o.name, o.type, o.shape) for o in session.get_outputs()])
        session.run(["probabilities"], {session.get_inputs()[0].name: wanted})[0].astype(numpy.float32).tofile(folder / f"{name}.scores")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), int(sys.argv[2]))

"""The model in ONNX Runtime, as every peer here uses it: one thread that does not spin, and all outputs of the graph."""
import os

import numpy
import onnxruntime

OPTIONS = onnxruntime.SessionOptions()
OPTIONS.intra_op_num_threads = 1
OPTIONS.inter_op_num_threads = 1
SESSION = onnxruntime.InferenceSession(os.environ["BENCH_MODEL"], OPTIONS, providers=["CPUExecutionProvider"])
INPUT = SESSION.get_inputs()[0].name
OUTPUTS = [output.name for output in SESSION.get_outputs()]


def predict(rows):
    """Labels and probabilities of rows, a list of lists or an array."""
    return SESSION.run(OUTPUTS, {INPUT: numpy.asarray(rows, numpy.float32)})

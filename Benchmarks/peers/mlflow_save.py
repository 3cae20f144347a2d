"""Saves a model in ONNX as MLflow's own flavour does, with the signature of its tensor and one thread.

    mlflow_save.py MODEL COLUMNS FOLDER
"""
import sys

import mlflow.onnx
import numpy
import onnx
from mlflow.models import ModelSignature
from mlflow.types import Schema, TensorSpec

model, columns, folder = sys.argv[1:]
signature = ModelSignature(inputs=Schema([TensorSpec(numpy.dtype(numpy.float32), (-1, int(columns)), "input")]))
options = {"execution_mode": "sequential", "intra_op_num_threads": 1, "inter_op_num_threads": 1}
mlflow.onnx.save_model(onnx.load(model), folder, signature=signature, onnx_session_options=options, pip_requirements=[])

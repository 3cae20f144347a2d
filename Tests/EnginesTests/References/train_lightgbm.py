"""Trains with Python what each folder's spec.json says; writes predictions, importances and the metrics' history as doubles, the model as text."""

import json
import sys

import lightgbm
import numpy


def dataset(folder, spec, name, reference=None):
    data = numpy.fromfile(f"{folder}/{name}.x").reshape(6, -1).T
    label = numpy.fromfile(f"{folder}/{name}.y", dtype=numpy.float32)
    weight = numpy.fromfile(f"{folder}/{name}.w", dtype=numpy.float32) if spec["weighted"] else None
    categories = [3, 4] if spec["categories"] else []
    return data, lightgbm.Dataset(data, label, weight=weight, reference=reference, categorical_feature=categories)


def train(folder):
    with open(f"{folder}/spec.json") as file:
        spec = json.load(file)
    parameters = dict(spec["parameters"], deterministic=True, force_row_wise=True, verbosity=-1, num_threads=2)
    _, training = dataset(folder, spec, "training")
    rows, validation = dataset(folder, spec, "validation", training)
    history = {}
    callbacks = [lightgbm.record_evaluation(history)]
    if spec["patience"]:
        callbacks.append(lightgbm.early_stopping(spec["patience"], first_metric_only=True, verbose=False))
    booster = lightgbm.train(parameters, training, spec["rounds"], valid_sets=[validation], callbacks=callbacks)
    metrics = history["valid_0"]
    outcome = {
        "predictions": booster.predict(rows), "raw": booster.predict(rows, raw_score=True),
        "contributions": booster.predict(rows, pred_contrib=True, num_threads=1), "gain": booster.feature_importance("gain"),
        "split": booster.feature_importance("split"),
        "history": numpy.array(list(metrics.values())),
    }
    for name, values in outcome.items():
        values.astype("f8").tofile(f"{folder}/{name}")
    booster.save_model(f"{folder}/model.txt")
    with open(f"{folder}/best", "w") as file:
        print(booster.best_iteration, *metrics, file=file)


for argument in sys.argv[1:]:
    train(argument)

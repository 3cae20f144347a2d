"""Reference values of scikit-learn for every metric of every case. Undefined ones are null."""
import json
import sys
import warnings

import numpy as np
from sklearn import metrics as sk
from sklearn.calibration import calibration_curve  # noqa: F401  (its binning is the convention below)

warnings.simplefilter("ignore")


def calibration_error(y, p, w):
    bins = np.linspace(0, 1, 11)
    ids = np.searchsorted(bins[1:-1], p)  # as sklearn.calibration.calibration_curve
    total = 0.0
    for b in np.unique(ids):
        m = ids == b
        total += abs((w[m] * p[m]).sum() - (w[m] * y[m]).sum())
    return total / w.sum()


def binary(c, w, out):
    y, p = np.array(c["truth"]), np.array(c["scores"], float)
    hat = (p >= c["threshold"]).astype(int)
    k = dict(sample_weight=w)
    both = len(np.unique(y)) == 2
    out["auc"] = sk.roc_auc_score(y, p, **k) if both else None
    out["pr_auc"] = sk.average_precision_score(y, p, **k) if y.any() else None
    out["log_loss"] = sk.log_loss(y, y_proba=np.column_stack([1 - p, p]), labels=[0, 1], **k)
    out["accuracy"] = sk.accuracy_score(y, hat, **k)
    out["balanced_accuracy"] = sk.balanced_accuracy_score(y, hat, **k) if both else None
    out["precision"] = sk.precision_score(y, hat, **k) if hat.any() else None
    out["recall"] = sk.recall_score(y, hat, **k) if y.any() else None
    out["f1"] = sk.f1_score(y, hat, **k) if y.any() or hat.any() else None
    out["brier"] = sk.brier_score_loss(y, y_proba=p, pos_label=1, **k)
    out["calibration_error"] = calibration_error(y, p, np.ones(len(y)) if w is None else w)


def multiclass(c, w, out):
    y, k = np.array(c["truth"]), c["classes"]
    p = np.array(c["scores"], float).reshape(-1, k)
    hat, labels, kw = p.argmax(axis=1), list(range(k)), dict(sample_weight=w)
    out["log_loss"] = sk.log_loss(y, y_proba=p, labels=labels, **kw)
    out["brier"] = sk.brier_score_loss(y, y_proba=p, labels=labels, **kw) if k > 2 else None
    out["accuracy"] = sk.accuracy_score(y, hat, **kw)
    out["balanced_accuracy"] = sk.balanced_accuracy_score(y, hat, **kw)
    for a in ("macro", "micro", "weighted"):
        for name, f in (("precision", sk.precision_score), ("recall", sk.recall_score), ("f1", sk.f1_score)):
            out[f"{name}_{a}"] = f(y, hat, average=a, **kw)
    every = len(np.unique(y)) == k
    one = lambda j: sk.roc_auc_score((y == j).astype(int), p[:, j], **kw)
    out["auc_macro_ovr"] = float(np.mean([one(j) for j in range(k)])) if every else None


def regression(c, w, out):
    y, p, k = np.array(c["truth"], float), np.array(c["scores"], float), dict(sample_weight=w)
    out["rmse"] = sk.root_mean_squared_error(y, p, **k)
    out["mae"] = sk.mean_absolute_error(y, p, **k)
    out["median_absolute_error"] = sk.median_absolute_error(y, p, **k)
    out["mape"] = sk.mean_absolute_percentage_error(y, p, **k) if (y != 0).all() else None
    out["r2"] = sk.r2_score(y, p, **k) if len(np.unique(y)) > 1 else None


def main():
    cases = json.load(open(sys.argv[1]))
    answers = {}
    for c in cases:
        w = np.array(c["weights"], float) if c.get("weights") is not None else None
        out = {}
        {"binary": binary, "multiclass": multiclass, "regression": regression}[c["problem"]](c, w, out)
        answers[c["name"]] = {k: (None if v is None or not np.isfinite(v) else float(v)) for k, v in out.items()}
    json.dump(answers, open(sys.argv[2], "w"))


main()

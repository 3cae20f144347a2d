"""Fits scikit-learn's or numpy's linear models to a table and prints their predictions for other rows, one row a line.

Usage: linear.py {logistic|ridge|lstsq} C-or-alpha train.csv rows.csv
Columns whose name begins with "n" are numbers, with "t" texts; "y" is the target, "w" the weight. An empty field is missing.
"""
import csv
import sys

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

kind, strength = sys.argv[1], float(sys.argv[2])


def read(path):
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file))
    columns = {}
    for name in rows[0]:
        texts = [row[name] for row in rows]
        if name.startswith("t"):
            columns[name] = np.array([t if t else None for t in texts], dtype=object)
        else:
            columns[name] = np.array([float(t) if t else np.nan for t in texts], dtype=float)
    return columns


train, rows = read(sys.argv[3]), read(sys.argv[4])
blocks, held = [], []
for name in train:
    if name in ("y", "w"):
        continue
    x, z = train[name].reshape(-1, 1), rows[name].reshape(-1, 1)
    if name.startswith("n"):
        pipe = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
        absent, later = np.isnan(x), np.isnan(z)
    else:
        pipe = make_pipeline(
            SimpleImputer(strategy="most_frequent", missing_values=None), OneHotEncoder(handle_unknown="ignore", sparse_output=False))
        absent, later = x == None, z == None  # noqa: E711
    blocks.append(pipe.fit_transform(x))
    held.append(pipe.transform(z))
    if absent.any():
        blocks.append(absent.astype(float))
        held.append(later.astype(float))
X, Z = np.hstack(blocks), np.hstack(held)
weight = train["w"]
if kind == "logistic":
    model = LogisticRegression(C=strength, tol=1e-12, max_iter=100000, solver="newton-cholesky")
    model.fit(X, train["y"], sample_weight=weight)
    answers = model.predict_proba(Z)
    if answers.shape[1] == 2:
        answers = answers[:, 1:]
elif kind == "ridge":
    answers = Ridge(alpha=strength, solver="cholesky").fit(X, train["y"], sample_weight=weight).predict(Z).reshape(-1, 1)
else:
    # One-hot columns depend on each other and on the intercept; of all solutions lstsq takes the shortest, here around the mean of the target.
    root, mean = np.sqrt(weight), train["y"].mean()
    A = np.hstack([X, np.ones((len(X), 1))]) * root[:, None]
    solution = np.linalg.lstsq(A, (train["y"] - mean) * root, rcond=None)[0]
    answers = mean + (np.hstack([Z, np.ones((len(Z), 1))]) @ solution).reshape(-1, 1)
for row in answers:
    print(" ".join(repr(float(value)) for value in row))

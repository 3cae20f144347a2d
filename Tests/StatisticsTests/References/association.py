"""Correlations by pandas over the rows in which both have a value, and Cramer's V by scipy."""
import json
import sys
import warnings

import pandas as pd
from scipy.stats.contingency import association

warnings.simplefilter("ignore")
question = json.load(open(sys.argv[1]))
answer = {"pairs": [], "categories": []}
for a, b in question["pairs"]:
    a, b = pd.Series(a, dtype="float64"), pd.Series(b, dtype="float64")
    figures = [a.corr(b, method=method) for method in ("pearson", "spearman")]
    answer["pairs"].append([None if pd.isna(figure) else float(figure) for figure in figures])
for a, b in question["categories"]:
    frame = pd.DataFrame({"a": a, "b": b})
    frame = frame[(frame.a >= 0) & (frame.b >= 0)]
    table = pd.crosstab(frame.a, frame.b)
    answer["categories"].append(float(association(table.to_numpy(), method="cramer")) if min(table.shape) > 1 else None)
json.dump(answer, open(sys.argv[2], "w"))

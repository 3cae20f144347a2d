"""Drift by Evidently's definitions (0.7), written out with numpy and scipy, and the two-sample tests of scipy themselves.

Conventions: non-finite values are dropped; bins of PSI, KL and JS are numpy's Sturges edges over both samples where the reference has more
than 20 distinct numbers, else one bin a value; PSI and KL fill empty bins with 0.0001 (or a millionth of the smallest share where that is at
most 0.0001); JS is scipy's distance without filling; Wasserstein is in units of max(population std of the reference, 0.001)."""
import json
import sys
import warnings

import numpy as np
from scipy import stats
from scipy.spatial import distance

warnings.simplefilter("ignore")


def shares(ref, cur, numeric, fill):
    if numeric and len(np.unique(ref)) > 20:
        edges = np.histogram_bin_edges(np.concatenate([ref, cur]), bins="sturges")
        p, q = np.histogram(ref, edges)[0] / len(ref), np.histogram(cur, edges)[0] / len(cur)
    else:
        f, e = counts(ref, cur)
        p, q = f / len(ref), e / len(cur)
    if fill:
        for s in (p, q):
            least = s[s != 0].min()
            s[s == 0] = least / 1e6 if least <= 0.0001 else 0.0001
    return p, q


def counts(ref, cur):
    keys, index = np.unique(np.concatenate([ref, cur]), return_inverse=True)
    return (np.bincount(i, minlength=len(keys)).astype(float) for i in (index[: len(ref)], index[len(ref) :]))


def chosen(ref, cur, numeric):
    k = len(np.unique(np.concatenate([ref, cur])))
    if len(ref) <= 1000:
        return "ks" if numeric and k > 5 else "chisquare" if k > 2 else "z"
    return "wasserstein" if numeric and k > 5 else "jensenshannon"


def z_test(ref, cur):
    least = np.unique(np.concatenate([ref, cur]))[0]
    n1, n2, p1, p2 = len(ref), len(cur), (ref != least).mean(), (cur != least).mean()
    pooled = (p1 * n1 + p2 * n2) / (n1 + n2)
    if pooled == 0:
        return 1.0
    z = (p1 - p2) / np.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))
    return 2 * (1 - stats.norm.cdf(abs(z)))


def scores(ref, cur, numeric):
    f, e = counts(ref, cur)
    out = {"chosen": chosen(ref, cur, numeric)}
    out["chisquare"] = float(stats.chisquare(e, f * (len(cur) / len(ref)))[1]) if len(f) > 1 else 1.0
    out["z"] = float(z_test(ref, cur))
    p, q = shares(ref, cur, numeric, True)
    out["psi"] = float(((p - q) * np.log(p / q)).sum())
    out["kl_div"] = float(stats.entropy(p, q))
    out["jensenshannon"] = float(distance.jensenshannon(*shares(ref, cur, numeric, False)))
    out["tvd"] = float(0.5 * np.abs(f / f.sum() - e / e.sum()).sum())
    if numeric:
        ks = stats.ks_2samp(ref, cur)
        out["ks"], out["ks_statistic"] = float(ks.pvalue), float(ks.statistic)
        out["wasserstein"] = float(stats.wasserstein_distance(ref, cur) / max(np.std(ref), 0.001))
    return out


def column(values, numeric):
    if numeric:
        a = np.array([np.nan if v is None else v for v in values], float)
        return a[np.isfinite(a)]
    return np.array([v for v in values if v is not None], object)


def main():
    question = json.load(open(sys.argv[1]))
    out = {}
    for c in question["columns"]:
        out[c["name"]] = scores(column(c["reference"], c["numeric"]), column(c["current"], c["numeric"]), c["numeric"])
    ps = np.array(question["p_values"])
    answer = {
        "columns": out,
        "benjamini_hochberg": list(map(float, stats.false_discovery_control(ps))),
        "quantiles": [list(map(float, np.quantile(v, question["probabilities"]))) for v in question["samples"]],
        "histograms": [[list(map(float, x)) for x in np.histogram(np.array(v, float), "sturges")[::-1]] for v in question["samples"]],
    }
    json.dump(answer, open(sys.argv[2], "w"))


main()

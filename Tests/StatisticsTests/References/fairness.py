"""Rates of groups and gaps between them as Fairlearn 0.13 defines them (MetricFrame.difference, between_groups), written out with numpy."""
import json
import sys

import numpy as np


def rate(mask, condition, w):
    return float((w * (mask & condition)).sum() / (w * condition).sum())


def main():
    answers = []
    for c in json.load(open(sys.argv[1])):
        y, hat, g = np.array(c["truth"]) == 1, np.array(c["scores"]) >= 0.5, np.array(c["codes"])
        w = np.ones(len(y)) if c["weights"] is None else np.array(c["weights"], float)
        groups = [g == k for k in range(c["groups"])]
        rates = {
            "selection_rate": [rate(hat, m, w) for m in groups],
            "true_positive_rate": [rate(hat, m & y, w) for m in groups],
            "false_positive_rate": [rate(hat, m & ~y, w) for m in groups],
            "precision": [rate(y, m & hat, w) for m in groups],
        }
        gap = {k: max(v) - min(v) for k, v in rates.items()}
        answers.append(
            rates
            | {
                "demographic_parity_difference": gap["selection_rate"],
                "equal_opportunity_difference": gap["true_positive_rate"],
                "equalized_odds_difference": max(gap["true_positive_rate"], gap["false_positive_rate"]),
            }
        )
    json.dump(answers, open(sys.argv[2], "w"))


main()

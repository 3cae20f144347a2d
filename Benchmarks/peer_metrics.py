"""Metrics with bootstrap intervals, vectorised over the resamples: rows are sorted once, and a resample is a row of counts."""
import numpy

RESAMPLES = 1000
AT_ONCE = 100  # resamples in memory at a time
SMALLEST_GROUP = 30


class Scores:
    """Truth and probabilities of a two-class model, sorted by probability, greatest first, with what the metrics need of each row."""

    def __init__(self, truth, probabilities):
        order = numpy.argsort(-probabilities, kind="stable")
        self.truth = truth[order].astype(float)
        p = self.probabilities = probabilities[order]
        chosen = p >= 0.5
        clipped = numpy.clip(p, numpy.finfo(float).eps, 1 - numpy.finfo(float).eps)
        loss = -numpy.where(self.truth > 0, numpy.log(clipped), numpy.log1p(-clipped))
        sums = [loss, chosen == (self.truth > 0), chosen & (self.truth > 0), chosen, self.truth, (p - self.truth) ** 2]
        self.sums = numpy.column_stack([*sums, *self.calibration_columns()]).astype(float)
        self.starts = numpy.flatnonzero(numpy.append(True, p[1:] != p[:-1]))  # where each run of equal probabilities begins

    def calibration_columns(self):
        bins = numpy.minimum((self.probabilities * 10).astype(int), 9)
        return [numpy.where(bins == i, self.probabilities - self.truth, 0.0) for i in range(10)]

    def metrics(self, counts):
        """Every metric of each resample; `counts` is resamples x rows."""
        rows = counts.sum(axis=1)
        loss, right, found, chosen, positive, brier, *gaps = (counts @ self.sums).T
        with numpy.errstate(divide="ignore", invalid="ignore"):
            precision, recall = found / chosen, found / positive
            return {
                **self.ranking(counts), "log_loss": loss / rows, "accuracy": right / rows, "precision": precision, "recall": recall,
                "f1": 2 * found / (chosen + positive), "brier": brier / rows, "ece": numpy.abs(gaps).sum(axis=0) / rows,
            }

    def ranking(self, counts):
        """Areas under the ROC and the precision-recall curve; rows of equal probability are one point of a curve."""
        drawn, true = (numpy.add.reduceat(part, self.starts, axis=1) for part in (counts, counts * self.truth))
        found, chosen = numpy.cumsum(true, axis=1), numpy.cumsum(drawn, axis=1)
        with numpy.errstate(divide="ignore", invalid="ignore"):
            area = numpy.einsum("ij,ij->i", found - true / 2, drawn - true) / (found[:, -1] * (chosen[:, -1] - found[:, -1]))
            precision = numpy.einsum("ij,ij->i", true, found / numpy.maximum(chosen, 1)) / found[:, -1]
        return {"auc": area, "pr_auc": precision}


def resamples(rows, seed=7):
    """Batches of resamples, each row of a batch saying how often each row was drawn."""
    generator = numpy.random.default_rng(seed)
    for _ in range(RESAMPLES // AT_ONCE):
        drawn = generator.integers(0, rows, size=(AT_ONCE, rows)) + numpy.arange(AT_ONCE)[:, None] * rows
        yield numpy.bincount(drawn.ravel(), minlength=AT_ONCE * rows).reshape(AT_ONCE, rows).astype(float)


def interval(values):
    return numpy.nanquantile(values, [0.025, 0.975]).tolist() if numpy.isfinite(values).any() else None


def estimate(scores):
    rows = len(scores.truth)
    values = scores.metrics(numpy.ones((1, rows)))
    batches = [scores.metrics(counts) for counts in resamples(rows)]
    return {
        name: {"value": value[0], "interval": interval(numpy.concatenate([batch[name] for batch in batches]))} for name, value in values.items()
    }


def auc_difference(truth, first, second):
    """The paired difference in AUC: both models on the same resamples."""
    pair = [(Scores(truth, p), numpy.argsort(-p, kind="stable")) for p in (first, second)]

    def difference(counts):
        values = [scores.ranking(counts[:, order])["auc"] for scores, order in pair]
        return values[0] - values[1]

    differences = numpy.concatenate([difference(counts) for counts in resamples(len(truth))])
    return {"value": difference(numpy.ones((1, len(truth))))[0], "interval": interval(differences)}


def fairness_gaps(truth, probabilities, groups):
    """The greatest difference between groups in selection rate, in true-positive rate, and in either error rate."""
    labels = [label for label, rows in zip(*numpy.unique(groups, return_counts=True)) if rows >= SMALLEST_GROUP]
    chosen = probabilities >= 0.5
    cells = [(groups == label) & mask for label in labels for mask in (True, chosen, truth, truth & chosen, ~truth, ~truth & chosen)]
    columns = numpy.column_stack(cells).astype(float)

    def gaps(counts):
        rows, selected, positives, found, negatives, false = (counts @ columns).reshape(len(counts), len(labels), 6).transpose(2, 0, 1)
        with numpy.errstate(divide="ignore", invalid="ignore"):
            spreads = [numpy.ptp(rate, axis=1) for rate in (selected / rows, found / positives, false / negatives)]
        return {"demographic_parity": spreads[0], "equal_opportunity": spreads[1], "equalized_odds": numpy.maximum(spreads[1], spreads[2])}

    values = gaps(numpy.ones((1, len(truth))))
    batches = [gaps(counts) for counts in resamples(len(truth))]
    return {
        name: {"value": value[0], "interval": interval(numpy.concatenate([batch[name] for batch in batches]))} for name, value in values.items()
    }

"""What a careful Python engineer writes for the same job as `martlet run` on `adult`: pandas, scikit-learn and LightGBM, intervals included.

    adult_peer.py TRAIN.csv TEST.csv FOLDER     FOLDER receives the models and report.json
"""
import json
import pathlib
import pickle
import sys

import lightgbm
import numpy
import pandas
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from peer_metrics import Scores, auc_difference, estimate, fairness_gaps

COLUMNS = [
    "age", "workclass", "fnlwgt", "education", "education_num", "marital_status", "occupation", "relationship", "race", "sex", "capital_gain",
    "capital_loss", "hours_per_week", "native_country", "income",
]
NUMBERS = ["age", "education_num", "capital_gain", "capital_loss", "hours_per_week"]
CATEGORIES = ["workclass", "education", "marital_status", "occupation", "relationship", "native_country"]
SENSITIVE = ["sex", "race"]


def read(path):
    table = pandas.read_csv(path, names=COLUMNS, skipinitialspace=True, na_values=["?"], keep_default_na=False)
    for column in table.columns.difference(NUMBERS + ["fnlwgt"]):
        table[column] = table[column].str.strip()
    table["income"] = table["income"].str.removesuffix(".")
    return table


def check(table):
    broken = []
    if not table["age"].between(16, 100).all():
        broken.append("age is outside 16 to 100")
    if table["income"].isna().any():
        broken.append("income is missing")
    if not table["income"].isin(["<=50K", ">50K"]).all():
        broken.append("income has another value")
    if broken:
        sys.exit("; ".join(broken))


def profile(table):
    facts = {}
    for name, column in table.items():
        entry = {"missing": int(column.isna().sum()), "distinct": int(column.nunique()), "top": column.value_counts().head(10).to_dict()}
        if column.dtype.kind in "if":
            entry |= column.describe(percentiles=[0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99]).to_dict()
            entry["histogram"] = numpy.histogram(column.dropna(), bins=20)[0].tolist()
        facts[name] = entry
    return facts


def fit_logistic(features, target):
    encoding = ColumnTransformer([("numbers", StandardScaler(), NUMBERS), ("categories", OneHotEncoder(handle_unknown="ignore"), CATEGORIES)])
    return make_pipeline(encoding, LogisticRegression(C=1.0, max_iter=1000)).fit(features, target)


def fit_trees(features, target, validation, validation_target):
    model = lightgbm.LGBMClassifier(n_estimators=500, learning_rate=0.06, num_leaves=31, min_child_samples=20, n_jobs=2, random_state=7, verbose=-1)
    stop = lightgbm.early_stopping(50, verbose=False)
    return model.fit(features, target, eval_X=(validation,), eval_y=(validation_target,), eval_metric="binary_logloss", callbacks=[stop])


def with_categories(table, like=None):
    """Texts as pandas categories, for LightGBM; those of `like` where given, so that codes mean the same."""
    result = table[NUMBERS + CATEGORIES].copy()
    for column in CATEGORIES:
        result[column] = pandas.Categorical(table[column]) if like is None else known(table[column], like[column].cat.categories)
    return result


def known(column, categories):
    return pandas.Categorical(column.where(column.isin(categories)), categories=categories)


def evaluate(target, probabilities, table):
    report = {"all": estimate(Scores(target, probabilities))}
    for column in SENSITIVE:
        for label, rows in table.groupby(column).indices.items():
            report[f"{column}={label}"] = estimate(Scores(target[rows], probabilities[rows]))
    return report


def main(train_path, test_path, folder):
    table, test = read(train_path), read(test_path)
    for part in (table, test):
        check(part)
    report = {"profile": [profile(table), profile(test)]}
    train, validation = train_test_split(table, test_size=0.2, stratify=table["income"], random_state=7)
    targets = [(part["income"] == ">50K").to_numpy() for part in (train, validation, test)]

    tree_train = with_categories(train)
    logistic = fit_logistic(train, targets[0])
    trees = fit_trees(tree_train, targets[0], with_categories(validation, tree_train), targets[1])
    candidates = {
        "logistic": (logistic, lambda part: part),
        "trees": (trees, lambda part: with_categories(part, tree_train)),
    }
    for name, (model, prepare) in candidates.items():
        report[name] = evaluate(targets[1], model.predict_proba(prepare(validation))[:, 1], validation)
    best = max(candidates, key=lambda name: report[name]["all"]["auc"]["value"])

    on_test = {name: model.predict_proba(prepare(test))[:, 1] for name, (model, prepare) in candidates.items()}
    report["test"] = evaluate(targets[2], on_test[best], test)
    report["gain"] = auc_difference(targets[2], on_test[best], on_test["logistic"])
    report["fairness"] = {column: fairness_gaps(targets[2], on_test[best], test[column].to_numpy()) for column in SENSITIVE}

    folder = pathlib.Path(folder)
    for name, (model, _) in candidates.items():
        (folder / f"{name}.pickle").write_bytes(pickle.dumps(model))
    (folder / "report.json").write_text(json.dumps(report, default=float))
    print(f"{best}: AUC {report['test']['all']['auc']['value']:.4f} on the test set")


if __name__ == "__main__":
    main(*sys.argv[1:4])

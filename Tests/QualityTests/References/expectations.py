"""Great Expectations' answers, for the comparison with ours: in one process every suite on its table.

Argument: a folder with requests.json, a list of {"table": name of a Parquet file, "engine": "pandas" or "sqlite", "expectations": [...]}.
Writes answers.json there: a list for each request, an entry for each expectation.
"""

import json
import math
import os
import sys
import warnings

os.environ["GX_ANALYTICS_ENABLED"] = "false"
warnings.filterwarnings("ignore")

import great_expectations as gx
import pandas as pd
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration


def plain(value):
    """Infinities as text, which JSON has no number for; no moment as nothing."""
    if value == "NaT":
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, dict):
        return {key: plain(element) for key, element in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(element) for element in value]
    return value


def reason(result):
    """What went wrong, where something did."""
    info = result.get("exception_info") or {}
    for one in [info] if "raised_exception" in info else info.values():
        if one.get("raised_exception"):
            return one["exception_message"]
    return None


def batch(context, request, number, folder):
    frame = pd.read_parquet(os.path.join(folder, request["table"] + ".parquet"))
    if request["engine"] == "pandas":
        source = context.data_sources.add_pandas(f"pandas{number}")
        definition = source.add_dataframe_asset("table").add_batch_definition_whole_dataframe("all")
        return definition.get_batch({"dataframe": frame})
    path = os.path.join(folder, f"{number}.sqlite")
    import sqlite3

    with sqlite3.connect(path) as database:
        frame.to_sql("t", database, index=False)
        frame.head(3).to_sql("other", database, index=False)
    source = context.data_sources.add_sqlite(f"sqlite{number}", connection_string=f"sqlite:///{path}")
    return source.add_table_asset("table", table_name="t").add_batch_definition_whole_table("all").get_batch()


def configured(expectation):
    """The expectation as the object that a suite holds, or why there is none."""
    try:
        return ExpectationConfiguration(type=expectation["type"], kwargs=expectation["kwargs"]).to_domain_obj(), None
    except Exception as error:
        return None, f"{type(error).__name__}: {error}"


def answers(context, request, number, folder):
    made = [configured(expectation) for expectation in request["expectations"]]
    table = batch(context, request, number, folder)
    told = []
    for expectation, failure in made:
        if failure:
            told.append({"refused": failure})
            continue
        result = table.validate(expectation, result_format="SUMMARY").to_json_dict()
        told.append({"success": bool(result["success"]), "result": plain(result["result"]), "exception": reason(result)})
    return told


folder = sys.argv[1]
context = gx.get_context(mode="ephemeral")
context.variables.progress_bars = {"globally": False}
with open(os.path.join(folder, "requests.json"), encoding="utf-8") as file:
    requests = json.load(file)
told = [answers(context, request, number, folder) for number, request in enumerate(requests)]
with open(os.path.join(folder, "answers.json"), "w", encoding="utf-8") as file:
    json.dump(told, file, default=str, allow_nan=False)
print(json.dumps({"version": gx.__version__, "requests": len(requests)}))

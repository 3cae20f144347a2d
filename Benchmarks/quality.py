"""Twenty expectations on a large Parquet file, against one query written by hand for the same answers, and against Great Expectations.

The table: 8 columns of fractions, 5 of whole numbers, 4 of text with 4 to 256 values, a date, a column with missing values, the target. All expectations
hold but two, whose counts are compared with those of the query.

Ours is `martlet data validate FILE --suite FILE --json` from start to exit: it reads the suite and answers in the shape of Great Expectations, with
examples of what was not expected. The first peer is a Python process with DuckDB and the query, which fetches the counts and no examples; the texts are
tested on their distinct values there too. The second is Great Expectations on pandas, reading of the file included, on the same suite with
`SUMMARY` results; it is measured once a pair.
"""
import importlib.util
import json
import os
import pathlib
import shutil
import sys

from ingest import GENERATE
from measuring import compared, pairs, run
from projects import MARTLET

EXPECTATIONS = (
    [("expect_column_values_to_not_be_null", {"column": name}) for name in ("x1", "x2", "n1", "c1", "day", "target")]
    + [("expect_column_values_to_be_between", {"column": f"x{k}", "min_value": 0, "max_value": 1.1 * k}) for k in range(3, 7)]
    + [("expect_column_values_to_be_between", {"column": f"n{k}", "min_value": 0, "max_value": 998}) for k in range(1, 3)]
    + [("expect_column_mean_to_be_between", {"column": f"n{k}", "min_value": 490, "max_value": 510}) for k in range(1, 3)]
    + [("expect_column_values_to_be_in_set", {"column": f"c{k}", "value_set": [f"v{i}" for i in range(4**k)]}) for k in range(1, 4)]
    + [("expect_column_values_to_match_regex", {"column": f"c{k}", "regex": "^v[0-9]+$"}) for k in range(2, 4)]
    + [("expect_column_max_to_be_between", {"column": "sparse", "max_value": 76})]
)
QUERY = """
import duckdb, json, sys
texts = ", ".join(
    f"(SELECT sum(n) FILTER (WHERE v IS NOT NULL AND v NOT IN ({', '.join(repr(f'v{i}') for i in range(4 ** k))})) AS set{k}, "
    f"sum(n) FILTER (WHERE NOT regexp_matches(v, '^v[0-9]+$')) AS regex{k}, coalesce(sum(n), 0) - sum(n) FILTER (WHERE v IS NOT NULL) AS missing{k} "
    f"FROM (SELECT c{k} AS v, count(*) AS n FROM t GROUP BY v))" for k in range(1, 4))
rows = ", ".join(
    ["count(*) AS all_rows"] + [f"count({name}) AS known_{name}" for name in ("x1", "x2", "n1", "day", "target")]
    + [f"count(*) FILTER (WHERE NOT (x{k} >= 0 AND x{k} <= {1.1 * k})) AS x{k}" for k in range(3, 7)]
    + [f"count(*) FILTER (WHERE NOT (n{k} >= 0 AND n{k} <= 998)) AS n{k}, avg(n{k}) AS mean{k}" for k in range(1, 3)] + ["max(sparse) AS sparse"])
duckdb.sql(f"CREATE VIEW t AS SELECT * FROM read_parquet('{sys.argv[1]}')")
cursor = duckdb.execute(f"SELECT * FROM (SELECT {rows} FROM t), {texts}")
answer = dict(zip([column[0] for column in cursor.description], cursor.fetchone()))
print(json.dumps({"n1": answer["n1"], "n2": answer["n2"]}))
"""
PEER = """
import json, os, sys, warnings
os.environ["GX_ANALYTICS_ENABLED"] = "false"
warnings.filterwarnings("ignore")
import great_expectations as gx
import pandas as pd
from great_expectations.core.expectation_suite import ExpectationSuite
context = gx.get_context(mode="ephemeral")
context.variables.progress_bars = {"globally": False}
definition = context.data_sources.add_pandas("p").add_dataframe_asset("a").add_batch_definition_whole_dataframe("b")
batch = definition.get_batch({"dataframe": pd.read_parquet(sys.argv[1])})
suite = json.load(open(sys.argv[2]))
report = batch.validate(ExpectationSuite(name="s", expectations=suite["expectations"]), result_format="SUMMARY")
print(json.dumps(report.to_json_dict()["statistics"]))
"""


def measure(folder, repetitions):
    if importlib.util.find_spec("duckdb") is None:
        print("quality: skipped, Python has no duckdb. Scripts/bench installs it below .setup.")
        return []
    rows = int(os.environ.get("BENCH_ROWS", "5000000"))
    if shutil.disk_usage(folder).free < rows * 300:
        print(f"quality: skipped, {rows:,} rows need {rows * 300 / 1e9:.1f} GB in {folder}. Set BENCH_ROWS or TMPDIR.")
        return []
    table, suite = folder / "large.parquet", folder / "suite.json"
    run([sys.executable, "-c", GENERATE.replace("(HEADER)", "(FORMAT parquet)"), str(table), str(rows)])
    suite.write_text(json.dumps({"name": "s", "expectations": [{"type": name, "kwargs": kwargs} for name, kwargs in EXPECTATIONS], "meta": {}}))
    print(f"  {rows:,} rows, {table.stat().st_size / 1e6:,.0f} MB, {len(EXPECTATIONS)} expectations", flush=True)

    def mine():
        return run([MARTLET, "data", "validate", str(table), "--suite", str(suite), "--json"], folder, accept=(0, 1))

    def query():
        return run([sys.executable, "-c", QUERY, str(table)])

    check(mine(), query())
    name = f"{len(EXPECTATIONS)} expectations on {rows:,} x 20"
    figures = compared(name, "one query", *pairs(repetitions, mine, query), time_aim=1.2)
    packages = pathlib.Path(os.environ.get("MARTLET_EXPECTATIONS", ".setup/python-expectations")).resolve()
    if not packages.is_dir():
        print("quality: Great Expectations is not below .setup; run Scripts/setup --tests.")
        return figures

    def peer():
        return run([sys.executable, "-c", PEER, str(table), str(suite)], environment={"PYTHONPATH": str(packages)})

    return figures + compared(name, "Great Expectations", *pairs(repetitions, mine, peer), time_aim=0.05)


def check(mine, query):
    """Both count the same."""
    report, counts = json.loads(mine.output), json.loads(query.output)
    for result in report["results"]:
        column = result["expectation_config"]["kwargs"].get("column")
        if column in counts and result["expectation_config"]["type"].endswith("values_to_be_between"):
            assert result["result"]["unexpected_count"] == counts[column], (column, result, counts)
    assert len(report["results"]) == 20 and report["statistics"]["unsuccessful_expectations"] == 2, report["statistics"]

"""Ingest, validation and profile of a large CSV against one SUMMARIZE of the same file by DuckDB. Both take every processor.

The table: 8 columns of fractions, 5 of whole numbers, 4 of text with 4 to 256 values, a date, a column with missing values, the target.

Ours is the program's data step, `martlet run data`, in a new project, from start to exit. It
- takes the SHA-256 of the file, and looks through it for bytes that no text has;
- decides delimiter, header and the type of every column, and holds every single value against its type (a sample decides nothing);
- checks five expectations, two of them on sets of values;
- deals the rows out to training, validation and test, stratified by the target;
- writes them as three Parquet files (zstd) with their digests: the dataset version;
- profiles every column: counts, extremes, moments and histograms over all rows, exact counts of values where few differ, quantiles of 50,000 rows.

The peer is a Python process that runs `SUMMARIZE SELECT * FROM read_csv(FILE)` with DuckDB's own defaults: types by a sample, then extremes, mean,
spread, an estimate of distinct values and of three quartiles for every column. It checks no expectation and writes nothing.
"""
import importlib.util
import os
import shutil
import sys

from measuring import compared, pairs, run
from projects import MARTLET

PROJECT = """
martlet: 1
project: large
charter:
  problem: {type: binary, target: target, positive: "yes"}
data:
  source: {train: ../large.csv}
  expect:
    - expect_column_values_to_not_be_null: {column: target, severity: critical}
    - expect_column_values_to_be_in_set: {column: target, value_set: ["yes", "no"]}
    - expect_column_values_to_be_between: {column: n1, min_value: 0, max_value: 1000}
    - expect_column_values_to_not_be_null: {column: x1}
    - expect_column_values_to_be_in_set: {column: c1, value_set: [v0, v1, v2, v3]}
  split: {validation: 0.2, test: 0.2, how: stratified, seed: 7}
pipeline:
  - {id: baseline, uses: train/majority}
"""
GENERATE = """
import duckdb, sys
columns = [f"round(hash(i, {k}) % 1000000007 / 1e9 * {k}, 4) AS x{k}" for k in range(1, 9)]
columns += [f"(hash(i, {20 + k}) % 1000)::INTEGER AS n{k}" for k in range(1, 6)]
columns += [f"'v' || (hash(i, {40 + k}) % {4 ** k}) AS c{k}" for k in range(1, 5)]
columns += ["DATE '2020-01-01' + (i % 1500)::INTEGER AS day", "CASE WHEN i % 11 = 0 THEN NULL ELSE i % 77 END AS sparse"]
columns += ["CASE WHEN hash(i, 99) % 4 = 0 THEN 'yes' ELSE 'no' END AS target"]
duckdb.sql(f"COPY (SELECT {', '.join(columns)} FROM range({sys.argv[2]}) t(i)) TO '{sys.argv[1]}' (HEADER)")
"""
SUMMARIZE = "import duckdb, sys; duckdb.execute(f\"SUMMARIZE SELECT * FROM read_csv('{sys.argv[1]}')\").fetchall()"


def measure(folder, repetitions):
    if importlib.util.find_spec("duckdb") is None:
        print("ingest: skipped, Python has no duckdb. Scripts/bench installs it below .setup.")
        return []
    rows = int(os.environ.get("BENCH_ROWS", "5000000"))
    if shutil.disk_usage(folder).free < rows * 600:
        print(f"ingest: skipped, {rows:,} rows need {rows * 600 / 1e9:.1f} GB in {folder}. Set BENCH_ROWS or TMPDIR.")
        return []
    table = folder / "large.csv"
    run([sys.executable, "-c", GENERATE, str(table), str(rows)])
    print(f"  {rows:,} rows, {table.stat().st_size / 1e6:,.0f} MB", flush=True)

    def mine():
        project = folder / "project"
        project.mkdir()
        (project / "martlet.yaml").write_text(PROJECT)
        child = run([MARTLET, "run", "data", "--json"], project)
        shutil.rmtree(project)
        return child

    def theirs():
        return run([sys.executable, "-c", SUMMARIZE, str(table)])

    name = f"ingest of {rows:,} x 20"
    return compared(name, "SUMMARIZE", *pairs(repetitions, mine, theirs), time_aim=1.5, time_must=10, memory_aim=2)

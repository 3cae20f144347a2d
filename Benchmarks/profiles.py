"""Profile of a large Parquet file against DuckDB's SUMMARIZE of the same. Both take every processor, and both first load the file into a table.

The table is that of `ingest.py`: 20 columns of fractions, whole numbers, texts, a date and missing values.

Ours is `martlet data profile FILE --json`, from start to exit: for every column what SUMMARIZE tells, and skewness, kurtosis, eleven quantiles, the
median absolute deviation, a histogram, frequent values with exact counts, and what stands out; for the table correlations of all pairs of numbers,
Cramer's V of categories, values missing together, and rows that repeat an earlier one in every column.

The peer is a Python process that runs `SUMMARIZE` with DuckDB's own defaults: extremes, mean, spread, an estimate of distinct values and of three
quartiles for every column.
"""
import importlib.util
import os
import shutil
import sys

from ingest import GENERATE
from measuring import compared, pairs, run
from projects import MARTLET

PROJECT = """
martlet: 1
project: profiles
charter:
  problem: {type: binary, target: target, positive: "yes"}
data: {source: {train: large.parquet}}
pipeline:
  - {id: baseline, uses: train/majority}
"""
PEER = """
import duckdb, sys
connection = duckdb.connect()
connection.execute(f"CREATE TABLE large AS SELECT * FROM read_parquet('{sys.argv[1]}')")
connection.execute("SUMMARIZE large").fetchall()
"""


def measure(folder, repetitions):
    if importlib.util.find_spec("duckdb") is None:
        print("profile: skipped, Python has no duckdb. Scripts/bench installs it below .setup.")
        return []
    rows = int(os.environ.get("BENCH_ROWS", "5000000"))
    if shutil.disk_usage(folder).free < rows * 400:
        print(f"profile: skipped, {rows:,} rows need {rows * 400 / 1e9:.1f} GB in {folder}. Set BENCH_ROWS or TMPDIR.")
        return []
    project = folder / "profiles"
    project.mkdir()
    (project / "martlet.yaml").write_text(PROJECT)
    table = project / "large.parquet"
    run([sys.executable, "-c", GENERATE.replace("(HEADER)", "(FORMAT parquet)"), str(table), str(rows)])
    print(f"  {rows:,} rows, {table.stat().st_size / 1e6:,.0f} MB", flush=True)

    def mine():
        return run([MARTLET, "data", "profile", str(table), "--json"], project)

    def theirs():
        return run([sys.executable, "-c", PEER, str(table)])

    name = f"profile of {rows:,} x 20"
    return compared(name, "SUMMARIZE", *pairs(repetitions, mine, theirs), time_aim=1.5, time_must=10, memory_aim=2)

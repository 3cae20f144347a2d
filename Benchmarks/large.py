"""Ingest of a CSV that is larger than the memory that may be used, against one SUMMARIZE of it by DuckDB under the same limit.

The table is that of `ingest.py`, as long as `BENCH_LARGE_MEGABYTES` says; the project is that of `ingest.py`, too. Ours runs with `MARTLET_MEMORY`, of
which DuckDB gets half and what the program holds itself the rest; the peer has `memory_limit` of all of it. Peak memory is that of the whole process.
"""
import importlib.util
import os
import shutil
import sys

from ingest import GENERATE, PROJECT
from measuring import Figure, compared, pairs, run
from projects import MARTLET

SUMMARIZE = """
import duckdb, sys
connection = duckdb.connect()
connection.execute(f"SET memory_limit='{sys.argv[2]}MB'")
connection.execute(f"SET temp_directory='{sys.argv[3]}'")
connection.execute(f"SUMMARIZE SELECT * FROM read_csv('{sys.argv[1]}')").fetchall()
"""
BYTES_A_ROW = 108


def measure(folder, repetitions):
    if importlib.util.find_spec("duckdb") is None:
        print("large: skipped, Python has no duckdb. Scripts/bench installs it below .setup.")
        return []
    megabytes = int(os.environ.get("BENCH_LARGE_MEGABYTES", "1000"))
    limit = int(os.environ.get("BENCH_LARGE_MEMORY", "1000"))
    if shutil.disk_usage(folder).free < megabytes * 3_000_000:
        print(f"large: skipped, {megabytes:,} MB need three times as much in {folder}. Set BENCH_LARGE_MEGABYTES or TMPDIR.")
        return []
    table = folder / "large.csv"
    run([sys.executable, "-c", GENERATE, str(table), str(megabytes * 1_000_000 // BYTES_A_ROW)])
    print(f"  {table.stat().st_size / 1e6:,.0f} MB", flush=True)

    def mine():
        project = folder / "project"
        project.mkdir()
        (project / "martlet.yaml").write_text(PROJECT)
        child = run([MARTLET, "run", "data", "--json"], project, environment={"MARTLET_MEMORY": f"{limit}MB"})
        shutil.rmtree(project)
        return child

    def theirs():
        return run([sys.executable, "-c", SUMMARIZE, str(table), str(limit), str(folder / "spilled")])

    name = f"ingest of {table.stat().st_size / 1e9:.1f} GB in {limit:,} MB"
    ours, peers = pairs(max(1, repetitions // 3), mine, theirs)
    figures = compared(name, "SUMMARIZE", ours, peers, time_aim=1 / 0.7, time_must=10)
    peaks = [child.peak_megabytes for child in ours]
    return figures + [Figure(f"{name}: peak memory", "MB", peaks, [limit], "limit")]

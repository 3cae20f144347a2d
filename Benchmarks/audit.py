"""The record of what happened: appends against SQLite's own rate of inserts, and the check of a long one."""
import hashlib
import json
import os
import re
import sqlite3

from measuring import Figure, Failed, pairs, run
from projects import MARTLET, ROOT, project_with_champion

APPENDS = 2000


def inserts(folder, name):
    """Seconds an insert of a row of the same size into the same table with the same settings takes, one transaction each."""
    database = folder / f"{name}.db"
    script = f"""
import sqlite3, time
c = sqlite3.connect({str(database)!r}, isolation_level=None)
c.execute("PRAGMA journal_mode=WAL"); c.execute("PRAGMA synchronous=NORMAL")
c.execute("CREATE TABLE event (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL,"
    "body TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL)")
c.execute("CREATE INDEX event_subject ON event (subject, seq)")
start = time.perf_counter()
for i in range({APPENDS}):
    c.execute("BEGIN IMMEDIATE")
    c.execute("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (i + 1, 1795469760000000 + i, "ann", "model.promoted", "model:m@v1", '{{"alias":"champion","reason":"better"}}', "0" * 64, "1" * 64))
    c.execute("COMMIT")
print((time.perf_counter() - start) / {APPENDS} * 1e6)
"""
    return float(run(["python3", "-c", script]).output)


def appends():
    """Microseconds that an append takes, by the suite that measures it."""
    child = run(
        ["swift", "test", "-c", "release", "--skip-build", "--disable-xctest", "--filter", "AuditBench"], ROOT,
        environment={"MARTLET_BENCH_APPENDS": str(APPENDS)})
    found = re.search(r"append: ([\d.]+) microseconds", child.output)
    if not found:
        raise Failed("AuditBench printed no figure. Build the tests first: make test FILTER=AuditBench.")
    return float(found.group(1))


def extend(folder, count):
    """Lengthens a project's record to so many events, hashed here by the format's description, and moves its head."""
    database = sqlite3.connect(folder / ".martlet/martlet.db")
    first, at, previous = database.execute("SELECT seq, at, hash FROM event ORDER BY seq DESC LIMIT 1").fetchone()

    def rows():
        nonlocal previous
        for sequence in range(first + 1, count + 1):
            body = json.dumps({"alias": "champion", "reason": f"better by {sequence}"}, separators=(",", ":"))
            values = [previous, sequence, at, f"user{sequence % 30}", "model.promoted", f"model:m@v{sequence % 1000}", body]
            text = json.dumps(values, separators=(",", ":"), ensure_ascii=False)
            before, previous = previous, hashlib.sha256(text.encode()).hexdigest()
            yield (*values[1:], before, previous)

    with database:
        database.executemany("INSERT INTO event (seq, at, actor, kind, subject, body, previous, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows())
    database.close()
    (folder / ".martlet/audit-head").write_text(f"{count:020} {previous}\n")


def measure(folder, repetitions):
    figures = []
    mine, theirs = pairs(repetitions, appends, lambda: inserts(folder, os.urandom(4).hex()))
    figures.append(Figure("audit append: time", "µs", mine, theirs, "SQLite insert", 3))
    project = project_with_champion(folder / "project")
    count = int(os.environ.get("BENCH_EVENTS", "1000000"))
    extend(project.folder, count)
    children = [run([MARTLET, "audit", "verify"], project.folder) for _ in range(repetitions)]
    name = f"martlet audit verify, {count:,} events"
    figures.append(Figure(f"{name}: time", "s", [child.seconds for child in children], [5], "limit", must=3))
    figures.append(Figure(f"{name}: processor time", "s", [child.processor_seconds for child in children], [5], "limit", must=1))
    figures.append(Figure(f"{name}: peak memory", "MB", [child.peak_megabytes for child in children], [100], "limit"))
    return figures

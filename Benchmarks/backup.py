"""`martlet backup create` against `cp -r` of the same project in the same repetition; each into an empty folder, and the program's again, when
nothing but the database is new.

The copy by `cp` is what people would otherwise do: it reads and writes the bytes once, waits for no disk, and may catch a database in the middle of
a write. The backup takes one state of the database, the SHA-256 of every byte, and waits until everything is on the disk.
"""
import os
import shutil

from measuring import Figure, compared, pairs, run
from projects import MARTLET, project_with_champion


def measure(folder, repetitions):
    project = project_with_champion(folder / "project").folder
    add_objects(project, int(os.environ.get("BENCH_OBJECT_MEGABYTES", "200")))
    (ours, theirs) = (folder / "backups", folder / "copy")

    def mine():
        shutil.rmtree(ours, ignore_errors=True)
        return run([MARTLET, "backup", "create", str(ours), "--quiet"], project)

    def peer():
        shutil.rmtree(theirs, ignore_errors=True)
        return run(["cp", "-r", str(project), str(theirs)])

    first = pairs(repetitions, mine, peer)
    again = [run([MARTLET, "backup", "create", str(ours), "--quiet"], project) for _ in range(repetitions)]
    copies = [run(["cp", "-r", str(project), str(theirs / f"again{i}")]) for i in range(repetitions)]
    seconds = [[child.seconds for child in children] for children in (again, copies)]
    return [
        *compared("backup, everything new", "cp -r", *first, time_aim=3, memory_aim=None),
        Figure("backup, nothing new: time", "s", *seconds, "cp -r", aim=1),
    ]


def add_objects(project, megabytes):
    """Large objects, as datasets and models are: four of them, random, named by their digests."""
    import hashlib

    for _ in range(4):
        content = os.urandom(megabytes * 250_000)
        digest = hashlib.sha256(content).hexdigest()
        target = project / ".martlet/objects" / digest[:2]
        target.mkdir(parents=True, exist_ok=True)
        (target / digest[2:]).write_bytes(content)

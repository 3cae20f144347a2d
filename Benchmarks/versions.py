"""Data under version, against DVC doing the same and against `md5sum` and `cp` as the least that has to be done, with as many processes as processors.

Many small files and one large one; the remote is a folder, then a server (`martlet serve`) for both. Each repetition in a repository of its own, ours
and DVC's in turn. Between two measurements the file system is flushed, so that one does not pay for the other. Pulls are measured twice: as DVC does it,
which believes the remote, and with its `verify = true`, which holds contents against their names, as ours always does.
    BENCH_VERSION_FILES      files of 10 KB (20000)
    BENCH_VERSION_MEGABYTES  size of the one file (1000)
"""
import os
import pathlib
import random
import shutil
import subprocess
import sys
import types

from measuring import Figure, run
from projects import MARTLET
from serving import Server

FILES = int(os.environ.get("BENCH_VERSION_FILES", "20000"))
MEGABYTES = int(os.environ.get("BENCH_VERSION_MEGABYTES", "1000"))
SETUP = pathlib.Path(__file__).resolve().parent.parent / ".setup"


class Repository:
    """A Git work tree with data in it, and a folder beside it as the remote."""

    def __init__(self, folder, program):
        self.path = folder / "repository"
        self.remote = folder / "remote"
        self.program = program
        self.forgotten = 0
        self.environment = {
            "HOME": str(folder / "home"), "DVC_NO_ANALYTICS": "1", "DVC_SITE_CACHE_DIR": str(folder / "site"), "XDG_CONFIG_HOME": str(folder / "home"),
            "PYTHONPATH": str(SETUP / "python-dvc"),
        }
        for part in ("repository", "remote", "home"):
            (folder / part).mkdir(parents=True)
        subprocess.run(["git", "init", "-q"], cwd=self.path, check=True)
        run([sys.executable, "-m", "dvc", "init", "-q"], self.path, environment=self.environment)
        self.add_remote("disk", str(self.remote))

    def add_remote(self, name, address):
        """A remote that becomes the default."""
        run([sys.executable, "-m", "dvc", "remote", "add", "-q", "-d", name, address], self.path, environment=self.environment)

    def call(self, *arguments):
        subprocess.run(["sync"], check=True)
        command = [MARTLET, "data"] if self.program == "martlet" else [sys.executable, "-m", "dvc"]
        return run([*command, *arguments], self.path, environment=self.environment)

    def pull(self, times, name):
        """Pulls into an empty cache: as the program does it, and verified."""
        self.forget_files()
        self.forget_cache()
        times[name] = times[f"{name}, verified"] = self.call("pull")
        if self.program == "martlet":
            return
        remote = "server" if "HTTP" in name else "disk"
        run([sys.executable, "-m", "dvc", "remote", "modify", "-q", remote, "verify", "true"], self.path, environment=self.environment)
        self.forget_files()
        self.forget_cache()
        times[f"{name}, verified"] = self.call("pull")

    def forget_files(self):
        self.forget("data")

    def forget_cache(self):
        self.forget(".dvc/cache")
        self.forget(".dvc/tmp/martlet")

    def forget(self, name):
        path = self.path / name
        if path.exists():
            self.forgotten += 1
            path.rename(self.path.parent / f"forgotten{self.forgotten}")
            forget(self.path.parent / f"forgotten{self.forgotten}")


def forget(path):
    """Removes what is large. Many files stay until the end: for minutes ext4 looks at each file number that was freed before it takes a new one, which
    would slow what is measured next."""
    if path.is_file():
        path.unlink()
    elif sum(1 for entry in path.rglob("*") if entry.is_file()) < 1000:
        shutil.rmtree(path)


def make_many(path):
    random.seed(7)
    for number in range(FILES):
        folder = path / f"{number % 100:02}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number}.bin").write_bytes(random.randbytes(10_000))


def make_one(path):
    random.seed(7)
    with open(path, "wb") as file:
        for _ in range(MEGABYTES):
            file.write(random.randbytes(1_000_000))


def one_round(folder, program, make):
    """Every command once; the times by command."""
    repository = Repository(folder, program)
    make(repository.path / "data")
    times = {"add": repository.call("add", "data"), "status": repository.call("status")}
    repository.forget_files()
    times["checkout"] = repository.call("checkout")
    times["push"] = repository.call("push")
    repository.pull(times, "pull")
    (folder / "server").mkdir()
    with Server(types.SimpleNamespace(folder=folder / "server")) as server:
        repository.add_remote("server", f"{server.address}/dvc")
        times["push over HTTP"] = repository.call("push")
        repository.pull(times, "pull over HTTP")
    forget(folder)
    return times


def least(folder, make):
    """What has to be done at the least, by commands of the system: reading all for its MD5, and writing all once."""
    folder.mkdir()
    make(folder / "data")
    subprocess.run(["sync"], check=True)
    jobs = str(os.cpu_count())
    hashed = run(["sh", "-c", f"find data -type f -print0 | xargs -0 -n 200 -P {jobs} md5sum >/dev/null"], folder)
    subprocess.run(["sync"], check=True)
    copied = run(["cp", "-r", "data", "copy"], folder)
    forget(folder)
    both = hashed.seconds + copied.seconds
    fetched = both + copied.seconds
    return {
        "add": both, "status": hashed.seconds, "checkout": copied.seconds, "push": copied.seconds, "pull": fetched, "push over HTTP": copied.seconds,
        "pull over HTTP": fetched,
    }


def measure(folder, repetitions):
    if not (SETUP / "python-dvc").is_dir():
        print("versions: skipped, there is no dvc. Scripts/setup --tests installs it below .setup.")
        return []
    figures = []
    for name, make, aim in ((f"{FILES:,} files", make_many, 10), (f"one file of {MEGABYTES:,} MB", make_one, 3)):
        ours, theirs, limits = [], [], []
        place = folder / make.__name__
        place.mkdir(parents=True)
        for repetition in range(repetitions):
            for program in ("martlet", "dvc") if repetition % 2 == 0 else ("dvc", "martlet"):
                (ours if program == "martlet" else theirs).append(one_round(place / f"{program}{repetition}", program, make))
            limits.append(least(place / f"least{repetition}", make))
        for command in ours[0]:
            mine = [times[command].seconds for times in ours]
            figures.append(Figure(f"{name}: {command}", "s", mine, [times[command].seconds for times in theirs], "dvc", 1 / aim, 1))
            if command in limits[0] and command != "status":
                figures.append(Figure(f"{name}: {command}", "s", mine, [times[command] for times in limits], "md5sum, cp", 1.5))
    return figures

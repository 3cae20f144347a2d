"""Artifacts through a server's proxy, against MLflow's server and against the disk itself: what is written is waited for (fsync), what is read is
not in memory any more. FastTrackML has no such routes."""
import os
import struct
import time

from load import encode
from measuring import Figure

LARGE = int(os.environ.get("BENCH_TRACKING_MEGABYTES", "64"))
SMALL = 1000
ROUTE = "/api/2.0/mlflow-artifacts/artifacts/"
names = iter(range(10 ** 9))
content = os.urandom(LARGE << 20)


def fresh(size):
    """Bytes that no one has seen: nothing is spared for being there already."""
    return struct.pack("<Q", next(names)) + content[:size - 8]


def put(server, path, body):
    return encode("PUT", ROUTE + path, body, {**server.headers, "Content-Type": "application/octet-stream"})


def get(server, path):
    return encode("GET", ROUTE + path, b"", server.headers)


def write_durably(path, body):
    with open(path, "wb", buffering=0) as file:
        for at in range(0, len(body), 1 << 20):
            file.write(body[at:at + (1 << 20)])
        os.fsync(file.fileno())


def forget(folder):
    """Takes what files hold out of the memory of the file system."""
    for path in folder.rglob("*"):
        if path.is_file() and path.stat().st_size >= 1 << 20:
            with open(path, "rb") as file:
                os.fsync(file.fileno())
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


class Disk:
    """What the file system itself takes, in milliseconds."""

    name = "disk"

    def __init__(self, folder):
        self.folder = folder / "disk"
        self.folder.mkdir()

    def write_large(self):
        body = fresh(LARGE << 20)
        start = time.perf_counter()
        write_durably(self.folder / "large", body)
        return 1000 * (time.perf_counter() - start)

    def read_large(self):
        forget(self.folder)
        start = time.perf_counter()
        with open(self.folder / "large", "rb", buffering=0) as file:
            while file.read(1 << 20):
                pass
        return 1000 * (time.perf_counter() - start)

    def write_small(self):
        bodies = [fresh(1024) for _ in range(SMALL)]
        start = time.perf_counter()
        for number, body in enumerate(bodies):
            write_durably(self.folder / str(number), body)
        return 1000 * (time.perf_counter() - start)


class Artifacts:
    """The same through a server."""

    def __init__(self, loader, server):
        self.loader = loader
        self.server = server
        self.name = server.name
        run = server.call("POST", "runs/create", {"experiment_id": server.small, "run_name": "artifacts"})["run"]["info"]
        self.root = run["artifact_uri"].removeprefix("mlflow-artifacts:/").strip("/")

    def write_large(self):
        self.large = f"{self.root}/large-{next(names)}.bin"
        return 1000 * self.loader.replay(self.server, [put(self.server, self.large, fresh(LARGE << 20))]).seconds

    def read_large(self):
        forget(self.server.folder)
        return 1000 * self.loader.replay(self.server, [get(self.server, self.large)]).seconds

    def write_small(self):
        folder = f"{self.root}/many-{next(names)}"
        return 1000 * self.loader.replay(self.server, [put(self.server, f"{folder}/{i}.bin", fresh(1024)) for i in range(SMALL)]).seconds


def measure(loader, folder, repetitions, servers):
    """Ours against the disk (80 % of its speed is aimed at) and against MLflow's server, where it is there, which waits for no disk."""
    kept = [Artifacts(loader, server) for server in servers if server.keeps_artifacts] + [Disk(folder)]
    figures = []
    for name, part in (
        (f"PUT of an artifact of {LARGE} MB", "write_large"), (f"GET of an artifact of {LARGE} MB", "read_large"),
        (f"PUT of {SMALL:,} artifacts of 1 KB", "write_small"),
    ):
        sides = [side for side in kept if part != "read_large" or "power" not in side.name]
        found = {side.name: [] for side in sides}
        for repetition in range(repetitions):
            shift = repetition % len(sides)
            for side in sides[shift:] + sides[:shift]:
                found[side.name].append(getattr(side, part)())
        for mine in (each for each in found if each.startswith("Martlet")):
            title = name + (", safe from power loss" if "power" in mine else "")
            for peer, aim, must in (("disk", 1.25, None), ("MLflow", 1, None)):
                if peer in found:
                    figures.append(Figure(title, "ms", found[mine], found[peer], peer, aim, must))
    return figures

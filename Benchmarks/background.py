"""Servers that run beside the benchmark, each in a process group and a folder of its own."""
import os
import pathlib
import re
import signal
import socket
import subprocess
import time


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def descendants(process):
    """A process and all that it started, by their numbers in /proc. What ends meanwhile is left out."""
    found = [process]
    for task in pathlib.Path(f"/proc/{process}/task").glob("*/children"):
        try:
            children = task.read_text().split()
        except OSError:
            continue
        for child in children:
            found += descendants(int(child))
    return found


def resident(process):
    """Kilobytes of resident memory of a process, and its share of them where several use a page; 0 where it has ended."""
    try:
        rollup = pathlib.Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0, 0
    return tuple(int(re.search(rf"^{name}:\s+(\d+)", rollup, re.MULTILINE).group(1)) for name in ("Rss", "Pss"))


class Background:
    """A server that starts at the beginning of a block, takes requests within it, and has ended after it.

    What it is started with is said by `arguments`, `environment` and, where it may not use all processors, `processors`; `is_ready` asks it."""

    processors = None

    def __init__(self, folder, name):
        self.folder = folder
        self.name = name
        folder.mkdir(parents=True, exist_ok=True)
        self.prepare()

    def prepare(self):
        pass

    def environment(self):
        return {}

    def __enter__(self):
        self.port = free_port()
        started = time.perf_counter()
        with open(self.folder / "server.log", "wb") as log:
            self.process = subprocess.Popen(
                self.arguments(), cwd=self.folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True,
                env={**os.environ, **self.environment()}, preexec_fn=self.confine)
        try:
            self.wait(started + 120)
        except BaseException:
            self.__exit__()
            raise
        self.start_seconds = time.perf_counter() - started
        return self

    def __exit__(self, *_):
        """First asks the server to end, then ends what is left of its group."""
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            pass
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()

    def confine(self):
        if self.processors:
            os.sched_setaffinity(0, self.processors)

    def wait(self, deadline):
        while time.perf_counter() < deadline and self.process.poll() is None:
            try:
                self.is_ready()
                return
            except (OSError, RuntimeError):
                time.sleep(0.005)
        words = (self.folder / "server.log").read_text(errors="replace").strip()[-300:]
        raise RuntimeError(f"{self.name} does not answer: {words}")

    def megabytes(self):
        """Resident memory of all its processes. A page that some of them share counts once, but one that is shared with others counts whole."""
        found = [resident(process) for process in descendants(self.process.pid)]
        return max(max(whole for whole, _ in found), sum(share for _, share in found)) / 1024

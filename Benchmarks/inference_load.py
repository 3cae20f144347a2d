"""What is asked again and again: servers through a native generator (closed_loop.c), and the engine by itself (engine_loop.c)."""
import array
import dataclasses
import json
import os
import pathlib
import struct
import subprocess

from background import descendants
from inference_servers import GENERATOR, SERVERS
from load import Loader, compiled, write_records

HERE = pathlib.Path(__file__).parent
WARMUP = 0.2
TOLERANCE = 1e-5


@dataclasses.dataclass
class Measured:
    """Answers in a second, milliseconds until an answer, and microseconds of processor time that the server took for each."""

    rate: float
    p50: float
    p99: float
    processor: float

    @property
    def each(self):
        """Microseconds of the clock for each answer."""
        return 1e6 / self.rate


def ask(arguments, processors, name):
    child = subprocess.run(list(map(str, arguments)), capture_output=True, text=True, preexec_fn=lambda: os.sched_setaffinity(0, processors))
    if child.returncode != 0:
        raise RuntimeError(f"{name}: {child.stderr.strip()}")
    found = json.loads(child.stdout)
    return found


def processor_seconds(server):
    """Of all processes of a server so far."""
    ticks = 0
    for process in descendants(server.process.pid):
        fields = pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def floats(path):
    values = array.array("f")
    values.frombytes(path.read_bytes())
    return values


def common(one, other):
    """How two texts begin alike, and how what is left of them ends alike."""
    head = len(os.path.commonprefix([one, other]))
    tail = len(os.path.commonprefix([one[:head - 1 if head else None:-1], other[:head - 1 if head else None:-1]])) if one != other else 0
    return one[:head], one[len(one) - tail:]


class Questions:
    """One server asked in one form for so many rows at once. Before anything is measured, its answers are held against the engine's."""

    def __init__(self, loader, server, name, form, rows, scores, folder):
        self.name, self.server, self.form, self.scores, self.loader = name, server, form, scores, loader
        self.files = [folder / f"{name}.{kind}" for kind in ("requests", "expected", "others")]
        requests = [form.request(each) for each in rows]
        answers = [loader.replay(server, requests, keep=True).answers for _ in range(2)]
        for index, answer in enumerate(answers[0] + answers[1]):
            self.check(index % len(requests), answer)
        write_records(self.files[0], requests)
        write_records(self.files[1], [part for pair in zip(*answers) for part in common(*pair)])

    def check(self, index, answer):
        found, wanted = self.form.scores(answer), self.scores[index]
        if found is None:
            return
        if len(found) != len(wanted) or any(not abs(one - other) <= TOLERANCE for one, other in zip(found, wanted)):
            raise RuntimeError(f"{self.name} answers request {index} otherwise than the engine: {answer[:200]!r}")

    def measure(self, connections, seconds):
        arguments = [self.loader.closed_loop, self.server.port, *self.files[:2], connections, WARMUP, seconds, self.files[2]]
        before = processor_seconds(self.server)
        found = ask(arguments, GENERATOR, self.name)
        used = (processor_seconds(self.server) - before) / found["requests"]
        if found["others"]:
            self.check_others()
        return Measured(found["answers"] / found["seconds"], found["p50"] / 1000, found["p99"] / 1000, 1e6 * used)

    def check_others(self):
        """Those that were not the same to the last byte: where rows of several requests are answered together, the last digits may differ."""
        data, at = self.files[2].read_bytes(), 0
        while at < len(data):
            index, length = struct.unpack_from("<II", data, at)
            self.check(index, data[at + 8:at + 8 + length])
            at += 8 + length


class EngineQuestions:
    """The engine called in a loop by one thread, on the servers' processors: whatever the connections, there is one caller."""

    name = "engine"

    def __init__(self, loader, library, model, rows, batch, folder):
        self.loader, self.library, self.model, self.rows, self.batch, self.folder = loader, library, model, rows, batch, folder

    def measure(self, _, seconds):
        arguments = [self.loader.engine_loop, self.library, self.model, self.rows, 30, self.batch, seconds, self.folder / "engine.scores"]
        found = ask(arguments, SERVERS, self.name)
        return Measured(found["answers"] / found["seconds"], found["p50"] / 1000, found["p99"] / 1000, 1e6 * found["processor"] / found["answers"])


class InferenceLoader(Loader):
    """With the generators of this benchmark, too."""

    def __enter__(self):
        super().__enter__()
        self.closed_loop = compiled(HERE / "closed_loop.c", self.folder / "closed_loop")
        self.engine_loop = compiled(HERE / "engine_loop.c", self.folder / "engine_loop", "-ldl")
        return self

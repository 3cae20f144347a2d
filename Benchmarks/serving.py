"""The server's start and idle memory, and `martlet why` beside a long prediction log."""
import json
import os
import re
import signal
import subprocess
import time
import urllib.request

from measuring import Figure, limited, run
from projects import MARTLET, project_with_champion

BATCH = 20_000


class Server:
    """A running `martlet serve`; ends with the block."""

    def __init__(self, project):
        self.project = project
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            [MARTLET, "serve", "--port", "0", "--json"], cwd=project.folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)

    def __enter__(self):
        for line in self.process.stdout:
            if found := re.search(r"http://[^\"]+", line):
                self.address = found.group()
                return self
        raise RuntimeError(f"martlet serve ended with {self.process.wait()} before it said its address.")

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGINT)
        self.process.wait()

    def resident_megabytes(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            return int(re.search(r"VmRSS:\s+(\d+)", status.read()).group(1)) / 1024

    def inputs(self):
        with urllib.request.urlopen(f"{self.address}/v2/models/{self.project.endpoint}") as answer:
            return json.load(answer)["inputs"]

    def infer(self, body):
        request = urllib.request.Request(f"{self.address}/v2/models/{self.project.endpoint}/infer", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)


def request(inputs, rows):
    """The rows as a request of the Open Inference Protocol."""

    def values(name, datatype):
        texts = [row[name] for row in rows]
        return texts if datatype == "BYTES" else [float(text) if text not in ("", "?") else None for text in texts]

    tensors = [
        {"name": each["name"], "datatype": each["datatype"], "shape": [len(rows)], "data": values(each["name"], each["datatype"])} for each in inputs
    ]
    return json.dumps({"inputs": tensors}).encode()


def identifiers(answer):
    return next(output["data"] for output in answer["outputs"] if output["name"] == "prediction_id")


def starts(project, repetitions):
    with Server(project) as server:
        body = request(server.inputs(), project.rows(1))
    seconds, memory = [], []
    for _ in range(repetitions):
        with Server(project) as server:
            memory.append(server.resident_megabytes())
            server.infer(body)
            seconds.append(time.perf_counter() - server.started)
    return [
        Figure("server start to first answer", "s", seconds, [0.5], "limit", must=10),
        Figure("memory of an idle server", "MB", memory, [100], "limit", must=1),
    ]


def fill(project, count):
    """Logs that many predictions; returns some of their identifiers, from the first to the last, and the rows answered in a second."""
    found = []
    with Server(project) as server:
        body = request(server.inputs(), project.rows(BATCH))
        start = time.perf_counter()
        for _ in range(max(1, count // BATCH)):
            answered = identifiers(server.infer(body))
            found += [answered[0], answered[len(answered) // 2], answered[-1]]
        rate = len(found) / 3 * BATCH / (time.perf_counter() - start)
    return found, rate


def whys(project, repetitions):
    count = int(os.environ.get("BENCH_PREDICTIONS", "1000000"))
    found, rate = fill(project, count)
    print(f"  {len(found) // 3 * BATCH:,} predictions logged, {rate:,.0f} a second by one client in batches of {BATCH:,}", flush=True)
    wanted = [found[i * (len(found) - 1) // max(1, 3 * repetitions - 1)] for i in range(3 * repetitions)]
    run([MARTLET, "why", f"prediction:{wanted[0]}"], project.folder)
    children = [run([MARTLET, "why", f"prediction:{each}"], project.folder) for each in wanted]
    return limited(f"martlet why, {len(found) // 3 * BATCH:,} predictions", children, 100)


def measure(folder, repetitions):
    project = project_with_champion(folder / "project")
    return [*starts(project, repetitions), *whys(project, repetitions)]

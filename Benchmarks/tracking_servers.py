"""The tracking servers that are measured, each as it comes: `martlet serve` at both durability settings, FastTrackML, MLflow's own."""
import json
import subprocess
import sys
import urllib.error
import urllib.request

from background import Background
from load import encode
from projects import MARTLET, ROOT

API = "/api/2.0/mlflow/"
PACKAGES = ROOT / ".setup"
PROJECT = """
martlet: 1
project: tracking
charter:
  problem: {type: binary, target: y, positive: "1"}
data:
  source: {train: table.csv}
pipeline:
  - {id: baseline, uses: train/majority}
"""


class Tracker(Background):
    """A tracking server."""

    keeps_artifacts = True
    most_runs = 10_000_000

    def __init__(self, folder, name):
        self.headers = {}
        super().__init__(folder, name)

    def is_ready(self):
        """Where it answers a search for experiments."""
        self.call("POST", "experiments/search", {"max_results": 1})

    def request(self, method, call, body=b""):
        return encode(method, API + call, body, self.headers)

    def call(self, method, call, body=None):
        """One answer, for what is not measured."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{API}{call}", data, {"Content-Type": "application/json", **self.headers}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{self.name} answered {call} with {error.code}: {error.read()[:300].decode(errors='replace')}") from error


class Martlet(Tracker):
    def __init__(self, folder, durability=None):
        self.durability = durability
        super().__init__(folder, "Martlet" + (f", {durability}" if durability else ""))

    def prepare(self):
        (self.folder / "table.csv").write_text("x,y\n1,1\n2,0\n")
        storage = f"storage: {{durability: {self.durability}}}\n" if self.durability else ""
        (self.folder / "martlet.yaml").write_text(PROJECT + storage)

    def arguments(self):
        return [MARTLET, "serve", "--port", str(self.port)]

    def accepts_durability(self):
        """Whether this version knows the setting."""
        child = subprocess.run([MARTLET, "endpoint", "list"], cwd=self.folder, capture_output=True, text=True)
        return child.returncode == 0


class FastTrackML(Tracker):
    """A Go server; its SQLite file has a log of its own (WAL). It has no routes to send artifacts to."""

    program = PACKAGES / "python-bench-fasttrackml/bin/fml"
    keeps_artifacts = False

    def __init__(self, folder):
        super().__init__(folder, "FastTrackML")

    @property
    def database(self):
        return self.folder / "fasttrackml.db"

    def arguments(self):
        return [self.program, "server", "-a", f"127.0.0.1:{self.port}", "-d", f"sqlite://{self.database}", "--default-artifact-root", self.folder / "artifacts"]


class MLflow(Tracker):
    """Flask processes before SQLite. A search that orders by a metric compares every run with every other (without statistics SQLite 3.40 joins
    the two sides by reading one whole for each row of the other): 0.6 s for 5,000 runs, 8.5 s for 20,000."""

    most_runs = 20_000
    packages = PACKAGES / "python-bench-mlflow"

    def __init__(self, folder):
        super().__init__(folder, "MLflow")

    @property
    def database(self):
        return self.folder / "mlflow.db"

    def arguments(self):
        return [sys.executable, "-m", "mlflow", "server", "--port", str(self.port)]

    def environment(self):
        return {"PYTHONPATH": str(self.packages), "MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"}


def peers(folder):
    """Those that are installed."""
    found = []
    if FastTrackML.program.is_file():
        found.append(FastTrackML(folder / "fasttrackml"))
    if (MLflow.packages / "mlflow").is_dir():
        found.append(MLflow(folder / "mlflow"))
    for missing in {"FastTrackML", "MLflow"} - {peer.name for peer in found}:
        print(f"tracking: what compares with {missing} is skipped, it is not installed. Scripts/bench installs it below .setup.")
    return found

"""The servers whose answers are measured, each with one worker, one thread in the engine, and the same model in ONNX.

Every peer is installed apart from the others (Scripts/bench), has uvloop and httptools where it can use them, and writes no access log."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import urllib.error
import urllib.request

from background import Background, free_port
from inference_forms import COLUMNS, BinaryTensors, Constant, Invocations, OpenInference, Rows
from projects import MARTLET, ROOT

PEERS = pathlib.Path(__file__).with_name("peers")
# The generator of load has the last processor for itself; the servers share the others, all of them the same. Or everything runs where it wants.
PROCESSORS = sorted(os.sched_getaffinity(0))
IS_PINNED = os.environ.get("BENCH_INFERENCE_PINNED", "1") == "1" and len(PROCESSORS) > 1
GENERATOR, SERVERS = (set(PROCESSORS[-1:]), set(PROCESSORS[:-1])) if IS_PINNED else (set(PROCESSORS), set(PROCESSORS))
# What `martlet serve MODEL` writes into an empty folder, and that nothing is logged.
UNLOGGED = """
martlet: 1
project: unlogged
serving: {{endpoint: {name}, model: {name}@champion, log: {{sample: 0}}}}
promotion: {{champion: {{gates: none}}}}
"""


class Server(Background):
    """A server of one model; `model` is its file. `packages` are the folders below .setup that it needs, `forms` what it is asked in."""

    processors = SERVERS
    packages = ()
    health = "/health"

    def __init__(self, folder, name, model, forms):
        self.model = model
        self.forms = forms
        super().__init__(folder, name)

    @classmethod
    def paths(cls):
        return [ROOT / ".setup" / f"python-bench-{name}" for name in cls.packages]

    @classmethod
    def is_installed(cls):
        return all(path.is_dir() for path in cls.paths())

    def environment(self):
        modules = [*self.paths(), PEERS]
        programs = [*(path / "bin" for path in self.paths()), os.environ["PATH"]]
        paths = {"PYTHONPATH": os.pathsep.join(map(str, modules)), "PATH": os.pathsep.join(map(str, programs))}
        return {**paths, "BENCH_MODEL": str(self.model), "OMP_NUM_THREADS": "1", "DO_NOT_TRACK": "true"}

    def is_ready(self):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{self.health}")
        try:
            urllib.request.urlopen(request, timeout=30).close()
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{self.name} is not ready: {error.code}") from error


class FastAPI(Server):
    packages = ("fastapi",)

    def __init__(self, folder, model):
        super().__init__(folder, "FastAPI", model, {"FastAPI": Rows("/predict")})

    def arguments(self):
        settings = ["--loop", "uvloop", "--http", "httptools", "--workers", "1", "--no-access-log", "--log-level", "warning"]
        return [sys.executable, "-m", "uvicorn", "fastapi_app:app", "--port", str(self.port), *settings]


class Mosec(Server):
    packages = ("mosec",)
    health = "/metrics"
    batch = 0

    def __init__(self, folder, model):
        name = "mosec, batching" if self.batch else "mosec"
        super().__init__(folder, name, model, {name: Rows("/inference")})

    def environment(self):
        """It looks for its program where a user's packages are."""
        return {**super().environment(), "PYTHONUSERBASE": str(self.paths()[0]), "BENCH_BATCH": str(self.batch)}

    def arguments(self):
        settings = ["--path", self.folder / "socket", "--log-level", "warning"]
        return [sys.executable, PEERS / "mosec_app.py", "--address", "127.0.0.1", "--port", str(self.port), *settings]


class MosecBatching(Mosec):
    """The same with what it is known for: slower for one caller, faster for many."""

    batch = 16


class BentoML(Server):
    packages = ("bentoml",)
    health = "/readyz"

    def __init__(self, folder, model):
        super().__init__(folder, "BentoML", model, {"BentoML": Rows("/predict")})

    def environment(self):
        return {**super().environment(), "BENTOML_HOME": str(self.folder), "BENTOML_DO_NOT_TRACK": "True"}

    def arguments(self):
        return [sys.executable, "-m", "bentoml", "serve", "bentoml_app:Model", "--host", "127.0.0.1", "--port", str(self.port), "--working-dir", PEERS]


class MLServer(Server):
    """Without a process of its own for the model: that of version 1.7.1 dies at its start under uvloop 0.23."""

    packages = ("mlserver",)
    health = "/v2/health/ready"

    def __init__(self, folder, model):
        super().__init__(folder, "MLServer", model, {"MLServer": OpenInference(f"/v2/models/{model.stem}/infer")})

    def arguments(self):
        settings = {"parallel_workers": 0, "host": "127.0.0.1", "http_port": self.port, "grpc_port": free_port(), "metrics_endpoint": None, "debug": False}
        model = {"name": self.model.stem, "implementation": "mlserver_app.Model"}
        (self.folder / "settings.json").write_text(json.dumps(settings))
        (self.folder / "model-settings.json").write_text(json.dumps(model))
        return [sys.executable, "-c", "from mlserver.cli import main; main()", "start", self.folder]


class MLflow(Server):
    """Its scoring server, with the model saved in its flavour for ONNX."""

    packages = ("mlflow-onnx", "mlflow")

    def __init__(self, folder, model):
        super().__init__(folder, "MLflow", model, {"MLflow": Invocations("/invocations")})

    def prepare(self):
        saving = [sys.executable, PEERS / "mlflow_save.py", self.model, str(COLUMNS), self.folder / "model"]
        child = subprocess.run(saving, cwd=self.folder, env={**os.environ, **self.environment()}, capture_output=True, text=True)
        if child.returncode != 0:
            raise RuntimeError(f"MLflow did not save the model: {child.stderr.strip()[-300:]}")

    def environment(self):
        return {**super().environment(), "MLFLOW_DISABLE_TELEMETRY": "true"}

    def arguments(self):
        settings = ["--env-manager", "local", "--host", "127.0.0.1", "--port", str(self.port), "--workers", "1"]
        return [sys.executable, "-m", "mlflow", "models", "serve", "-m", self.folder / "model", *settings]


class Martlet(Server):
    """`martlet serve MODEL` as it comes, asked in JSON and with binary tensors; and what it answers without a model, at the address for probes."""

    health = "/v2/health/ready"

    def __init__(self, folder, model):
        path = f"/v2/models/{model.stem}/infer"
        forms = {"Martlet": OpenInference(path), "Martlet, binary": BinaryTensors(path), "constant": Constant("/v2/health/live")}
        super().__init__(folder, "Martlet", model, forms)

    def environment(self):
        return {}

    def prepare(self):
        shutil.copy(self.model, self.folder)

    def arguments(self):
        return [MARTLET, "serve", self.model.name, "--port", str(self.port), "--json"]


class MartletWithoutLog(Martlet):
    """The same with nothing logged of what it is asked."""

    def __init__(self, folder, model):
        super().__init__(folder, model)
        self.name = "Martlet, no log"
        self.forms = {self.name: self.forms["Martlet"]}

    def prepare(self):
        super().prepare()
        (self.folder / "martlet.yaml").write_text(UNLOGGED.format(name=self.model.stem))


PEERS_OF_SERVING = (Mosec, MosecBatching, FastAPI, MLServer, MLflow, BentoML)

"""Answers to single rows and to batches: `martlet serve MODEL` against the servers that people put before a model, and against two limits: its own server
answering a constant, and the engine called in a loop.

Two models are trained by the benchmark (inference_models.py): boosted trees and a small net. All servers run at once and are asked in turn, by one native
generator that has a processor for itself; the servers have the others, all of them the same. Every answer is 200; before and during the measurement scores are
held against ONNX Runtime's own.
    BENCH_INFERENCE_SECONDS   how long each measurement takes (1)
    BENCH_INFERENCE_SERVERS   the servers that are asked, by name, with commas (all that are installed)
    BENCH_INFERENCE_MODELS    tabular, mlp or both (tabular,mlp)
    BENCH_INFERENCE_PINNED    0: generator and servers run on all processors, wherever the system puts them (1)
"""
import contextlib
import os
import pathlib
import sys

import inference_report
from inference_forms import COLUMNS
from inference_load import EngineQuestions, InferenceLoader, Questions, floats
from inference_servers import PEERS_OF_SERVING, Martlet, MartletWithoutLog
from measuring import run
from projects import ROOT
from tracking import in_turn

SECONDS = float(os.environ.get("BENCH_INFERENCE_SECONDS", "1"))
WANTED = [name for name in os.environ.get("BENCH_INFERENCE_SERVERS", "").split(",") if name]
MODELS = os.environ.get("BENCH_INFERENCE_MODELS", "tabular,mlp").split(",")
REQUESTS = 64
CONNECTIONS = (1, 8, 64)
BATCHES = (1, 64)


def trained(folder):
    """A folder with the models and the rows to ask about."""
    folder.mkdir()
    packages = [ROOT / ".setup/python-bench-skl2onnx", os.environ.get("PYTHONPATH", "")]
    script = pathlib.Path(__file__).with_name("inference_models.py")
    run([sys.executable, script, folder, str(REQUESTS * max(BATCHES))], environment={"PYTHONPATH": os.pathsep.join(map(str, packages))})
    return folder


def library():
    """The engine's library, of the same package as the program's."""
    folder = pathlib.Path(os.environ.get("MARTLET_ENGINES", ROOT / ".setup/engines")) / "onnxruntime/onnxruntime/capi"
    return next(iter(sorted(folder.glob("libonnxruntime.so*"))))


def started(stack, folder, model):
    """The servers of a model, running until the stack ends. A peer that is not there or does not start is left out, and said so."""
    found = []
    for kind in (Martlet, MartletWithoutLog, *PEERS_OF_SERVING):
        if WANTED and kind.__name__ not in WANTED:
            continue
        if not kind.is_installed():
            print(f"inference: what compares with {kind.__name__} is skipped, it is not installed. Scripts/bench installs it below .setup.")
            continue
        try:
            found.append(stack.enter_context(kind(folder / kind.__name__, model)))
        except RuntimeError as failure:
            if kind in (Martlet, MartletWithoutLog):
                raise
            print(f"inference: what compares with {kind.__name__} is skipped: {failure}")
    return found


def questions(loader, servers, trained, model, batch, folder):
    """All that is measured for requests of so many rows."""
    rows, scores = floats(trained / "rows.floats"), floats(trained / f"{model}.scores")
    rows = [rows[i * batch * COLUMNS:(i + 1) * batch * COLUMNS] for i in range(REQUESTS)]
    scores = [scores[i * batch * 2:(i + 1) * batch * 2] for i in range(REQUESTS)]
    folder.mkdir()
    found = [Questions(loader, server, name, form, rows, scores, folder) for server in servers for name, form in server.forms.items()]
    return [EngineQuestions(loader, library(), trained / f"{model}.onnx", trained / "rows.floats", batch, folder), *found]


def cells(loader, folder, trained, model, repetitions):
    """What was measured of a model: lists by name, by (model, rows, connections)."""
    found = {}
    with contextlib.ExitStack() as stack:
        servers = started(stack, folder / model, trained / f"{model}.onnx")
        for batch in BATCHES:
            asked = questions(loader, servers, trained, model, batch, loader.folder / f"{model}-{batch}")
            for connections in CONNECTIONS:
                print(f"  {model}, {batch} rows, {connections} connections", flush=True)
                found[model, batch, connections] = in_turn(repetitions, asked, lambda each: each.measure(connections, SECONDS))
    return found


def measure(folder, repetitions):
    models, found = trained(folder / "models"), {}
    with InferenceLoader() as loader:
        for model in MODELS:
            found |= cells(loader, folder, models, model, repetitions)
    inference_report.print_cells(found)
    return inference_report.figures(found)

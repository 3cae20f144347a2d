"""Pipelines of 100 small steps, one after the other and side by side: `martlet run` on a dvc.yaml against `dvc repro`, Luigi and Prefect, and against
starting as many programs."""
import os
import pathlib
import shutil
import sys

from measuring import Figure, run

MARTLET = os.environ["MARTLET"]
COUNT = int(os.environ.get("BENCH_STAGES", "100"))
SETUP = pathlib.Path(__file__).resolve().parent.parent / ".setup"
ALONE = {"DVC_NO_ANALYTICS": "1", "SHELL": "/bin/sh"}

LUIGI = """
import os, sys, luigi
class Step(luigi.Task):
    number = luigi.IntParameter()
    def requires(self):
        return [Step(number=self.number - 1)] if {chain} and self.number else []
    def output(self):
        return luigi.LocalTarget(f"out{{self.number}}")
    def run(self):
        os.system("/bin/true")
        with self.output().open("w") as file:
            file.write("1")
luigi.build([Step(number=i) for i in range({count})], local_scheduler=True, workers=2 if not {chain} else 1, log_level="ERROR")
"""

PREFECT = """
import subprocess
from prefect import flow, task
@task
def step(before=None):
    subprocess.run(["/bin/true"], check=True)
    return 1
@flow
def chain():
    last = None
    for _ in range({count}):
        last = step(last)
@flow
def wide():
    for future in [step.submit() for _ in range({count})]:
        future.result()
({chain} and chain or wide)()
"""


def environment(name):
    """What one peer needs, and nothing of the others."""
    target = SETUP / f"python-{name}"
    return {**ALONE, "PYTHONPATH": str(target), "HOME": str(SETUP / "log"), "PREFECT_LOGGING_LEVEL": "ERROR", "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}


def repository(folder, is_chain):
    """A repository with stages that do next to nothing, each with a file that it writes."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    lines = ["stages:"]
    for i in range(COUNT):
        lines += [f"  s{i}:", f"    cmd: echo {i} > out{i}", f"    outs: [out{i}]"]
        if is_chain and i:
            lines.append(f"    deps: [out{i - 1}]")
        elif not is_chain:
            lines.append("    deps: [start]")
    (folder / "dvc.yaml").write_text("\n".join(lines) + "\n")
    (folder / "start").write_text("1")
    (folder / ".dvc" / "tmp").mkdir(parents=True)
    (folder / ".dvc" / "config").write_text("")
    (folder / ".gitignore").write_text("".join(f"/out{i}\n" for i in range(COUNT)))
    run(["git", "init", "-q", "."], folder=folder)
    return folder


def programs(folder, is_chain):
    """Starts as many programs, one after the other or as many at once as there are processors."""
    if is_chain:
        return run(["sh", "-c", f"i=0; while [ $i -lt {COUNT} ]; do /bin/true; i=$((i+1)); done"], folder=folder).seconds
    return run(["sh", "-c", f"seq {COUNT} | xargs -n 1 -P {os.cpu_count()} /bin/true"], folder=folder).seconds


def measure(folder, repetitions):
    figures = []
    for shape in ("chain", "fan-out"):
        is_chain = shape == "chain"
        mine, idle, true, dvc, dvc_idle, luigi, prefect = [], [], [], [], [], [], []
        for _ in range(repetitions):
            own = repository(folder / "own", is_chain)
            true.append(programs(folder, is_chain))
            mine.append(run([MARTLET, "run", "-q"], folder=own, environment=ALONE).seconds)
            idle.append(run([MARTLET, "run", "-q"], folder=own, environment=ALONE).seconds)
            if (SETUP / "python-dvc").exists():
                theirs = repository(folder / "theirs", is_chain)
                dvc.append(run([sys.executable, "-m", "dvc", "repro", "-q"], folder=theirs, environment=environment("dvc")).seconds)
                dvc_idle.append(run([sys.executable, "-m", "dvc", "repro", "-q"], folder=theirs, environment=environment("dvc")).seconds)
            for name, script, times in (("bench-luigi", LUIGI, luigi), ("bench-prefect", PREFECT, prefect)):
                if not (SETUP / f"python-{name}").exists():
                    continue
                place = folder / name
                shutil.rmtree(place, ignore_errors=True)
                place.mkdir()
                text = script.format(chain=is_chain, count=COUNT)
                times.append(run([sys.executable, "-c", text], folder=place, environment=environment(name)).seconds)
        title = f"{COUNT} stages, {shape}"
        figures.append(Figure(title, "s", mine, true, "/bin/true", aim=2))
        for name, times in (("dvc repro", dvc), ("Luigi", luigi), ("Prefect", prefect)):
            if times:
                figures.append(Figure(title, "s", mine, times, name, aim=1))
        if dvc_idle:
            figures.append(Figure(f"{title}, nothing changed", "s", idle, dvc_idle, "dvc repro", aim=0.1))
    return figures

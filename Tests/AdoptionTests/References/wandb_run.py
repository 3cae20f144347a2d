"""Lets W&B itself write a run, offline.

wandb_run.py FOLDER ID            a whole run; prints nothing
wandb_run.py FOLDER ID --resume   the same run gone on with
wandb_run.py FOLDER ID --crash    a run whose program dies before its end"""
import os
import sys

os.environ.update({"WANDB_MODE": "offline", "WANDB_SILENT": "true", "WANDB_ERROR_REPORTING": "false", "WANDB_DISABLE_GIT": "true"})
import numpy as np  # noqa: E402
import wandb  # noqa: E402


def begin(folder, name, **more):
    return wandb.init(
        project="churn", entity="team", name="brave", id=name, dir=folder, settings=wandb.Settings(console="off", x_disable_stats=True), **more)


def whole(folder, name):
    config = {"lr": 0.1, "model": {"depth": 3, "layers": [1, 2]}, "kind": "tree"}
    run = begin(folder, name, config=config, tags=["a", "b"], notes="a note", group="g", job_type="train")
    for step in range(300):
        run.log({"loss": 1 / (step + 1), "val": {"auc": step / 300}, "bad": float("nan"), "good": step % 2 == 0})
    run.log({"weights": wandb.Histogram(np_histogram=(np.array([1, 2, 3]), np.array([0.0, 1.0, 2.0, 3.0])))})
    run.log({"words": "hello", "table": wandb.Table(columns=["a", "b"], data=[[1, "x"], [2, "y"]])})
    run.log({"late": 1}, step=900)
    run.config.update({"later": True})
    run.summary["best"] = 0.9
    run.log({"long": "x" * 100_000})
    run.finish(exit_code=0)


def main():
    folder, name = sys.argv[1:3]
    os.makedirs(folder, exist_ok=True)
    if "--resume" in sys.argv:
        run = begin(folder, name, resume="allow")
        run.log({"loss": 0.25}, step=1000)
        run.finish(exit_code=3)
    elif "--crash" in sys.argv:
        run = begin(folder, name, config={"lr": 1})
        for step in range(50):
            run.log({"loss": step})
        run.finish(exit_code=0)
    else:
        whole(folder, name)
    print("null")


main()

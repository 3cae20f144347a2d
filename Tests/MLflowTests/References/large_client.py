"""1,000 files, and one of more than 2 GB, kept by MLflow's Python client and got back.

usage: large_client.py URL FOLDER; prints one JSON object.
"""

import json
import os
import pathlib
import sys

import mlflow

mlflow.set_tracking_uri(sys.argv[1])
folder = pathlib.Path(sys.argv[2])
client = mlflow.MlflowClient()
told = {}

many = folder / "many"
many.mkdir()
for number in range(1000):
    (many / f"{number}.txt").write_text(str(number))
with mlflow.start_run() as run:
    mlflow.log_artifacts(str(many), "many")
told["files"] = len(client.list_artifacts(run.info.run_id, "many"))
back = pathlib.Path(mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="many", dst_path=str(folder / "back")))
told["same"] = {path.name: path.read_text() for path in back.iterdir()} == {f"{number}.txt": str(number) for number in range(1000)}

size = (2 << 30) + 5
marks = {0: b"begun", 1 << 30: b"middle", size - 5: b"ended"}
big = folder / "big.bin"
with open(big, "wb") as file:
    file.truncate(size)  # What is not written takes no room here.
    for place, mark in marks.items():
        file.seek(place)
        file.write(mark)
with mlflow.start_run() as run:
    mlflow.log_artifact(str(big))
big.unlink()
told["listed"] = [[entry.path, entry.file_size] for entry in client.list_artifacts(run.info.run_id)]
back = mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="big.bin", dst_path=str(folder / "back"))
told["size"] = os.path.getsize(back)
told["marks"] = []
with open(back, "rb") as file:
    for place, mark in marks.items():
        file.seek(place)
        told["marks"].append(file.read(len(mark)).decode())
print(json.dumps(told))

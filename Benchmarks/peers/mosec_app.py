"""mosec: its server in Rust before one Python worker, which takes and gives JSON. With BENCH_BATCH requests that wait are answered together, up to so many, and
none waits longer than a millisecond for others."""
import os

import mosec
from session import predict


class Model(mosec.Worker):
    def forward(self, data):
        label, probabilities = predict(data["inputs"])
        return {"label": label.tolist(), "probabilities": probabilities.tolist()}


class BatchingModel(mosec.Worker):
    def forward(self, data):
        label, probabilities = predict([row for each in data for row in each["inputs"]])
        answers, at = [], 0
        for each in data:
            part = slice(at, at + len(each["inputs"]))
            answers.append({"label": label[part].tolist(), "probabilities": probabilities[part].tolist()})
            at = part.stop
        return answers


if __name__ == "__main__":
    server = mosec.Server()
    if batch := int(os.environ.get("BENCH_BATCH", "0")):
        server.append_worker(BatchingModel, num=1, max_batch_size=batch, max_wait_time=1)
    else:
        server.append_worker(Model, num=1)
    server.run()

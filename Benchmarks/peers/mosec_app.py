"""mosec: its server in Rust before one Python worker, which takes and gives JSON."""
import mosec
from session import predict


class Model(mosec.Worker):
    def forward(self, data):
        label, probabilities = predict(data["inputs"])
        return {"label": label.tolist(), "probabilities": probabilities.tolist()}


if __name__ == "__main__":
    server = mosec.Server()
    server.append_worker(Model, num=1)
    server.run()

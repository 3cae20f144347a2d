"""The forms in which rows are asked about: how a request is written, and where the probabilities of both classes stand in its answer."""
import array
import json

from load import encode

COLUMNS = 30


def numbers(rows):
    """Numbers of 32 bits as short as they were made, with four decimals."""
    return [round(each, 4) for each in rows]


def lists(rows):
    values = numbers(rows)
    return [values[at:at + COLUMNS] for at in range(0, len(values), COLUMNS)]


def flat(table):
    return [number for row in table for number in row]


class Rows:
    """What wrappers take: {"inputs": [[number...]...]}, answered with the outputs under their names."""

    def __init__(self, path):
        self.path = path

    def request(self, rows):
        return encode("POST", self.path, {"inputs": lists(rows)})

    def scores(self, body):
        return flat(json.loads(body)["probabilities"])


class Invocations(Rows):
    """MLflow's, the same with the outputs below "predictions"."""

    def scores(self, body):
        return flat(json.loads(body)["predictions"]["probabilities"])


class OpenInference(Rows):
    """The Open Inference Protocol in JSON: one tensor."""

    def request(self, rows):
        tensor = {"name": "input", "shape": [len(rows) // COLUMNS, COLUMNS], "datatype": "FP32", "data": numbers(rows)}
        return encode("POST", self.path, {"inputs": [tensor]})

    def scores(self, body):
        return next(output["data"] for output in json.loads(body)["outputs"] if output["name"] == "probabilities")


class BinaryTensors(Rows):
    """The same with binary tensors: the JSON that describes them, then their bytes."""

    def request(self, rows):
        tensor = {"name": "input", "shape": [len(rows) // COLUMNS, COLUMNS], "datatype": "FP32", "parameters": {"binary_data_size": 4 * len(rows)}}
        head = json.dumps({"inputs": [tensor], "parameters": {"binary_data_output": True}}).encode()
        return encode("POST", self.path, head + rows.tobytes(), {"Inference-Header-Content-Length": len(head)})

    def scores(self, body):
        description, at = json.JSONDecoder().raw_decode(body.decode("latin-1"))
        for output in description["outputs"]:
            size = output["parameters"]["binary_data_size"]
            if output["name"] == "probabilities":
                return array.array("f", body[at:at + size])
            at += size
        return []


class Constant(OpenInference):
    """A request with the same body that the server answers without looking at it, always with the same."""

    def request(self, rows):
        head, body = super().request(rows).split(b"\r\n\r\n", 1)
        return b"\r\n\r\n".join([head.replace(b"POST", b"GET", 1), body])

    def scores(self, body):
        return None

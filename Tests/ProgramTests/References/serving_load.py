"""A model that takes its time, and a load far beyond what it can answer.

serving_load.py URL FOLDER make: writes slow.onnx, a network of some milliseconds a row, and wide.onnx, which answers 1 MB a row.
serving_load.py URL FOLDER load NAME CONNECTIONS: keeps so many connections open, measures what one caller waits for, sends twenty times as many
requests within a second as the server can answer, and looks how each ends and how soon callers wait as little as before. Prints it as JSON.
serving_load.py URL FOLDER slow NAME: asks for 1 MB again and again and does not read, while others ask. Prints how these fared.
"""
import json
import pathlib
import resource
import selectors
import socket
import sys
import time
import urllib.parse

url, folder, step = urllib.parse.urlsplit(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3]
COLUMNS, WIDTH = 30, 1536


def network(path, hidden, outputs):
    """Dense layers with rectifiers between them, of fixed weights."""
    import numpy
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    sizes, nodes, weights, last = [COLUMNS, *hidden, outputs], [], [], "X"
    random = numpy.random.default_rng(1)
    for layer, (rows, columns) in enumerate(zip(sizes, sizes[1:])):
        matrix = (random.standard_normal((rows, columns)) / rows**0.5).astype(numpy.float32)
        weights.append(numpy_helper.from_array(matrix, f"W{layer}"))
        is_last = layer == len(sizes) - 2
        nodes.append(helper.make_node("MatMul", [last, f"W{layer}"], ["Y" if is_last else f"M{layer}"]))
        if not is_last:
            nodes.append(helper.make_node("Relu", [f"M{layer}"], [f"R{layer}"]))
        last = f"R{layer}"
    graph = helper.make_graph(
        nodes, "network", [helper.make_tensor_value_info("X", TensorProto.FLOAT, [None, COLUMNS])],
        [helper.make_tensor_value_info("Y", TensorProto.FLOAT, [None, outputs])], weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    path.write_bytes(model.SerializeToString())


def request(name, rows=1, parameters=""):
    values = ",".join(f"{(place * 7) % 11 / 10}" for place in range(COLUMNS * rows))
    body = f'{{{parameters}"inputs":[{{"name":"X","datatype":"FP32","shape":[{rows},{COLUMNS}],"data":[{values}]}}]}}'
    return f"POST /v2/models/{name}/infer HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()


class Connection:
    """One kept connection with at most one request under way."""

    def __init__(self):
        self.socket = socket.create_connection((url.hostname, url.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""

    def send(self, message):
        self.received, self.sent = b"", time.monotonic()
        self.socket.sendall(message)

    def take(self):
        """Reads what is there. The status and the fields once the answer is whole, None before; 0 where the connection ended."""
        more = self.socket.recv(1 << 20)
        if not more:
            return 0, ""
        self.received += more
        head, found, body = self.received.partition(b"\r\n\r\n")
        if not found:
            return None
        text = head.decode().lower()
        length = int(text.split("content-length: ")[1].split("\r\n")[0])
        return (int(text[9:12]), text) if len(body) >= length else None

    def ask(self, message):
        self.send(message)
        while (answer := self.take()) is None:
            pass
        return answer, time.monotonic() - self.sent


def median(values):
    return sorted(values)[len(values) // 2]


def pump(connections, messages, seconds=None):
    """Sends each message on a connection that is free, until all are answered or the time is over: status, fields and seconds of each."""
    selector, answers, waiting = selectors.DefaultSelector(), [], iter(messages)
    end = time.monotonic() + (seconds or 600)
    under_way = 0
    for connection, message in zip(connections, waiting):
        connection.send(message)
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        under_way += 1
    while under_way and time.monotonic() < end:
        for key, _ in selector.select(1):
            answer = key.data.take()
            if answer is None:
                continue
            answers.append((*answer, time.monotonic() - key.data.sent))
            message = next(waiting, None) if answer[0] else None
            if message is None:
                selector.unregister(key.data.socket)
                under_way -= 1
            else:
                key.data.send(message)
    selector.close()
    return answers, under_way


def load(name, count):
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = 65536 if most == resource.RLIM_INFINITY else most
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    message, caller = request(name), Connection()
    for _ in range(50):
        caller.ask(message)
    calm = median([caller.ask(message)[1] for _ in range(50)])
    begun = time.monotonic()
    few = [Connection() for _ in range(16)]
    answers, _ = pump(few, [message] * 1000)
    capacity = len(answers) / (time.monotonic() - begun)
    held = [Connection() for _ in range(min(count, most - 1000))]
    open_at_once = sum(connection.ask(b"GET /v2/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n")[0][0] == 200 for connection in held[::50])
    burst = min(len(held), int(20 * capacity))
    begun = time.monotonic()
    answers, lost = pump(held[:burst], [message] * burst)
    over = time.monotonic()
    while caller.ask(message)[1] > 3 * calm + 0.005 and time.monotonic() < over + 60:
        pass
    told = [answer for answer in answers if answer[0] == 503]
    return {
        "calm_ms": calm * 1e3, "capacity": capacity, "held": len(held), "live": open_at_once == len(held[::50]), "burst": burst,
        "answered": sum(answer[0] == 200 for answer in answers), "shed": len(told), "others": [a[0] for a in answers if a[0] not in (200, 503)][:10],
        "unanswered": lost, "told_when": all("retry-after: " in answer[1] for answer in told), "burst_seconds": over - begun,
        "longest": max(answer[2] for answer in answers), "back_seconds": time.monotonic() - over,
    }


def slow(name):
    lazy = [Connection() for _ in range(20)]
    message = request(name)
    for connection in lazy:
        connection.socket.setblocking(False)
        taken = 0
        try:
            for _ in range(2000):
                taken += connection.socket.send(message)
        except BlockingIOError:
            pass
    caller = Connection()
    fared = [caller.ask(b"GET /v2/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n") for _ in range(100)]
    whole = caller.ask(message)
    return {"live": all(answer[0][0] == 200 for answer in fared), "longest": max(answer[1] for answer in fared), "whole": whole[0][0]}


if step == "make":
    network(folder / "slow.onnx", [WIDTH, WIDTH, WIDTH, WIDTH], 1)
    network(folder / "wide.onnx", [8], 100_000)
    print("{}")
else:
    print(json.dumps(load(sys.argv[4], int(sys.argv[5])) if step == "load" else slow(sys.argv[4])))

"""Keeps a stream of predictions and a watch of the health open until the server ends them, and tells how: grpc_streams.py PORT."""
import json
import queue
import sys

import grpc
from grpc_health.v1 import health_pb2 as pb
from grpc_health.v1.health_pb2_grpc import HealthStub

channel = grpc.insecure_channel(f"127.0.0.1:{sys.argv[1]}")
messages = queue.Queue()
messages.put(b"\x0a\x05loans")
stream = channel.stream_stream("/inference.GRPCInferenceService/ModelStreamInfer")(iter(messages.get, None))
watch = HealthStub(channel).Watch(pb.HealthCheckRequest(service="liveness"))
next(stream), next(watch)
print("open", flush=True)
codes = []
for call in (stream, watch):
    try:
        list(call)
        codes.append("OK")
    except grpc.RpcError as error:
        codes.append(error.code().name)
messages.put(None)
print(json.dumps(codes))

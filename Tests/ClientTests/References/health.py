"""Asks for the health of a server by grpcio-health-checking, and watches it until requests are answered."""
import json
import sys

import grpc
from grpc_health.v1 import health_pb2 as pb
from grpc_health.v1.health_pb2_grpc import HealthStub

channel = grpc.insecure_channel(sys.argv[1].removeprefix("http://"))
health = HealthStub(channel)
name = pb.HealthCheckResponse.ServingStatus.Name
out = {"liveness": name(health.Check(pb.HealthCheckRequest(service="liveness")).status), "watched": []}
watch = health.Watch(pb.HealthCheckRequest())
for answer in watch:
    out["watched"].append(name(answer.status))
    if answer.status == pb.HealthCheckResponse.SERVING:
        watch.cancel()
        break
for service in ("", "readiness", "inference.GRPCInferenceService"):
    out[service or "server"] = name(health.Check(pb.HealthCheckRequest(service=service)).status)
out["unknown, watched"] = name(next(health.Watch(pb.HealthCheckRequest(service="nothing"))).status)
try:
    health.Check(pb.HealthCheckRequest(service="nothing"))
except grpc.RpcError as error:
    out["unknown"] = error.code().name
print(json.dumps(out))

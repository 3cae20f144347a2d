"""Asks whether a server lives, over TLS and without: grpc_tls.py PORT CERTIFICATE."""
import json
import sys

import grpc

port, certificate = sys.argv[1:]
path = "/inference.GRPCInferenceService/ServerLive"
with open(certificate, "rb") as file:
    secure = grpc.secure_channel(f"127.0.0.1:{port}", grpc.ssl_channel_credentials(file.read()))
out = {"secure": list(secure.unary_unary(path)(b"", timeout=60))}
try:
    grpc.insecure_channel(f"127.0.0.1:{port}").unary_unary(path)(b"", timeout=60)
except grpc.RpcError as error:
    out["plain"] = error.code().name
print(json.dumps(out))

"""Makes each call with no token, a wrong one, and those of the command line, and tells how it ended."""
import json
import sys

import grpc
from tritonclient.grpc import service_pb2 as pb

channel = grpc.insecure_channel(sys.argv[1].removeprefix("http://"))
INFERENCE = "/inference.GRPCInferenceService/"
CALLS = {
    INFERENCE + "ServerLive": pb.ServerLiveRequest(), INFERENCE + "ServerReady": pb.ServerReadyRequest(),
    INFERENCE + "ServerMetadata": pb.ServerMetadataRequest(), INFERENCE + "ModelMetadata": pb.ModelMetadataRequest(name="income"),
    INFERENCE + "ModelReady": pb.ModelReadyRequest(name="income"), INFERENCE + "ModelStatistics": pb.ModelStatisticsRequest(),
    INFERENCE + "ModelConfig": pb.ModelConfigRequest(name="income"), INFERENCE + "RepositoryIndex": pb.RepositoryIndexRequest(),
    INFERENCE + "ModelInfer": pb.ModelInferRequest(model_name="income"),
    INFERENCE + "RepositoryModelLoad": pb.RepositoryModelLoadRequest(model_name="income"),
    INFERENCE + "RepositoryModelUnload": pb.RepositoryModelUnloadRequest(model_name="income"),
    "/grpc.health.v1.Health/Check": b"",
}


def ended(name, message, metadata):
    try:
        channel.unary_unary(name)(message if isinstance(message, bytes) else message.SerializeToString(), metadata=metadata)
        return "OK"
    except grpc.RpcError as error:
        return error.code().name


def streamed(metadata):
    stream = channel.stream_stream(INFERENCE + "ModelStreamInfer", response_deserializer=pb.ModelStreamInferResponse.FromString)
    try:
        message = pb.ModelInferRequest(model_name="income").SerializeToString()
        return [answer.error_message for answer in stream(iter([message]), metadata=metadata)]
    except grpc.RpcError as error:
        return error.code().name


callers = {"nobody": (), "wrong": (("authorization", "Bearer nonsense"),), "unreadable": (("authorization", "?"),)}
for name, token in zip(sys.argv[3::2], sys.argv[4::2]):
    callers[name] = (("authorization", f"Bearer {token}"),)
callers["two"] = tuple(callers.values())[-1] * 2
out = {}
for caller, metadata in callers.items():
    out[caller] = {name.split("/")[-1]: ended(name, message, metadata) for name, message in CALLS.items()}
    out[caller]["ModelStreamInfer"] = streamed(metadata)
print(json.dumps(out))

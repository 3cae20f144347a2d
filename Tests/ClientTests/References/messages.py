"""Sends messages that are well formed and such that are not, and tells how each call ended."""
import json
import struct
import sys

import grpc
import numpy as np

from infer_messages import pb, raw, typed

address = sys.argv[1].removeprefix("http://")
channel = grpc.insecure_channel(address, options=[("grpc.max_send_message_length", -1)])
SERVICE = "/inference.GRPCInferenceService/"
call = channel.unary_unary(SERVICE + "ModelInfer")


def ask(message):
    """The answer, or the code and the words of the error."""
    try:
        answer = pb.ModelInferResponse.FromString(call(message if isinstance(message, bytes) else message.SerializeToString()))
    except grpc.RpcError as error:
        return {"code": error.code().name, "message": error.details()}
    told = {"raw": len(answer.raw_output_contents), "names": [o.name for o in answer.outputs], "id": answer.id}
    place = told["names"].index("probability")
    if told["raw"]:
        told["probability"] = np.frombuffer(answer.raw_output_contents[place]).tolist()
    else:
        told["probability"] = list(answer.outputs[place].contents.fp64_contents)
        told["label"] = [v.decode() for v in answer.outputs[told["names"].index("label")].contents.bytes_contents]
    return told


def changed(request, change):
    change(request)
    return ask(request)


def unpacked():
    """The same request with the numbers of `hours` one by one, each with its tag, as encoders may write them."""
    request = typed()
    tensor = request.inputs[0]
    contents = b"".join(b"\x39" + struct.pack("<d", v) for v in tensor.contents.fp64_contents)
    tensor.ClearField("contents")
    body = tensor.SerializeToString() + b"\x2a" + bytes([len(contents)]) + contents
    rest = pb.ModelInferRequest()
    rest.CopyFrom(request)
    del rest.inputs[:]
    others = pb.ModelInferRequest()
    others.inputs.extend(request.inputs[1:])
    return rest.SerializeToString() + b"\x2a" + bytes([len(body)]) + body + others.SerializeToString()


def contents(request, **fields):
    request.inputs[0].contents.Clear()
    for name, values in fields.items():
        getattr(request.inputs[0].contents, name).extend(values)


def set_datatype(request, datatype, place=0):
    request.inputs[place].datatype = datatype


def set_shape(request, *shape):
    request.inputs[0].shape[:] = shape


def wants(request):
    request.parameters["binary_data_output"].bool_param = True
    return request


out = {
    "typed": ask(typed()), "raw": ask(raw()), "unpacked": ask(unpacked()), "typed, raw out": ask(wants(typed())),
    "unknown model": ask(typed(model_name="incomes")), "no model": ask(typed(model_name="empty")),
    "unknown version": ask(typed(model_version="9")), "odd version": ask(typed(model_version="x")),
    "empty": ask(b""), "garbage": ask(b"\xff" * 40), "cut off": ask(typed().SerializeToString()[:-3]),
    "no inputs": changed(typed(), lambda r: r.ClearField("inputs")),
    "twice": changed(typed(), lambda r: r.inputs.append(r.inputs[0])),
    "unknown input": changed(typed(), lambda r: setattr(r.inputs[0], "name", "hour")),
    "unknown output": changed(typed(), lambda r: r.outputs.add(name="labels")),
    "datatype": changed(typed(), lambda r: set_datatype(r, "FP46")),
    "other field": changed(typed(), lambda r: contents(r, fp32_contents=[1, 2, 3])),
    "two fields": changed(typed(), lambda r: r.inputs[0].contents.fp32_contents.append(1)),
    "half typed": changed(typed(), lambda r: set_datatype(r, "FP16")),
    "beyond": changed(typed(), lambda r: (set_datatype(r, "INT8"), contents(r, int_contents=[1, 2, 300]))),
    "too few": changed(typed(), lambda r: contents(r, fp64_contents=[1, 2])),
    "not UTF-8": changed(typed(), lambda r: r.inputs[2].contents.bytes_contents.__setitem__(0, b"\xff\xfe")),
    "shape": changed(typed(), lambda r: set_shape(r, 4)), "negative": changed(typed(), lambda r: set_shape(r, -3)),
    "huge": changed(typed(), lambda r: set_shape(r, 2**62, 4)), "deep": changed(typed(), lambda r: set_shape(r, *[1] * 40)),
    "matrix": changed(raw(), lambda r: set_shape(r, 1, 3)),
    "mixed": changed(raw(), lambda r: r.inputs[0].contents.fp64_contents.extend([1, 2, 3])),
    "raw too few": changed(raw(), lambda r: r.raw_input_contents.pop()),
    "raw length": changed(raw(), lambda r: r.raw_input_contents.__setitem__(0, b"12345678901")),
    "raw text": changed(raw(), lambda r: r.raw_input_contents.__setitem__(2, b"\x05\x00\x00\x00ab")),
    "sequence": changed(typed(), lambda r: setattr(r.parameters["sequence_id"], "int64_param", 3)),
    "key": changed(typed(), lambda r: setattr(r.parameters["person_id"], "bool_param", True)),
    "class": changed(typed(), lambda r: setattr(r.outputs.add(name="label").parameters["classification"], "int64_param", 1)),
    "memory": changed(typed(), lambda r: setattr(r.inputs[0].parameters["shared_memory_region"], "string_param", "x")),
    "many inputs": ask(b"\x0a\x06income" + b"\x2a\x00" * 30_000),
    "very many inputs": ask(b"\x0a\x06income" + b"\x2a\x00" * 200_000),
    "too large": ask(typed(id="x" * (2 << 20))), "very long": ask(typed(model_name="é" * 100_000)),
}
for method in ("SystemSharedMemoryStatus", "Nothing"):
    try:
        channel.unary_unary(SERVICE + method)(b"")
    except grpc.RpcError as error:
        out[method] = error.code().name
out["after"] = ask(typed())
print(json.dumps(out))

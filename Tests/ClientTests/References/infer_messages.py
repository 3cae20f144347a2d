"""Messages that are well formed: values beside their tensors, and raw ones."""
from tritonclient.grpc import service_pb2 as pb
from tritonclient.utils import serialize_byte_tensor

import columns

FIELDS = {"FP64": "fp64_contents", "INT64": "int64_contents", "BYTES": "bytes_contents", "BOOL": "bool_contents"}


def typed(**more):
    request = pb.ModelInferRequest(**{"model_name": "income", "id": "t"} | more)
    for name, kind, values in columns.ROWS:
        tensor = request.inputs.add(name=name, datatype=kind, shape=[len(values)])
        getattr(tensor.contents, FIELDS[kind]).extend(v.encode() if kind == "BYTES" else v for v in values.tolist())
    return request


def raw(**more):
    request = typed(**more)
    for tensor, (name, kind, values) in zip(request.inputs, columns.ROWS):
        tensor.ClearField("contents")
        request.raw_input_contents.append(serialize_byte_tensor(values).item() if kind == "BYTES" else values.tobytes())
    return request

"""Makes each call of a table with each token, and tells the status that it ended with: grpc_roles.py PORT TABLE TOKENS."""
import json
import sys

import grpc

port, table, tokens = sys.argv[1:]
channel = grpc.insecure_channel(f"127.0.0.1:{port}")


def ended(path, metadata):
    """Streams end with their first answer: the watch of the health never would."""
    try:
        if path.endswith("ModelStreamInfer"):
            list(channel.stream_stream(path)(iter([b""]), metadata=metadata))
        elif path.endswith("Watch"):
            call = channel.unary_stream(path)(b"", metadata=metadata)
            next(call)
            call.cancel()
        else:
            channel.unary_unary(path)(b"", metadata=metadata)
        return "OK"
    except grpc.RpcError as error:
        return error.code().name


print(json.dumps([[ended(path, [("authorization", f"Bearer {token}")] if token else []) for path in json.loads(table)] for token in json.loads(tokens)]))

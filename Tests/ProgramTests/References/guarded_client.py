"""Rows unlike training through tritonclient, until the server says that it is enough: ADDRESS FOLDER GRPC_PORT."""
import json, sys

import numpy as np
import tritonclient.grpc as rpc
import tritonclient.http as web
from tritonclient.utils import InferenceServerException

address, _, port = sys.argv[1:4]


def inputs(module):
    made = []
    for name, kind, value in [("income", "FP64", 4000.0), ("age", "FP64", 40.0), ("city", "BYTES", b"Bern"), ("grade", "BYTES", b"A")]:
        array = np.array([value], dtype=np.float64 if kind == "FP64" else np.object_)
        tensor = module.InferInput(name, [1], kind)
        tensor.set_data_from_numpy(array)
        made.append(tensor)
    return made


caller = rpc.InferenceServerClient(f"127.0.0.1:{port}")
answer = caller.infer("loans", inputs(rpc)).get_response()
told = {"score": answer.parameters["outlier_score"].double_param, "warnings": answer.parameters["input_warnings"].string_param}
client = web.InferenceServerClient(address.removeprefix("http://"))
client.infer("loans", inputs(web), outputs=[web.InferRequestedOutput("outlier_score")])
for _ in range(2):
    client.infer("loans", inputs(web))
for name, module, use in [("http", web, client), ("grpc", rpc, caller)]:
    try:
        use.infer("loans", inputs(module))
    except InferenceServerException as error:
        told[name] = error.message() if name == "http" else error.status()
print(json.dumps(told))

"""Asks a server by tritonclient over gRPC: one call at a time, many at once, and on a stream."""
import asyncio
import json
import queue
import sys

import numpy as np
import tritonclient.grpc as grpc
import tritonclient.grpc.aio as aio

from columns import ROWS, inputs, outputs

address = sys.argv[1].removeprefix("http://")
client = grpc.InferenceServerClient(address)
out = {"live": client.is_server_live(), "ready": client.is_server_ready(), "model": client.is_model_ready("income")}
out["missing"] = client.is_model_ready("nothing")
out["server"] = client.get_server_metadata(as_json=True)
out["metadata"] = client.get_model_metadata("income", "3", as_json=True)
out["config"] = client.get_model_config("income", as_json=True)["config"]
keyed = ROWS + [("person_id", "BYTES", np.array(["a", "b", "c"], dtype=object))]
answer = client.infer("income", inputs(grpc, keyed), request_id="q7")
out["default"], out["id"] = outputs(answer), answer.get_response().id
out["version"] = answer.get_response().model_version
out["one"] = outputs(client.infer("income", inputs(grpc), outputs=[grpc.InferRequestedOutput("probability")]))
for algorithm in ("gzip", "deflate"):
    out[algorithm] = outputs(client.infer("income", inputs(grpc), compression_algorithm=algorithm))["probability"]
narrow = [("hours", "FP32", np.array([0.5], dtype=np.float32)), ("age", "UINT8", np.array([41], dtype=np.uint8))]
narrow += [(name, kind, values[:1]) for name, kind, values in ROWS[2:]]
out["narrow"] = outputs(client.infer("income", inputs(grpc, narrow), parameters={"person_id": "z"}))["probability"]
out["colour"] = client.infer("colour", inputs(grpc)).as_numpy("probabilities").shape
out["index"] = client.get_model_repository_index(as_json=True)["models"]
client.load_model("income")


async def many():
    async with aio.InferenceServerClient(address) as client:
        answers = await asyncio.gather(*[client.infer("income", inputs(aio), request_id=str(i)) for i in range(300)])
        return sum(outputs(a)["probability"][0] == 0.52 and a.get_response().id == str(i) for i, a in enumerate(answers))


def streamed():
    answers = queue.Queue()
    client.start_stream(lambda result, error: answers.put((result, error)))
    for i in range(200):
        client.async_stream_infer("income", inputs(grpc), request_id=str(i))
    client.async_stream_infer("nothing", inputs(grpc))
    client.async_stream_infer("income", inputs(grpc), request_id="last", enable_empty_final_response=True)
    told = [answers.get(timeout=60) for _ in range(202)]
    client.stop_stream()
    fault, last = told[200][1], told[201][0].get_response()
    right = sum(r.get_response().id == str(i) and outputs(r)["label"] == ["yes", "yes", "no"] for i, (r, _) in enumerate(told[:200]))
    return {"right": right, "fault": fault.message(), "last": last.id, "final": last.parameters["triton_final_response"].bool_param}


out["many"] = asyncio.run(many())
out["stream"] = streamed()
out["statistics"] = client.get_inference_statistics("income", as_json=True)["model_stats"][0]
print(json.dumps(out))

"""KServe's own client, by versions 1 and 2 over HTTP and by gRPC, against a LightGBM model.

    kserve_client.py ADDRESS FOLDER GRPC NAME
"""
import asyncio, json, os, sys, warnings

warnings.simplefilter("ignore")
import httpx, lightgbm, numpy as np
from kserve import InferenceGRPCClient, InferenceRESTClient, InferInput, InferRequest, RESTConfig

address, folder, grpc, name = sys.argv[1:5]
rows = np.round(np.random.default_rng(4).normal(size=(16, 2)), 3)
expected = lightgbm.Booster(model_file=os.path.join(folder, name + ".txt")).predict(rows, num_threads=1)


def request(is_binary):
    one = InferInput("input", list(rows.shape), "FP64")
    one.set_data_from_numpy(rows, binary_data=is_binary)
    return InferRequest(model_name=name, infer_inputs=[one], request_id="r-7")


def same(values):
    return np.asarray(values, dtype=np.float64).tobytes() == expected.tobytes()


async def refused(call):
    """The status under which a request is refused."""
    try:
        await call
    except httpx.HTTPStatusError as error:
        return error.response.status_code


async def main():
    one, two = InferenceRESTClient(RESTConfig(protocol="v1")), InferenceRESTClient(RESTConfig(protocol="v2"))
    told = {"ready": [await two.is_server_live(address), await two.is_server_ready(address), await two.is_model_ready(address, name), await one.is_model_ready(address, name)]}
    instances = [dict(zip(["Column_0", "Column_1"], row)) for row in rows.tolist()]
    answer = await one.infer(address, {"instances": instances, "parameters": {"output": "value"}}, model_name=name)
    told["v1"] = same(answer["predictions"])
    for key, is_binary in [("json", False), ("binary", True)]:
        answer = await two.infer(address, request(is_binary), model_name=name)
        told[key] = answer.id == "r-7" and same(answer.outputs[0].as_numpy())
    told["refused"] = [
        await refused(one.infer(address, {"instances": [{"Column_0": "x"}]}, model_name=name)), await refused(two.infer(address, {"inputs": []}, model_name=name)),
        await refused(two.infer(address, request(True), model_name="absent"))]
    client = InferenceGRPCClient(url=grpc)
    told["grpc ready"] = [await client.is_server_live(), await client.is_server_ready(), await client.is_model_ready(name)]
    answer = await client.infer(request(True))
    told["grpc"] = answer.id == "r-7" and same(answer.outputs[0].as_numpy())
    print(json.dumps(told))


asyncio.run(main())

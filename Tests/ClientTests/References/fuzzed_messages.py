"""Sends a valid message and thousands that were changed at random, the same ones in every run, and tells how the calls ended."""
import collections
import json
import random
import sys

import grpc

import infer_messages as made

channel = grpc.insecure_channel(sys.argv[1].removeprefix("http://"))
call = channel.unary_unary("/inference.GRPCInferenceService/ModelInfer")
chance = random.Random(7)
valid = [made.typed().SerializeToString(), made.raw().SerializeToString()]


def ask(message):
    try:
        return "OK", call(message, timeout=600)
    except grpc.RpcError as error:
        return error.code().name, error.details().encode()


def changed(message):
    message = bytearray(message)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(message) or 1)
        kind = chance.randrange(5)
        if kind == 0 and message:
            message[at] = chance.randrange(256)
        elif kind == 1:
            del message[at:at + chance.randint(1, 8)]
        elif kind == 2:
            message[at:at] = bytes(chance.choice([0, 1, 8, 10, 127, 128, 255]) for _ in range(chance.randint(1, 8)))
        elif kind == 3:
            message[at:at] = message[at:at + chance.randint(1, 60)]
        else:
            del message[at:]
    return bytes(message)


def values(answer):
    return list(made.pb.ModelInferResponse.FromString(answer[1]).outputs[0].contents.fp64_contents)


before = values(ask(valid[0]))
codes, longest = collections.Counter(), 0
for _ in range(int(sys.argv[-1])):
    code, words = ask(changed(chance.choice(valid)))
    codes[code] += 1
    longest = max(longest, len(words) if code != "OK" else 0)
print(json.dumps({"codes": codes, "longest": longest, "before": before, "after": values(ask(valid[0]))}))

"""A runtime of MLServer for the model, in its own process (parallel_workers: 0)."""
import mlserver
import mlserver.codecs
from session import OUTPUTS, predict


class Model(mlserver.MLModel):
    async def load(self):
        return True

    async def predict(self, payload):
        found = predict(mlserver.codecs.NumpyCodec.decode_input(payload.inputs[0]))
        outputs = [mlserver.codecs.NumpyCodec.encode_output(name, values) for name, values in zip(OUTPUTS, found)]
        return mlserver.types.InferenceResponse(model_name=self.name, outputs=outputs)

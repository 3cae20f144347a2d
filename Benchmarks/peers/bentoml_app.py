"""A BentoML service with one worker and an input of rows."""
import bentoml
from session import predict


@bentoml.service(workers=1, traffic={"timeout": 60}, logging={"access": {"enabled": False}}, metrics={"enabled": False})
class Model:
    @bentoml.api
    async def predict(self, inputs: list[list[float]]) -> dict:
        label, probabilities = predict(inputs)
        return {"label": label.tolist(), "probabilities": probabilities.tolist()}

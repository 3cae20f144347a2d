"""The wrapper that people write around a model: FastAPI, the rows checked by pydantic, the model called where the request is handled."""
import fastapi
import pydantic
from session import predict


class Rows(pydantic.BaseModel):
    inputs: list[list[float]]


class Scores(pydantic.BaseModel):
    label: list[int]
    probabilities: list[list[float]]


app = fastapi.FastAPI()


@app.get("/health")
async def health():
    return "ok"


@app.post("/predict")
async def answer(rows: Rows) -> Scores:
    label, probabilities = predict(rows.inputs)
    return Scores(label=label.tolist(), probabilities=probabilities.tolist())

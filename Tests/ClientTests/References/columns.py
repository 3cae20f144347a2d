"""The columns of the test's model, three rows of them, and what its answers are, as the other scripts here use them."""
import numpy as np

ROWS = [
    ("hours", "FP64", np.array([39.5, np.nan, 1 / 3])), ("age", "INT64", np.array([41, 7, 2**53])),
    ("town", "BYTES", np.array(["Ulm", "", "Zürich"], dtype=object)), ("member", "BOOL", np.array([True, False, True])),
    ("seen", "BYTES", np.array(["2026-11-23T21:36:00Z", "", "2026-11-23"], dtype=object)),
]


def inputs(module, columns=None):
    """The columns as inputs of a client's module."""
    made = []
    for name, kind, values in columns or ROWS:
        tensor = module.InferInput(name, [len(values)], kind)
        tensor.set_data_from_numpy(values)
        made.append(tensor)
    return made


def outputs(answer):
    """The outputs of an answer by name, as lists."""
    told = {}
    for output in answer.get_response().outputs:
        told[output.name] = [v.decode() if isinstance(v, bytes) else v for v in answer.as_numpy(output.name).tolist()]
    return told

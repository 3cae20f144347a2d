"""Runs the ONNX project's own checker, with shape inference, over the files named on the command line."""
import sys

import onnx

for path in sys.argv[1:]:
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    assert model.ir_version == 10, model.ir_version
    assert {o.domain: o.version for o in model.opset_import} == {"": 18, "ai.onnx.ml": 5}
    assert "martlet.signature" in {p.key for p in model.metadata_props}
print("ok")

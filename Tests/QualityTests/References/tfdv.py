"""Judges tables by schemas with the validator of TensorFlow Data Validation, and reads what we wrote with TensorFlow's own classes.

The folder holds cases.json: [{"schema": TEXT, "statistics": FILE, "environment", "previous", "serving", "ours": STEM}]. Prints what was found.
"""
import json
import sys
import tensorflow_data_validation_extension
from google.protobuf import json_format, text_format
from tensorflow_metadata.proto.v0 import anomalies_pb2, schema_pb2, statistics_pb2

validator = tensorflow_data_validation_extension.validation
folder = sys.argv[1] + "/"


def statistics(name):
    if name is None:
        return b""
    with open(folder + name, "rb") as file:
        return statistics_pb2.DatasetFeatureStatisticsList.FromString(file.read()).datasets[0].SerializeToString()


def told(anomalies):
    kind = anomalies_pb2.AnomalyInfo.Type.Name
    measure = anomalies_pb2.DriftSkewInfo.Measurement.Type.Name
    reasons = lambda info: sorted(kind(reason.type) for reason in info.reason)
    measured = lambda list: {measure(m.type): m.value for m in list}
    return {
        "columns": {name: reasons(info) for name, info in anomalies.anomaly_info.items()},
        "dataset": reasons(anomalies.dataset_anomaly_info),
        "missing": anomalies.data_missing,
        "drift": {info.path.step[0]: measured(info.drift_measurements) for info in anomalies.drift_skew_info},
        "skew": {info.path.step[0]: measured(info.skew_measurements) for info in anomalies.drift_skew_info},
    }


def ours(stem):
    """What we wrote, which must be the same in bytes, as text and as JSON."""
    with open(folder + stem + ".pb", "rb") as file:
        anomalies = anomalies_pb2.Anomalies.FromString(file.read())
    with open(folder + stem + ".pbtxt", encoding="utf-8") as file:
        assert text_format.Parse(file.read(), anomalies_pb2.Anomalies()) == anomalies, stem
    with open(folder + stem + ".json", encoding="utf-8") as file:
        short = json_format.Parse(file.read(), anomalies_pb2.Anomalies())
    bare = anomalies_pb2.Anomalies()
    bare.CopyFrom(anomalies)
    bare.ClearField("baseline")
    assert short == bare, stem
    return anomalies


answers = []
for case in json.load(open(folder + "cases.json", encoding="utf-8")):
    schema = text_format.Parse(case["schema"], schema_pb2.Schema())
    with open(folder + case["ours"] + ".schema.pb", "wb") as file:
        file.write(schema.SerializeToString())
    own = ours(case["ours"])
    if own.HasField("baseline"):
        assert own.baseline == schema, case["schema"]
    found = validator.ValidateFeatureStatistics(
        statistics(case["statistics"]), schema.SerializeToString(), (case.get("environment") or "").encode(),
        statistics(case.get("previous")), statistics(case.get("serving")), statistics(case.get("previous")), b"", b"", False)
    answers.append({"theirs": told(anomalies_pb2.Anomalies.FromString(found)), "ours": told(own)})

inferred = schema_pb2.Schema.FromString(validator.InferSchema(statistics("judged.pb"), 100, True))
with open(folder + "proposed.pbtxt", encoding="utf-8") as file:
    proposed = text_format.Parse(file.read(), schema_pb2.Schema())
with open(folder + "proposed.pb", "rb") as file:
    assert schema_pb2.Schema.FromString(file.read()) == proposed
for schema in (inferred, proposed):
    schema.feature.sort(key=lambda feature: feature.name)
    schema.string_domain.sort(key=lambda domain: domain.name)
as_json = lambda message: json_format.MessageToDict(message, preserving_proto_field_name=True)
with open(folder + "answers.json", "w", encoding="utf-8") as file:
    json.dump({"cases": answers, "inferred": as_json(inferred), "proposed": as_json(proposed)}, file)
print("{}")

"""Reads events, one a line, into the classes of OpenLineage's own client, each facet into the class that its schema names, and tells what they say."""
import importlib
import json
import pkgutil
import sys
import types
import typing

import attr
from openlineage.client import event_v2, generated

CLASSES = {}
for module in pkgutil.iter_modules(generated.__path__):
    for cls in vars(importlib.import_module(f"openlineage.client.generated.{module.name}")).values():
        if isinstance(cls, type) and hasattr(cls, "_get_schema"):
            CLASSES[cls._get_schema()] = cls


def plain(hint):
    options = [option for option in typing.get_args(hint) if option is not type(None)]
    return options[0] if typing.get_origin(hint) in (typing.Union, types.UnionType) and len(options) == 1 else hint


def build(cls, value):
    """An object of the class; unknown keys are an error, as are missing and wrong ones."""
    if typing.get_origin(cls) is list:
        assert isinstance(value, list), (cls, value)
        return [build(typing.get_args(cls)[0], element) for element in value]
    if typing.get_origin(cls) is dict:
        assert isinstance(value, dict), (cls, value)
        return {key: build(typing.get_args(cls)[1], element) for key, element in value.items()}
    if isinstance(cls, type) and attr.has(cls):
        hints = typing.get_type_hints(cls, localns=vars(typing))
        known = {field.name: plain(hints[field.name]) for field in attr.fields(cls) if field.init}
        fields = {key: build(known[key], element) for key, element in value.items() if key not in ("_producer", "_schemaURL", "schemaURL")}
        return cls(**fields)
    if cls is float:
        assert isinstance(value, (int, float)) and not isinstance(value, bool), value
    elif cls in (str, int, bool):
        assert type(value) is cls, (cls, value)
    return value


def facets(values):
    found = {}
    for key, value in values.items():
        cls = CLASSES[value["_schemaURL"]]
        assert value["_producer"].startswith("urn:martlet:"), value
        found[key] = build(cls, value)
    return found


def dataset(cls, value, own):
    return cls(namespace=value["namespace"], name=value["name"], facets=facets(value["facets"]), **{own: facets(value[own])})


told = []
for line in open(sys.argv[2] + "/" + sys.argv[3]):
    event = json.loads(line)
    read = event_v2.RunEvent(
        eventTime=event["eventTime"], producer=event["producer"], eventType=event_v2.RunState[event["eventType"]],
        run=event_v2.Run(event["run"]["runId"], facets(event["run"]["facets"])),
        job=event_v2.Job(event["job"]["namespace"], event["job"]["name"], facets(event["job"]["facets"])),
        inputs=[dataset(event_v2.InputDataset, value, "inputFacets") for value in event["inputs"]],
        outputs=[dataset(event_v2.OutputDataset, value, "outputFacets") for value in event["outputs"]])
    assert read.schemaURL == event["schemaURL"]
    told.append([
        read.eventType.value, read.job.name, sorted(read.run.facets), sorted(read.job.facets),
        [[d.namespace, d.name, sorted(d.facets), sorted(d.inputFacets)] for d in read.inputs],
        [[d.namespace, d.name, sorted(d.facets), sorted(d.outputFacets)] for d in read.outputs]])
print(json.dumps(told))

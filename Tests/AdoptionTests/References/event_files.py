"""Lets TensorBoard itself write event files, and read those that it did not write.

event_files.py write LOGDIR        two runs with everything that is taken over; prints what a reader has to find
event_files.py grow LOGDIR STEP    five more points of one of them in a file of their own
event_files.py restart LOGDIR      a run that began anew at step 3
event_files.py read LOGDIR         what TensorBoard reads, as JSON"""
import json
import sys

import numpy as np
from tensorboard.backend.event_processing import event_accumulator, event_multiplexer
from tensorboard.compat.proto import event_pb2, summary_pb2, tensor_pb2, tensor_shape_pb2, types_pb2
from tensorboard.plugins.hparams import api_pb2, plugin_data_pb2
from tensorboard.plugins.hparams import metadata as hparams_metadata
from tensorboard.summary.writer.event_file_writer import EventFileWriter

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000" "1f15c4890000000d49444154789c6360000002000001" "e221bc330000000049454e44ae426082")


def add(writer, step, time, *values):
    writer.add_event(event_pb2.Event(wall_time=time, step=step, summary=summary_pb2.Summary(value=values)))


def old_scalar(tag, value):
    return summary_pb2.Summary.Value(tag=tag, simple_value=value)


def metadata(plugin, content=b"", data_class=0):
    data = summary_pb2.SummaryMetadata.PluginData(plugin_name=plugin, content=content)
    return summary_pb2.SummaryMetadata(plugin_data=data, data_class=data_class)


def shape(*sizes):
    return tensor_shape_pb2.TensorShapeProto(dim=[tensor_shape_pb2.TensorShapeProto.Dim(size=size) for size in sizes])


def new_value(tag, tensor, plugin, is_first):
    value = summary_pb2.Summary.Value(tag=tag, tensor=tensor)
    if is_first:
        value.metadata.CopyFrom(metadata(plugin))
    return value


def floats(values, *sizes, packed=False):
    array = np.array(values, dtype=np.float32)
    if packed:
        return tensor_pb2.TensorProto(dtype=types_pb2.DT_FLOAT, tensor_shape=shape(*sizes), tensor_content=array.tobytes())
    return tensor_pb2.TensorProto(dtype=types_pb2.DT_FLOAT, tensor_shape=shape(*sizes), float_val=array.tolist())


def texts(values):
    return tensor_pb2.TensorProto(dtype=types_pb2.DT_STRING, tensor_shape=shape(len(values)), string_val=values)


def histogram():
    return summary_pb2.HistogramProto(
        min=-1, max=3, num=6, sum=5, sum_squares=11.5, bucket_limit=[0, 1, 2, 1.7976931348623157e308], bucket=[1, 2, 0, 3])


def hyperparameters(writer):
    start = plugin_data_pb2.SessionStartInfo(group_name="g", start_time_secs=1_700_000_000)
    start.hparams["units"].number_value = 32
    start.hparams["rate"].number_value = 0.25
    start.hparams["optimizer"].string_value = "adam"
    start.hparams["deep"].bool_value = True
    end = plugin_data_pb2.SessionEndInfo(status=api_pb2.STATUS_FAILURE, end_time_secs=1_700_000_300)
    for tag, data in [
        ("_hparams_/session_start_info", plugin_data_pb2.HParamsPluginData(session_start_info=start)),
        ("_hparams_/session_end_info", plugin_data_pb2.HParamsPluginData(session_end_info=end)),
    ]:
        value = summary_pb2.Summary.Value(tag=tag, metadata=hparams_metadata.create_summary_metadata(data))
        value.tensor.CopyFrom(hparams_metadata.NULL_TENSOR)
        add(writer, 0, 1_700_000_000.0, value)


def write(folder):
    old = EventFileWriter(f"{folder}/train")
    for step in range(200):
        add(old, step, 1_700_000_000 + step / 4, old_scalar("loss", 1 / (step + 1)), old_scalar("acc/top 5%", step / 200))
    add(old, 7, 1_700_000_060.0, summary_pb2.Summary.Value(tag="weights", histo=histogram()))
    image = summary_pb2.Summary.Image(height=1, width=1, colorspace=4, encoded_image_string=PIXEL)
    add(old, 7, 1_700_000_060.0, summary_pb2.Summary.Value(tag="sample/image/0", image=image))
    old.close()
    new = EventFileWriter(f"{folder}/validation/fold1")
    for step in range(20):
        time = 1_700_000_000.5 + step
        add(new, step, time, new_value("loss", floats([step / 8], packed=step % 2 == 1), "scalars", step == 0))
        rows = [[0, 1, step], [1, 2, 4]]
        add(new, step, time, new_value("weights", floats(np.ravel(rows), 2, 3, packed=True), "histograms", step == 0))
    add(new, 3, 1_700_000_070.0, new_value("note", texts([b"**bold**", "größer".encode()]), "text", True))
    add(new, 3, 1_700_000_070.0, new_value("photo", texts([b"1", b"1", PIXEL, PIXEL]), "images", True))
    add(new, 3, 1_700_000_070.0, new_value("curve", floats([1, 2, 3], 3), "pr_curves", True))
    hyperparameters(new)
    new.close()
    print(json.dumps({"pixel": PIXEL.hex()}))


def grow(folder, first):
    writer = EventFileWriter(f"{folder}/train", filename_suffix=f".{first}")
    for step in range(first, first + 5):
        add(writer, step, 1_700_000_100 + step, old_scalar("loss", float(step)))
    writer.close()


def restart(folder):
    writer = EventFileWriter(folder)
    for step in range(6):
        add(writer, step, 1_700_000_000.0 + step, old_scalar("loss", float(step)))
    log = event_pb2.SessionLog(status=event_pb2.SessionLog.START)
    writer.add_event(event_pb2.Event(wall_time=1_700_000_100.0, step=3, session_log=log))
    for step in range(3, 5):
        add(writer, step, 1_700_000_200.0 + step, old_scalar("loss", 10.0 + step))
    writer.close()


def read(folder):
    runs = event_multiplexer.EventMultiplexer(size_guidance={event_accumulator.SCALARS: 0, event_accumulator.TENSORS: 0, event_accumulator.HISTOGRAMS: 0})
    runs.AddRunsFromDirectory(folder).Reload()
    found = {}
    for run, tags in runs.Runs().items():
        scalars = {tag: [[event.step, event.wall_time, event.value] for event in runs.Scalars(run, tag)] for tag in tags["scalars"]}
        histograms = {}
        for tag in tags["histograms"]:
            histograms[tag] = [[e.step, e.histogram_value.num, list(e.histogram_value.bucket_limit), list(e.histogram_value.bucket)] for e in runs.Histograms(run, tag)]
        plugins = {tag: runs.SummaryMetadata(run, tag).plugin_data.plugin_name for tag in tags["tensors"]}
        parameters = {}
        for tag in plugins:
            if tag == "_hparams_/session_start_info":
                content = runs.SummaryMetadata(run, tag).plugin_data.content
                info = hparams_metadata.parse_session_start_info_plugin_data(content)
                parameters = {key: value.string_value for key, value in info.hparams.items()}
        found[run] = {"scalars": scalars, "histograms": histograms, "images": tags["images"], "plugins": plugins, "parameters": parameters}
    print(json.dumps(found))


def main():
    command, folder = sys.argv[1:3]
    if command == "grow":
        grow(folder, int(sys.argv[3]))
    else:
        {"write": write, "restart": restart, "read": read}[command](folder)


main()

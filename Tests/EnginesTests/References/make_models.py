"""Writes a graph of one identity per element type, a classifier with ZipMap over the given classes, and a dense layer with its answers."""
import sys, numpy, onnx, onnxruntime
from onnx import helper as h, TensorProto as t
folder = sys.argv[1]
def save(name, nodes, inputs, outputs, initializers=[]):
    graph = h.make_graph(nodes, name, inputs, outputs, initializers)
    model = h.make_model(graph, opset_imports=[h.make_opsetid('', 17), h.make_opsetid('ai.onnx.ml', 3)], ir_version=8, producer_name='tests')
    h.set_model_props(model, {'classes': 'no,yes', 'grüße': '🐦'})
    onnx.save(model, folder + '/' + name + '.onnx')
types = {'double': t.DOUBLE, 'float': t.FLOAT, 'int64': t.INT64, 'int32': t.INT32, 'bool': t.BOOL, 'string': t.STRING}
save('types', [h.make_node('Identity', [n], [n + '_out']) for n in types],
     [h.make_tensor_value_info(n, v, ['rows', 2]) for n, v in types.items()],
     [h.make_tensor_value_info(n + '_out', v, ['rows', 2]) for n, v in types.items()])
small = {'int8': t.INT8, 'uint8': t.UINT8, 'int16': t.INT16, 'uint16': t.UINT16, 'uint32': t.UINT32, 'float16': t.FLOAT16}
save('small', [h.make_node('Cast', ['x'], [n], to=v) for n, v in small.items()],
     [h.make_tensor_value_info('x', t.INT64, [None])], [h.make_tensor_value_info(n, v, [None]) for n, v in small.items()])
for name, labels in {'zip_int': {'classlabels_int64s': [3, 7]}, 'zip_string': {'classlabels_strings': ['no', 'yes']}}.items():
    kind = t.INT64 if name == 'zip_int' else t.STRING
    classifier = h.make_node('LinearClassifier', ['x'], ['label', 'scores'], domain='ai.onnx.ml', coefficients=[1., 0., 0., 1.],
        intercepts=[0., 0.], **{k.replace('int64s', 'ints'): v for k, v in labels.items()})
    outputs = [h.make_tensor_value_info('label', kind, [None]), h.make_value_info('maps', h.make_sequence_type_proto(
        h.make_map_type_proto(kind, h.make_tensor_type_proto(t.FLOAT, []))))]
    save(name, [classifier, h.make_node('ZipMap', ['scores'], ['maps'], domain='ai.onnx.ml', **labels)],
         [h.make_tensor_value_info('x', t.FLOAT, [None, 2])], outputs)
weights = numpy.random.default_rng(1).normal(size=(5, 3)).astype('f4')
save('dense', [h.make_node('MatMul', ['x', 'w'], ['m']), h.make_node('Softmax', ['m'], ['y'])],
     [h.make_tensor_value_info('x', t.FLOAT, [None, 5])], [h.make_tensor_value_info('y', t.FLOAT, [None, 3])],
     [onnx.numpy_helper.from_array(weights, 'w')])
x = numpy.arange(40, dtype='f4').reshape(8, 5) / 10
onnxruntime.InferenceSession(folder + '/dense.onnx').run(None, {'x': x})[0].tofile(folder + '/dense.y')

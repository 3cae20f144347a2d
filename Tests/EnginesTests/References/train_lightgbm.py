"""Trains with Python; writes predictions, raw predictions, importances and the metric's history as doubles."""
import json, sys, numpy, lightgbm
folder = sys.argv[1]
spec = json.load(open(folder + '/spec.json'))
def matrix(name):
    data = numpy.fromfile(folder + '/' + name + '.x').reshape(6, -1).T
    weight = numpy.fromfile(folder + '/' + name + '.w', dtype=numpy.float32) if spec['weighted'] else None
    return data, numpy.fromfile(folder + '/' + name + '.y', dtype=numpy.float32), weight
parameters = dict(spec['parameters'], deterministic=True, force_row_wise=True, verbosity=-1, num_threads=2)
categories = [3, 4] if spec['categories'] else []
x, y, w = matrix('training')
training = lightgbm.Dataset(x, y, weight=w, categorical_feature=categories)
vx, vy, vw = matrix('validation')
validation = lightgbm.Dataset(vx, vy, weight=vw, reference=training, categorical_feature=categories)
history = {}
callbacks = [lightgbm.record_evaluation(history)]
if spec['patience']: callbacks.append(lightgbm.early_stopping(spec['patience'], first_metric_only=True, verbose=False))
booster = lightgbm.train(parameters, training, spec['rounds'], valid_sets=[validation], callbacks=callbacks)
booster.predict(vx).astype('f8').tofile(folder + '/predictions')
booster.predict(vx, raw_score=True).astype('f8').tofile(folder + '/raw')
booster.feature_importance('gain').astype('f8').tofile(folder + '/gain')
booster.feature_importance('split').astype('f8').tofile(folder + '/split')
numpy.array(list(history['valid_0'].values())).astype('f8').tofile(folder + '/history')
booster.save_model(folder + '/model.txt')
print(booster.best_iteration, *history['valid_0'].keys())

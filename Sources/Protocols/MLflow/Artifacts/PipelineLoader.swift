/// How MLflow's `python_function` flavor asks a graph that the pipeline made: a module that goes out with it.
enum PipelineLoader {
    static let module = "martlet_model"

    /// Inputs are found by name, as the endpoint finds them; a graph with one input that is no column takes all columns as a matrix.
    static let text = #"""
        """Loads the graph beside it for MLflow's python_function flavor.

        Columns go to the graph as it asks for them. What the row rules of the project do before, the caller has done.
        """
        import numpy
        import onnxruntime
        import pandas

        _TYPES = {
            "tensor(double)": numpy.float64, "tensor(float)": numpy.float32, "tensor(int64)": numpy.int64, "tensor(int32)": numpy.int32,
            "tensor(bool)": numpy.bool_,
        }


        def _plain(name):
            return "".join(sign if sign.isalnum() else "_" for sign in name)


        def _text(value):
            if pandas.isna(value):
                return ""
            if isinstance(value, (bool, numpy.bool_)):
                return "true" if value else "false"
            if isinstance(value, (float, numpy.floating)) and float(value).is_integer():
                return str(int(value))
            return str(value)


        def _values(column, kind):
            if kind == "tensor(string)":
                return numpy.array([_text(value) for value in column], dtype=object)
            return pandas.to_numeric(column).to_numpy(dtype=_TYPES[kind], na_value=numpy.nan)


        class Graph:
            def __init__(self, path):
                self.session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])

            def predict(self, model_input, params=None):
                rows = pandas.DataFrame(model_input)
                names = {_plain(str(name)): name for name in rows.columns}
                inputs = self.session.get_inputs()
                feeds = {}
                for field in inputs:
                    name = field.name if field.name in rows.columns else names.get(_plain(field.name))
                    if name is None and len(inputs) == 1:
                        feeds[field.name] = rows.to_numpy(dtype=_TYPES[field.type], na_value=numpy.nan)
                        continue
                    column = rows[name] if name is not None else pandas.Series([None] * len(rows))
                    values = _values(column, field.type)
                    feeds[field.name] = values if len(field.shape) == 1 else values.reshape(-1, 1)
                answers = self.session.run(None, feeds)
                columns = {}
                for output, answer in zip(self.session.get_outputs(), answers):
                    parts = pandas.DataFrame(answer)
                    for part in parts.columns:
                        columns[output.name if len(parts.columns) == 1 else f"{output.name}_{part}"] = parts[part].to_numpy()
                return pandas.DataFrame(columns)


        def _load_pyfunc(path):
            return Graph(path)

        """#
}

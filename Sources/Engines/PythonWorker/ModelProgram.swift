/// The program that a worker runs.
enum ModelProgram {
    /// Talks as `WorkerMessage` and `WorkerTensor` do. Descriptor 0 is the line whose other end closes when the server ends, 3 the socket.
    static let text = #"""
        import array, fcntl, json, os, signal, socket, struct, sys, threading, traceback

        sys.path[:] = [path for path in sys.path if path]
        HEAD = struct.Struct("<4sB3xQ")
        MAGIC = b"MWK1"
        LOAD, READY, ASK, ANSWER, FAILURE = range(1, 6)
        CODES = {1: "?", 2: "u1", 3: "<u2", 4: "<u4", 5: "<u8", 6: "i1", 7: "<i2", 8: "<i4", 9: "<i8", 10: "<f2", 11: "<f4", 12: "<f8"}
        TEXT, MISSING = 14, 0xFFFFFFFF
        NAMES = {
            1: "BOOL", 2: "UINT8", 3: "UINT16", 4: "UINT32", 5: "UINT64", 6: "INT8", 7: "INT16", 8: "INT32", 9: "INT64", 10: "FP16", 11: "FP32",
            12: "FP64", 14: "BYTES"}
        LIMIT = 1 << 30


        class Refusal(Exception):
            def __init__(self, kind, message, **facts):
                super().__init__(message)
                self.facts = dict(facts, kind=kind, message=message)


        # The process

        def depend_on_server():
            """Ends this process and its children when the server does, also while a model holds the interpreter: then by a signal of the system."""
            line = os.dup(0)
            null = os.open(os.devnull, os.O_RDONLY)
            os.dup2(null, 0)
            os.close(null)

            def watch():
                while os.read(line, 1):
                    pass
                os.killpg(0, signal.SIGKILL)

            threading.Thread(target=watch, daemon=True).start()
            if hasattr(os, "O_ASYNC"):
                fcntl.fcntl(line, fcntl.F_SETOWN, os.getpid())
                fcntl.fcntl(line, fcntl.F_SETFL, fcntl.fcntl(line, fcntl.F_GETFL) | os.O_ASYNC)


        def take_limits(memory):
            try:
                with open("/proc/self/oom_score_adj", "w") as file:
                    file.write("1000")
            except OSError:
                pass
            if memory:
                import resource
                resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


        # Messages

        def read_exactly(server, count):
            buffer = bytearray(count)
            view, done = memoryview(buffer), 0
            while done < count:
                got = server.recv_into(view[done:])
                if not got:
                    os._exit(0)
                done += got
            return buffer


        def receive(server):
            magic, kind, size = HEAD.unpack(bytes(read_exactly(server, HEAD.size)))
            if magic != MAGIC or size > LIMIT:
                os._exit(3)
            return kind, read_exactly(server, size)


        def send(server, kind, parts):
            server.sendall(HEAD.pack(MAGIC, kind, sum(len(part) for part in parts)))
            for part in parts:
                server.sendall(part)


        def send_facts(server, kind, facts):
            send(server, kind, [json.dumps(facts, default=str).encode()])


        def read_tensors(body):
            import numpy as np
            (count,), at = struct.unpack_from("<I", body), 4
            tensors = []
            for _ in range(count):
                (length,) = struct.unpack_from("<H", body, at)
                name = body[at + 2:at + 2 + length].decode()
                at += 2 + length
                code, rank = struct.unpack_from("<BB", body, at)
                shape = struct.unpack_from(f"<{rank}q", body, at + 2)
                at += 2 + 8 * rank
                (size,) = struct.unpack_from("<Q", body, at)
                at += 8
                if code == TEXT:
                    values = texts(body, at, int(np.prod(shape, dtype=np.int64)))
                else:
                    values = np.frombuffer(body, CODES[code], size // np.dtype(CODES[code]).itemsize, at)
                    if at % 8:
                        values = values.copy()
                tensors.append((name, values.reshape(shape)))
                at += size
            return tensors


        def texts(body, at, count):
            import numpy as np
            values = np.empty(count, dtype=object)
            start = at + 4 * count
            for place, length in enumerate(np.frombuffer(body, "<u4", count, at).tolist()):
                if length != MISSING:
                    values[place] = body[start:start + length].decode()
                    start += length
            return values


        def packed(tensors):
            parts = [struct.pack("<I", len(tensors))]
            for name, code, values in tensors:
                name = name.encode()[:65535]
                parts.append(struct.pack("<H", len(name)) + name + struct.pack(f"<BB{values.ndim}q", code, values.ndim, *values.shape))
                if code == TEXT:
                    encoded = [None if value is None else value.encode("utf-8", "replace") for value in values.reshape(-1).tolist()]
                    lengths = array.array("I", [MISSING if value is None else len(value) for value in encoded])
                    if sys.byteorder != "little":
                        lengths.byteswap()
                    data = lengths.tobytes() + b"".join(value for value in encoded if value is not None)
                else:
                    data = values.astype(CODES[code], order="C", copy=False).tobytes()
                parts += [struct.pack("<Q", len(data)), data]
            return parts


        # What a model answers, as arrays

        def outputs(answer, name="output"):
            import numpy as np
            import pandas as pd
            if isinstance(answer, pd.DataFrame):
                return [coded(str(label), answer.iloc[:, place]) for place, label in enumerate(answer.columns)]
            if isinstance(answer, dict):
                return [coded(str(key), value) for key, value in answer.items()]
            if isinstance(answer, pd.Series) and answer.name is not None:
                name = str(answer.name)
            if hasattr(answer, "toarray"):
                answer = answer.toarray()
            return [coded(name, answer)]


        def coded(name, values):
            import numpy as np
            import pandas as pd
            if isinstance(values, (pd.Series, pd.Index)):
                if isinstance(values.dtype, pd.DatetimeTZDtype):
                    values = values.dt.tz_convert("UTC").dt.tz_localize(None)
                values = values.to_numpy()
            values = plain(values)
            if values.dtype.kind == "M":
                stamps = np.datetime_as_string(values.astype("datetime64[us]"), timezone="UTC")
                return name, TEXT, np.where(np.isnat(values), None, stamps.astype(object))
            if values.dtype.kind in "US":
                return name, TEXT, np.array([text(value) for value in values.reshape(-1).tolist()], dtype=object).reshape(values.shape)
            if values.dtype.kind == "O":
                return of_objects(name, values)
            if values.dtype.kind == "f" and values.dtype.itemsize > 8:
                values = values.astype("f8")
            for code, kind in CODES.items():
                if values.dtype.newbyteorder("<") == np.dtype(kind):
                    return name, code, values
            raise Refusal("answer", f"The model's output “{name}” is of the type {values.dtype}, which cannot be sent.")


        def plain(values):
            import numpy as np
            if isinstance(values, np.ndarray):
                return values
            try:
                return np.asarray(values)
            except ValueError:  # Rows of unequal length.
                listed = np.empty(len(values), dtype=object)
                listed[:] = values
                return listed


        def text(value):
            return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


        def of_objects(name, values):
            """Truth values, numbers or texts among which some may be missing; everything else as JSON."""
            import numpy as np
            import pandas as pd
            flat = values.reshape(-1).tolist()
            flat = [None if value is None or value is pd.NA or value is pd.NaT or isinstance(value, float) and value != value else value for value in flat]
            present = [value for value in flat if value is not None]
            if present and all(isinstance(value, (bool, int, float)) for value in present):
                numbers = np.array([np.nan if value is None else float(value) for value in flat])
                whole = None not in flat and all(isinstance(value, int) and not isinstance(value, bool) for value in present)
                if whole and all(-(1 << 63) <= value < 1 << 63 for value in present):
                    return name, 9, np.array(flat, dtype="i8").reshape(values.shape)
                return name, 12, numbers.reshape(values.shape)
            told = np.empty(len(flat), dtype=object)
            told[:] = [value if value is None or isinstance(value, str) else text(value) if isinstance(value, bytes) else as_json(value) for value in flat]
            return name, TEXT, told.reshape(values.shape)


        def as_json(value):
            return json.dumps(value, ensure_ascii=False, default=lambda inner: inner.tolist() if hasattr(inner, "tolist") else str(inner))


        # The model

        def absent(folder):
            """The packages that the model asks for and that are not there, as its requirements write them."""
            import importlib.metadata, importlib.util, re
            path = os.path.join(folder, "requirements.txt")
            if not os.path.exists(path):
                return [] if importlib.util.find_spec("mlflow") else ["mlflow"]
            missing = []
            for line in open(path, encoding="utf-8"):
                line = line.split("#")[0].strip()
                condition = line.partition(";")[2]
                found = re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", line)
                if not found or "sys_platform" in condition or "platform_" in condition or "python_version" in condition:
                    continue
                name = found.group(0)
                try:
                    importlib.metadata.version(name)
                except importlib.metadata.PackageNotFoundError:
                    # mlflow-skinny has all that a model of plain Python needs.
                    if name.lower() != "mlflow" or not importlib.util.find_spec("mlflow"):
                        missing.append(line.partition(";")[0].strip())
            return missing + ([] if importlib.util.find_spec("mlflow") or any(m.lower().startswith("mlflow") for m in missing) else ["mlflow"])


        class Model:
            """A loaded model and how it is asked."""

            def __init__(self, folder, columns):
                import mlflow.pyfunc
                self.folder = folder
                self.model = mlflow.pyfunc.load_model(folder)
                schema = self.model.metadata.get_input_schema()
                self.output = self.output_name()
                if schema is None:
                    if not columns:
                        raise Refusal("signature", "The model says nothing of its inputs.")
                    self.form = "columns"
                    self.fields = [dict(name=column["name"], type=column["type"], required=False) for column in columns]
                elif schema.is_tensor_spec():
                    self.form = "tensors"
                    self.fields = [dict(name=spec.name or "input", type=str(spec.type), shape=list(spec.shape), required=True) for spec in schema.inputs]
                    self.is_named = schema.has_input_names()
                else:
                    self.form = "columns"
                    self.is_named = schema.has_input_names()
                    self.fields = [self.column(place, spec) for place, spec in enumerate(schema.inputs)]

            def output_name(self):
                schema = self.model.metadata.get_output_schema()
                specs = list(schema.inputs) if schema is not None else []
                return specs[0].name if len(specs) == 1 and specs[0].name else "output"

            def column(self, place, spec):
                kind = getattr(spec.type, "name", None)
                if kind not in ("boolean", "integer", "long", "float", "double", "string", "datetime"):
                    raise Refusal("signature", f"The model's column “{spec.name or place}” is of the type {spec.type}, which is not served.")
                return dict(name=spec.name or f"column_{place}", type=kind, required=getattr(spec, "required", True))

            def question(self, tensors):
                if self.form == "tensors":
                    return dict(tensors) if self.is_named else tensors[0][1]
                import pandas as pd
                columns = {name: self.series(values.reshape(-1), field["type"]) for (name, values), field in zip(tensors, self.fields)}
                frame = pd.DataFrame(columns)
                if not getattr(self, "is_named", True):
                    frame.columns = range(len(self.fields))
                return frame

            def series(self, values, kind):
                import numpy as np
                import pandas as pd
                if kind == "datetime":
                    return pd.to_datetime(pd.Series(values), utc=True, format="ISO8601").dt.tz_convert(None)
                if kind in ("long", "integer", "boolean") and values.dtype.kind == "f" and np.isnan(values).any():
                    return values
                types = {"long": "i8", "integer": "i4", "boolean": "?", "float": "f4", "double": "f8"}
                return values.astype(types[kind], copy=False) if kind in types else values

            def answer(self, tensors):
                return outputs(self.model.predict(self.question(tensors)), self.output)

            def classes(self):
                try:
                    found = getattr(self.model.get_raw_model(), "classes_", None)
                    return None if found is None else [class_name(value) for value in found.tolist()]
                except Exception:
                    return None

            def probe(self):
                """What it answers to its example, or else to a row of zeros and empty texts; nothing where it answers neither and has no example."""
                questions = [lambda: self.question([(field["name"], zeros(field)) for field in self.fields])]
                if getattr(self.model.metadata, "saved_input_example_info", None):
                    questions.insert(0, lambda: self.model.metadata.load_input_example(self.folder))
                for question in questions:
                    try:
                        return [
                            dict(name=name, datatype=NAMES[code], shape=[-1, *values.shape[1:]])
                            for name, code, values in outputs(self.model.predict(question()), self.output)]
                    except Exception as error:
                        print("The model does not answer what it was asked first:", error, file=sys.stderr)
                        reasons = reason(error)
                if len(questions) > 1:
                    raise Refusal("answer", f"The model answers neither its own example nor a row of zeros: {reasons}")
                return []

            def facts(self):
                import platform, mlflow
                return dict(
                    form=self.form, inputs=self.fields, classes=self.classes(), outputs=self.probe(), python=platform.python_version(),
                    mlflow=mlflow.__version__)


        def class_name(value):
            if isinstance(value, bool):
                return "true" if value else "false"
            return str(int(value)) if isinstance(value, float) and value.is_integer() else text(value)


        def zeros(field):
            import numpy as np
            if "shape" in field:
                return np.zeros([1 if size < 0 else size for size in field["shape"]], dtype="O" if field["type"] in ("object", "str") else field["type"])
            if field["type"] == "datetime":
                return np.array(["1970-01-01T00:00:00Z"], dtype=object)
            return np.array([""], dtype=object) if field["type"] == "string" else np.zeros(1)


        def reason(error):
            text = str(error).strip() or type(error).__name__
            return text if type(error).__name__ in text else f"{type(error).__name__}: {text}"


        def load(order):
            take_limits(order.get("memory"))
            missing = absent(order["folder"])
            if missing:
                raise Refusal("packages", "Packages are missing.", packages=missing)
            os.chdir(order["folder"])
            model = Model(order["folder"], order.get("columns"))
            return model, model.facts()


        def guarded(server, work):
            """What the work gives; None where it failed, which is told."""
            try:
                return work()
            except Refusal as error:
                send_facts(server, FAILURE, error.facts)
            except MemoryError:
                traceback.print_exc()
                send_facts(server, FAILURE, dict(kind="memory", message="There is not enough memory."))
            except Exception as error:
                traceback.print_exc()
                kind = "schema" if type(error).__name__ == "MlflowException" else "model"
                send_facts(server, FAILURE, dict(kind=kind, message=reason(error)[:4000]))
            sys.stderr.flush()


        def main():
            os.closerange(4, 4096)
            depend_on_server()
            server = socket.socket(fileno=3)
            kind, body = receive(server)
            order = json.loads(bytes(body))
            loaded = guarded(server, lambda: load(order))
            if loaded is None:
                return
            model, facts = loaded
            send_facts(server, READY, facts)
            while True:
                kind, body = receive(server)
                parts = guarded(server, lambda: packed(model.answer(read_tensors(body))))
                if parts is not None:
                    send(server, ANSWER, parts)
                del body, parts


        main()
        """#
}

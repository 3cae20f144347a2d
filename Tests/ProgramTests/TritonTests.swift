import Foundation
import Support
import TestSupport
import Testing

private let packages = Program.root + "/.setup/python"
private let hasClient = FileManager.default.fileExists(atPath: packages + "/tritonclient")

@Suite(
    "tritonclient", .enabled(if: Program.isComplete, "\(Program.absence)"),
    .enabled(if: hasClient, "tritonclient is not in .setup/python; run make setup"), .inTurns)
struct TritonTests {
    /// A table with missing numbers, missing texts, a city that is not ASCII and numbers that need all their digits.
    private static var table: String {
        let rows = Loans.rows(600).enumerated().map { number, row in
            var cells = row.replacing("Genf", with: "Genève").split(separator: ",").map(String.init)
            if let income = Double(cells[1]) { cells[1] = String(income / 3) }
            if number % 7 == 3 { cells[1] = "" }
            if number % 5 == 1 { cells[2] = "" }
            if number % 11 == 4 { cells[3] = "" }
            if number % 13 == 6 { cells[4] = "" }
            return cells.joined(separator: ",")
        }
        return ([Loans.header] + rows).joined(separator: "\n") + "\n"
    }

    /// Asks for every row of a table and holds the answers against a file of `martlet predict`, by their bytes.
    private static let script = """
        import csv, json, struct, sys, urllib.request, numpy as np, tritonclient.grpc as calls, tritonclient.http as http
        port, calls_port, name, table, written = sys.argv[1:]
        read = lambda path: list(csv.DictReader(open(path, encoding="utf-8", newline="")))
        rows, expected = read(table), read(written)
        client = http.InferenceServerClient("127.0.0.1:" + port)
        fields = client.get_model_metadata(name)["inputs"]
        texts = {field["name"]: [row[field["name"]] for row in rows] for field in fields}
        def values(kind, cells):
            if kind == "BYTES": return np.array(cells, dtype=object)
            return np.array([float(cell) if cell else np.nan for cell in cells]).astype({"FP64": np.float64, "INT64": np.int64}[kind])
        def ask(binary):
            inputs = []
            for field in fields:
                cells = texts[field["name"]]
                tensor = http.InferInput(field["name"], [len(rows)], field["datatype"])
                tensor.set_data_from_numpy(values(field["datatype"], cells), binary_data=binary)
                if not binary:  # JSON knows no NaN: what is missing is null, which the client has no call for.
                    tensor._data = [value if cell else None for cell, value in zip(cells, tensor._data)]
                inputs.append(tensor)
            outputs = [http.InferRequestedOutput(name, binary_data=binary) for name in ("label", "probability")]
            answer = client.infer(name, inputs, outputs=outputs)
            labels = [v.decode() if isinstance(v, bytes) else v for v in answer.as_numpy("label").tolist()]
            return list(zip(labels, [struct.pack("<d", p) for p in answer.as_numpy("probability").tolist()]))
        def called():
            inputs = [calls.InferInput(field["name"], [len(rows)], field["datatype"]) for field in fields]
            for field, tensor in zip(fields, inputs): tensor.set_data_from_numpy(values(field["datatype"], texts[field["name"]]))
            return calls.InferenceServerClient("127.0.0.1:" + calls_port).infer(name, inputs)
        def typed():
            import grpc
            pb, request = calls.service_pb2, calls.service_pb2.ModelInferRequest(model_name=name)
            for field in fields:
                kind, cells = field["datatype"], texts[field["name"]]
                contents = request.inputs.add(name=field["name"], datatype=kind, shape=[len(rows)]).contents
                if kind == "BYTES": contents.bytes_contents.extend(cell.encode() for cell in cells)
                else: {"FP64": contents.fp64_contents, "INT64": contents.int64_contents}[kind].extend(values(kind, cells).tolist())
            stub = grpc.insecure_channel("127.0.0.1:" + calls_port).unary_unary("/inference.GRPCInferenceService/ModelInfer")
            outputs = {o.name: o.contents for o in pb.ModelInferResponse.FromString(stub(request.SerializeToString())).outputs}
            labels = [label.decode() for label in outputs["label"].bytes_contents]
            return list(zip(labels, [struct.pack("<d", p) for p in outputs["probability"].fp64_contents]))
        def of(answer):
            labels = [v.decode() for v in answer.as_numpy("label").tolist()]
            return list(zip(labels, [struct.pack("<d", p) for p in answer.as_numpy("probability").tolist()]))
        def scored():
            with urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{port}/invocations", open(table, "rb").read(), {"Content-Type": "text/csv"})) as answer:
                return [(row["label"], struct.pack("<d", row["probability"])) for row in json.load(answer)["predictions"]]
        wanted = [(row["label"], struct.pack("<d", float(row["probability"]))) for row in expected]
        same = lambda got: len(got) == len(wanted) and sum(a == b for a, b in zip(got, wanted))
        print(json.dumps({
            "rows": len(rows), "distinct": len(set(p for _, p in wanted)), "binary": same(ask(True)), "json": same(ask(False)), "csv": same(scored()),
            "grpc": same(of(called())), "typed": same(typed()),
            "missing": {name: sum(not cell for cell in cells) for name, cells in texts.items()},
            "kinds": {field["name"]: field["datatype"] for field in fields}}))
        """

    @Test("gets of a served model, bit for bit, what predict writes: as JSON, as binary tensors and over gRPC, with missing values and texts")
    func sameBits() async throws {
        let folder = try TemporaryFolder(["loans.csv": Self.table])
        #expect(try await folder.martlet("init", "loans.csv", "--target", "late").status == 0)
        let champion = try #require(try await folder.martlet("run", "--json").json["gate"]["champion"].text)
        let name = try #require(Reference(champion)).name
        let predicted = try await folder.martlet("predict", champion, "loans.csv", "-o", "answers.csv")
        #expect(predicted.status == 0, "\(predicted.errors)")
        let server = try await LiveServer(folder, "--grpc-port", "0")
        let grpcPort = try #require(server.grpcPort)
        let arguments = [
            "python3", "-c", Self.script, String(server.port), String(grpcPort), name, folder.path("loans.csv"), folder.path("answers.csv"),
        ]
        let client = try await Child.run("/usr/bin/env", arguments, environment: Program.environment(["PYTHONPATH": packages]))
        #expect(client.status == 0, "\(client.errors)")
        let told = try client.json
        #expect(told["rows"] == 600)
        #expect(told["binary"] == 600)
        #expect(told["json"] == 600)
        #expect(told["csv"] == 600, "The same rows by /invocations.")
        #expect(told["grpc"] == 600, "As raw bytes.")
        #expect(told["typed"] == 600, "As values beside the tensors.")
        #expect(try #require(told["distinct"].int) > 100, "\(client.output)")
        #expect(["income", "age", "city", "grade"].allSatisfy { told["missing"][$0].int ?? 0 > 0 }, "\(client.output)")
        #expect(told["kinds"]["city"] == "BYTES")
        #expect(await server.interrupt().status == 0)
    }
}

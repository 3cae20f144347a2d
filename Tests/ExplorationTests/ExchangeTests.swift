import DataTestSupport
import DuckDB
import Exploration
import Foundation
import Support
import Tables
import TestSupport
import Testing

@Suite("Files for other tools", .enabled(if: Surroundings.hasDuckDB, "DuckDB is not installed; run make setup"))
struct ExchangeTests {
    private static let select = """
        SELECT CASE WHEN i % 10 = 0 THEN NULL ELSE (i - 50) / 4.0 END AS x, i % 7 AS n, i % 3 = 0 AS flag, DATE '2026-01-01' + i::INT AS day,
          'gr' || chr(252) || i % 4 AS "a ""text"" b", 'only ' || i AS free, CASE WHEN i = 3 THEN 'nan'::DOUBLE WHEN i = 4 THEN 'inf'::DOUBLE ELSE i * 1.0 END AS odd,
          NULL::DOUBLE AS nothing
        FROM range(0, 200) t(i)
        """

    /// Reads the message with the class of a package, and prints it as JSON.
    private static func reader(_ package: String) -> String {
        """
        import json, sys
        from google.protobuf.json_format import MessageToDict
        from \(package) import \(package.hasPrefix("facets") ? "feature_statistics_pb2" : "statistics_pb2") as pb
        message = pb.DatasetFeatureStatisticsList()
        message.ParseFromString(open(sys.argv[1], "rb").read())
        print(json.dumps(MessageToDict(message, preserving_proto_field_name=True)))
        """
    }

    private func read(_ package: String) async throws -> (profile: ProfileReport, message: JSONValue) {
        let engine = try Surroundings.engine()
        let profile = try engine.profile(Self.select)
        let folder = try TemporaryFolder()
        try Data(StatisticsMessage([("train", profile.json)]).bytes).write(to: URL(filePath: folder.path("statistics.pb")))
        return (profile, try await PythonClient.run(text: Self.reader(package), folder.path("statistics.pb")))
    }

    /// A 64-bit number, which JSON of protocol buffers writes as text, or any other.
    private static func number(_ value: JSONValue) -> Double? { value.double ?? value.text.flatMap(Double.init) }

    @Test(
        "TensorFlow's own class reads the statistics, and they are those of the profile",
        .enabled(if: PythonClient.has("tensorflow_metadata"), "\(PythonClient.absence)"))
    func tensorflow() async throws {
        let (profile, message) = try await read("tensorflow_metadata.proto.v0")
        let dataset = message["datasets"].elements[0]
        #expect(dataset["name"] == "train" && Self.number(dataset["num_examples"]) == 200)
        let features = dataset["features"].elements
        #expect(features.map { $0["path"]["step"].elements.first?.text } == profile.columns.map(\.name))
        #expect(features.map { $0["type"].text ?? "INT" } == ["FLOAT", "INT", "INT", "INT", "STRING", "STRING", "FLOAT", "FLOAT"])
        for (feature, column) in zip(features, profile.columns) {
            let statistics = column.kind == .text ? feature["string_stats"] : feature["num_stats"]
            let common = statistics["common_stats"]
            #expect(Self.number(common["num_non_missing"]) ?? 0 == Double(column.count), "\(column.name)")
            #expect(Self.number(common["num_missing"]) ?? 0 == Double(column.missing), "\(column.name)")
            if let numbers = column.numbers {
                #expect(statistics["mean"].double ?? 0 == numbers.mean && statistics["std_dev"].double ?? 0 == numbers.standardDeviation)
                #expect(statistics["min"].double ?? 0 == numbers.minimum && statistics["max"].double ?? 0 == numbers.maximum)
                #expect(statistics["median"].double ?? 0 == numbers.median && Self.number(statistics["num_zeros"]) ?? 0 == Double(numbers.zeros))
                let histograms = statistics["histograms"].elements
                #expect(histograms.map { $0["type"].text ?? "STANDARD" } == ["STANDARD", "QUANTILES"])
                #expect(histograms[0]["buckets"].elements.count == 10)
                for histogram in histograms {
                    let total = histogram["buckets"].elements.compactMap { $0["sample_count"].double }.reduce(0, +)
                    #expect(abs(total - Double(column.count - numbers.infinite)) < 1e-6, "\(column.name)")
                }
            }
        }
        let texts = features[4]["string_stats"]
        #expect(Self.number(texts["unique"]) == 4 && texts["avg_length"].double == 4)
        #expect(texts["top_values"].elements.first == ["value": "grü0", "frequency": 50.0])
        #expect(texts["rank_histogram"]["buckets"].elements.map { $0["label"].text } == ["grü0", "grü1", "grü2", "grü3"])
        #expect(features[6]["num_stats"]["histograms"].elements[0]["num_nan"].text == "1")
        #expect(dataset["cross_features"].elements.count > 3)
    }

    @Test("Facets Overview's own class reads the statistics", .enabled(if: PythonClient.has("facets_overview"), "\(PythonClient.absence)"))
    func facets() async throws {
        let (profile, message) = try await read("facets_overview")
        #expect(message["datasets"].elements[0]["features"].elements.count == profile.columns.count)
    }

    @Test("TensorBoard's projector opens the vectors and their labels", .enabled(if: PythonClient.has("tensorboard"), "\(PythonClient.absence)"))
    func projector() async throws {
        let engine = try Surroundings.engine()
        let columns: [(name: String, kind: ColumnKind)] = try {
            try engine.execute("CREATE TABLE projected AS \(Self.select)")
            return try engine.columns(of: "projected")
        }()
        let folder = try TemporaryFolder()
        let written = try ProjectorFiles("loans \"x\"@v1", relation: "projected", columns: columns, engine: engine).write(
            to: folder.path("log"), rows: 100)
        #expect(written.rows == 100 && written.columns == 5)
        let answer = try await PythonClient.run(
            text: """
                import json, sys
                from tensorboard.backend.event_processing import data_provider, plugin_event_multiplexer
                from tensorboard.plugins import base_plugin
                from tensorboard.plugins.projector import projector_plugin
                from werkzeug.test import Client
                folder = sys.argv[1]
                multiplexer = plugin_event_multiplexer.EventMultiplexer()
                multiplexer.AddRunsFromDirectory(folder)
                context = base_plugin.TBContext(logdir=folder, multiplexer=multiplexer,
                    data_provider=data_provider.MultiplexerDataProvider(multiplexer, folder))
                plugin = projector_plugin.ProjectorPlugin(context)
                routes = plugin.get_plugin_apps()
                def ask(route, query=""):
                    return Client(routes[route]).get("/?" + query)
                runs = ask("/runs").json
                info = ask("/info", "run=.").json
                name = info["embeddings"][0]["tensorName"]
                import urllib.parse
                query = "run=.&name=" + urllib.parse.quote(name)
                tensor = ask("/tensor", query).data
                metadata = ask("/metadata", query).data.decode()
                print(json.dumps({"runs": runs, "name": name, "shape": info["embeddings"][0]["tensorShape"], "bytes": len(tensor),
                    "metadata": metadata.split("\\n")}))
                """, folder.path("log"))
        #expect(answer["runs"] == ["."] && answer["name"] == "loans \"x\"@v1")
        #expect(answer["shape"] == [100, 5] && answer["bytes"] == 2000)
        let lines = answer["metadata"].elements.compactMap(\.text)
        #expect(lines.first == "x\tn\tflag\tday\ta \"text\" b\tfree\todd\tnothing")
        #expect(lines[1] == "\t0\ttrue\t2026-01-01T00:00:00Z\tgrü0\tonly 0\t0\t")
        #expect(lines.filter { !$0.isEmpty }.count == 101)
    }

    @Test("A table without numbers that differ has no vectors, and a folder that cannot be made is an error")
    func failures() throws {
        let engine = try Surroundings.engine()
        try engine.execute("CREATE TABLE projected AS SELECT 'a' AS t, 7 AS n FROM range(0, 5)")
        let files = ProjectorFiles("x", relation: "projected", columns: [("t", .text), ("n", .integer)], engine: engine)
        #expect(Surroundings.error { _ = try files.write(to: "/nowhere", rows: 10) }?.code == .invalidInput)
        try engine.execute("CREATE TABLE numbers AS SELECT i FROM range(0, 5) t(i)")
        let folder = try TemporaryFolder(["file": ""])
        let numbers = ProjectorFiles("x", relation: "numbers", columns: [("i", .integer)], engine: engine)
        #expect(Surroundings.error { _ = try numbers.write(to: folder.path("file/below"), rows: 10) }?.code == .unavailable)
    }
}

import Foundation
import Support
import TestSupport
import Testing

@Suite(
    "Why a row is answered as it is", .enabled(if: Program.isComplete, "\(Program.absence)"),
    .enabled(if: PythonClient.has("lightgbm", "onnx"), "\(PythonClient.absence)"), .inTurns)
struct ExplainTests {
    private static let script = "explained_models.py"

    @Test("is told of trained trees as LightGBM tells it, to the last bit, by every contract, the command and the page") func trees() async throws {
        let project = try await Loans.trained()
        let server = try await LiveServer(project)
        let told = try await PythonClient.run(Self.script, port: Int(server.port), folder: project, more: ["trees"])
        #expect(told["same"] == true && told["rows"] == 3 && told["differ"] == 3, "\(told.compact)")
        #expect(told["id"] == "r-1" && told["version"] == "1")
        let id = try #require(try await server.infer(incomes: [40]).first)
        let page = try await server.request("GET", "/why/prediction:\(id)")
        #expect(page.body.contains("What each column added") && page.body.contains("exact, from the trees"), "\(page.body.prefix(300))")
        let metrics = try await server.request("GET", "/metrics").body
        #expect(metrics.contains(#"martlet_explanations_total{endpoint="loans",outcome="answered"} 9"#))
        #expect(metrics.contains(#"martlet_predictions_total{endpoint="loans",version="1"} 1"#), "An explanation is no prediction.")
        #expect(await server.interrupt().status == 0)

        let row = try await project.martlet("explain", id, "--json").json
        let explanation = row["explanation"]
        let sum = explanation["contributions"].members.reduce(explanation["base"].double ?? 0) { $0 + ($1.value.double ?? .nan) }
        let probability = try #require(row["scores"].elements.first?.double)
        #expect(abs(1 / (1 + exp(-sum)) - probability) < 1e-12, "\(row.compact)")
        let text = try await project.martlet("explain", "prediction:\(id)", "--top", "2")
        #expect(
            text.output.contains("From the average raw score of “yes”") && text.output.contains("and 2 more, together"),
            "\(text.output)\(text.errors)")
        #expect(text.output.contains("income  40"), "\(text.output)")
    }

    @Test("is told of any other model by sampling: of a linear one each coefficient times the distance from the mean") func linear() async throws {
        let files = try TemporaryFolder()
        let made = try await PythonClient.run(Self.script, port: 0, folder: files, more: ["make"])
        let means = made["means"].elements.compactMap(\.double)
        let project = try TemporaryFolder()
        let server = try await LiveServer(project, files.path("linear.onnx"), "--reference", files.path("train.csv"))
        let answer = try await server.request("POST", "/predict/linear/explain", body: #"{"a":1.5,"b":-2,"c":0.25}"#)
        let explained = try JSONValue(parsing: answer.body)
        let explanation = explained["explanation"]
        #expect(explanation["method"] == "shapley_sampling" && explanation["scale"] == "value" && explanation["background_rows"] == 60)
        let expected = zip(zip([2, -1, 0.5], [1.5, -2, 0.25]), means).map { $0.0 * ($0.1 - $1) }
        for (name, expected) in zip(["a", "b", "c"], expected) {
            #expect(abs((explanation["contributions"][name].double ?? .nan) - expected) < 1e-5, "\(answer.body)")
            #expect((explanation["standard_errors"][name].double ?? .nan) < 1e-6)
        }
        #expect(abs((explanation["score"].double ?? .nan) - 12.125) < 1e-5 && explained["value"].double == explanation["score"].double)
        let matrix = #"{"inputs":[{"name":"X","datatype":"FP32","shape":[1,3],"data":[1.5,-2,0.25]}]}"#
        let tensors = try await server.request("POST", "/v2/models/linear/explain", body: matrix)
        #expect(try JSONValue(parsing: tensors.body)["explanations"].elements == [explanation], "\(tensors.body)")
        let again = try await server.request("POST", "/predict/linear/explain", body: #"{"a":1.5,"b":-2,"c":0.25}"#)
        #expect(again.body == answer.body)
        let rows = "[\(Array(repeating: #"{"a":1,"b":2,"c":3}"#, count: 21).joined(separator: ","))]"
        let many = try await server.request("POST", "/predict/linear/explain", body: rows)
        #expect(many.status == 400 && many.body.contains("has 21 rows; 20 are explained at once"), "\(many.body)")
        #expect(await server.interrupt().status == 0)
    }

    @Test("is refused with what to do where nothing is kept, and where the inputs are no columns") func refusals() async throws {
        let files = try TemporaryFolder()
        _ = try await PythonClient.run(Self.script, port: 0, folder: files, more: ["make"])
        for (file, body, expected) in [
            ("linear", #"{"inputs":[{"name":"X","datatype":"FP32","shape":[1,3],"data":[1,2,3]}]}"#, "Serve the file with --reference"),
            ("images", #"{"inputs":[{"name":"image","datatype":"FP32","shape":[1,2,2],"data":[1,2,3,4]}]}"#, "takes tensors that are no columns"),
        ] {
            let project = try TemporaryFolder()
            let server = try await LiveServer(project, files.path("\(file).onnx"))
            let refused = try await server.request("POST", "/v2/models/\(file)/explain", body: body)
            #expect(refused.status == 400 && refused.body.contains(expected), "\(refused.status) \(refused.body)")
            let answer = try await server.request("POST", "/v2/models/\(file)/infer", body: body)
            let id = try #require(try JSONValue(parsing: answer.body)["parameters"]["prediction_id"].text, "\(answer.body)")
            let page = try await server.request("GET", "/why/prediction:\(id)")
            #expect(page.status == 200 && page.body.contains(expected), "The page says why, and is there.")
            #expect(await server.interrupt().status == 0)
        }
    }

    @Test("is told of the columns of a request, also where the model sees parts of a date") func columns() async throws {
        let rows = Loans.rows(600).enumerated().map { row, line in
            var cells = line.split(separator: ",").map(String.init)
            cells.insert("2026-\(row % 12 < 9 ? "0" : "")\(row % 12 + 1)-1\(row % 7)", at: 1)
            return cells.joined(separator: ",")
        }
        let settings = Loans.settings().replacing("  split:", with: "  clean: [{date_parts: {opened: [month, weekday]}}]\n  split:")
            .replacing(#"why: "tells rows apart"}"#, with: #"why: "tells rows apart"}, opened: {use: false}"#)
        let project = try TemporaryFolder([
            "loans.csv": (["id,opened,income,age,city,grade,late"] + rows).joined(separator: "\n") + "\n", "martlet.yaml": settings,
        ])
        let run = try await project.martlet("run", "--quiet")
        try #require(run.status == 0, "\(run.output)\(run.errors)")
        let server = try await LiveServer(project)
        let body = #"{"opened":"2026-03-14T00:00:00Z","income":40,"age":40,"city":"Bern","grade":"A"}"#
        let answer = try await server.request("POST", "/predict/loans/explain", body: body)
        let explanation = try JSONValue(parsing: answer.body)["explanation"]
        #expect(explanation["contributions"].members.map(\.key) == ["opened", "income", "age", "city", "grade"], "\(answer.body)")
        let sum = explanation["contributions"].members.reduce(explanation["base"].double ?? 0) { $0 + ($1.value.double ?? .nan) }
        #expect(abs(sum - (explanation["score"].double ?? .nan)) < 1e-9)
        #expect(await server.interrupt().status == 0)
    }
}

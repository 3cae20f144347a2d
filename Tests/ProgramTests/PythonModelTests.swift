import Foundation
import Support
import TestSupport
import Testing

@Suite(
    "A model in Python", .enabled(if: Program.isComplete, "\(Program.absence)"),
    .enabled(if: PythonClient.has("tritonclient", "mlflow", "sklearn", "pandas"), "\(PythonClient.absence)"), .inTurns)
struct PythonModelTests {
    private static let script = "python_models.py"

    /// Folders of models and a table that they were trained on.
    private func models() async throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        _ = try await PythonClient.run(Self.script, port: 0, folder: folder, more: ["make"])
        return folder
    }

    /// A Python that has the pinned packages, as a program of its own.
    private func python(in folder: TemporaryFolder) throws -> String {
        let path = try folder.write("python", "#!/bin/sh\nPYTHONPATH='\(Program.root)/.setup/python' exec python3 \"$@\"\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        return path
    }

    /// A project that says how Python is run.
    private func project(_ name: String, _ python: String) throws -> TemporaryFolder {
        try TemporaryFolder([
            "martlet.yaml": """
            martlet: 1
            project: \(name)
            serving: {endpoint: \(name), model: \(name)@champion, python: \(python)}
            promotion: {champion: {gates: none}}

            """
        ])
    }

    /// The processes that a process has started.
    private func children(of id: Int32) throws -> [Int32] {
        let tasks = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(id)/task")
        return tasks.flatMap { task in
            let text = (try? String(contentsOfFile: "/proc/\(id)/task/\(task)/children", encoding: .utf8)) ?? ""
            return text.split(separator: " ").compactMap { Int32($0) }
        }
    }

    private func row(_ town: String) -> String { #"{"income":1,"town":"\#(town)"}"# }

    @Test("answers what MLflow answers, over every protocol: labels, probabilities, a matrix, many outputs, lists") func everyKind() async throws {
        let models = try await models()
        for name in ["labels", "odds", "matrix", "many", "lists"] {
            let project = try TemporaryFolder()
            let server = try await LiveServer(project, models.path(name), "--python", python(in: models), "--grpc-port", "0")
            let told = try await PythonClient.run(
                Self.script, port: Int(server.port), folder: models, more: ["ask", name, "127.0.0.1:\(try #require(server.grpcPort))"])
            for protocolName in ["http", "grpc", "invocations", "kserve1", "described"] {
                #expect(told[protocolName] == true, "\(name): \(told.compact)")
            }
            #expect(await server.interrupt().status == 0)
        }
    }

    @Test("is compared to what it was trained on, and each of its predictions says what stands behind it") func watched() async throws {
        let models = try await models()
        let project = try TemporaryFolder()
        let python = try python(in: models)
        // Without a signature the reference tells the columns.
        for name in ["labels", "bare"] {
            let server = try await LiveServer(
                project, models.path(name), "--python", python, "--reference", models.path("train.csv"), "--target", "target")
            let answer = try await server.request("POST", "/predict/labels", body: #"[{"age":30,"income":20000,"town":"Ulm"}]"#)
            let id = try #require(try JSONValue(parsing: answer.body).elements.first?["prediction_id"].text, "\(answer.body)")
            for page in ["/", "/endpoints/labels", "/models/labels", "/why/prediction:\(id)"] {
                #expect(try await server.request("GET", page).status == 200, "\(page)")
            }
            let described = try await server.request("GET", "/predict/labels/openapi.json").body
            #expect(described.contains(#""output":{"type":["string","null"]}"#), "\(described)")
            #expect(await server.interrupt().status == 0)
            let why = try await project.martlet("why", "prediction:\(id)")
            #expect(
                why.output.contains("answered by model:labels@v\(name == "bare" ? 2 : 1)") && why.output.contains("town=Ulm"),
                "\(why.output)\(why.errors)")
        }
        let drift = try await project.martlet("monitor", "drift", "--json").json
        #expect(drift["columns"].elements.count == 3, "\(drift.compact.prefix(600))")
        let predicted = try await project.martlet("predict", "model:labels@v1", models.path("train.csv"))
        #expect(predicted.status == 0 && predicted.output.split(separator: "\n").count == 241, "\(predicted.errors)")
        #expect(predicted.output.hasPrefix("output\nyoung\n") || predicted.output.hasPrefix("output\nold\n"))
    }

    @Test("that is killed under load costs only the requests that it had, and the next are answered") func killed() async throws {
        let models = try await models()
        let project = try TemporaryFolder()
        let server = try await LiveServer(project, models.path("labels"), "--python", python(in: models))
        #expect(try await server.request("GET", "/v2/health/ready").status == 200)
        let told = try await PythonClient.run(
            Self.script, port: Int(server.port), folder: models, more: ["load", "\(server.child.id)", "3"])
        #expect(told["killed"] == 3 && told["others"] == 0, "\(told.compact)")
        #expect((told["failed"].int ?? 9) <= 3, "A worker has one request at a time: \(told.compact)")
        for error in told["errors"].elements {
            #expect(error.text?.contains(/died while it answered.*\(error [0-9a-f]{32}\)/) == true, "\(told.compact)")
        }
        #expect(await server.interrupt().status == 0)
    }

    @Test("that fails, hangs, lies or takes too much tells so in each protocol's own form, and the next request is answered") func odd() async throws
    {
        let models = try await models()
        let project = try project("odd", "{interpreter: \(python(in: models)), timeout: 2s, memory: 6GB}")
        let server = try await LiveServer(project, models.path("odd"))
        for (town, status, words) in [
            ("raise", 500, "there is no town called raise"), ("hang", 503, "it took more than 2 s"), ("write", 500, "that is no message"),
            ("exit", 503, "died while it answered"), ("memory", 500, "needs more memory than it may take"),
        ] {
            let body =
                #"{"inputs":[{"name":"income","datatype":"FP64","shape":[1],"data":[1]},{"name":"town","datatype":"BYTES","shape":[1],"data":["\#(town)"]}]}"#
            let two = try await server.request("POST", "/v2/models/odd/infer", body: body)
            #expect(two.status == status && two.body.hasPrefix(#"{"error":"#) && two.body.contains(words), "\(town): \(two)")
            #expect(two.body.contains(/\(error [0-9a-f]{32}\)/), "\(two.body)")
            let invoked = try await server.request("POST", "/invocations", body: #"{"dataframe_records":[\#(row(town))]}"#)
            #expect(invoked.status == status && invoked.body.contains("INTERNAL_ERROR") && invoked.body.contains(words), "\(town): \(invoked)")
            let next = try await server.request("POST", "/predict/odd", body: row("Ulm"))
            #expect(next.status == 200 && next.body.contains(#""output":3"#), "\(town): \(next)")
        }
        let refused = try await server.request("POST", "/predict/odd", body: #"{"income":"much","town":"Ulm"}"#)
        #expect(refused.status == 400, "\(refused)")
        #expect(await server.interrupt().status == 0)
    }

    @Test("ends with the server, also where that is killed while the model hangs") func orphans() async throws {
        let models = try await models()
        for isHanging in [false, true] {
            let project = try project("odd", python(in: models))
            let server = try await LiveServer(project, models.path("odd"))
            #expect(try await server.request("POST", "/predict/odd", body: row("Ulm")).status == 200)
            let workers = try children(of: server.child.id)
            #expect(workers.count == 1)
            if isHanging {
                let asked = Task { try await server.request("POST", "/predict/odd", body: row("hang")) }
                while try cpu(workers[0]) < 50 { await Task.yield() }
                server.child.signal(SIGKILL)
                _ = await asked.result
            } else {
                server.child.signal(SIGKILL)
            }
            _ = await server.child.end()
            for worker in workers {
                let gone = try await Child.run("/usr/bin/env", ["tail", "--pid=\(worker)", "-f", "/dev/null"])
                #expect(gone.status == 0)
            }
            // What the killed server had laid out goes with the next.
            let next = try await LiveServer(project)
            #expect(try await next.request("POST", "/predict/odd", body: row("Ulm")).status == 200)
            #expect(try FileManager.default.contentsOfDirectory(atPath: project.path(".martlet/workers")).count == 1)
            #expect(await next.interrupt().status == 0)
        }
    }

    /// The processor time of a process, in hundredths of a second.
    private func cpu(_ id: Int32) throws -> Int {
        let fields = try String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8).split(separator: " ")
        return (Int(fields[13]) ?? 0) + (Int(fields[14]) ?? 0)
    }

    @Test("that was registered through MLflow's client is served where the settings allow it, and only there") func registered() async throws {
        let models = try await models()
        let project = try TemporaryFolder([
            "martlet.yaml": """
            martlet: 1
            project: towns
            serving: {endpoint: towns, model: towns@champion}
            promotion: {champion: {gates: none}}

            """
        ])
        let closed = try await LiveServer(project)
        let refused = try await PythonClient.run(Self.script, port: Int(closed.port), folder: models, more: ["log", "towns"])
        #expect(refused["refusal"].text?.contains("running them runs their code") == true, "\(refused.compact)")
        #expect(await closed.interrupt().status == 0)

        try project.replace("champion}\n", with: "champion, python: \(python(in: models))}\n")
        let server = try await LiveServer(project)
        let promoted = try await project.martlet("model", "promote", "towns@v1", "--reason", "its code was read")
        #expect(promoted.status == 0, "\(promoted.output)\(promoted.errors)")
        let three = #"{"dataframe_split":{"columns":["age","income","town"],"data":[[20,20000,"Ulm"],[70,30000,"Kiel"],[45,1000,"Bonn"]]}}"#
        let answer = try await server.request("POST", "/invocations", body: three)
        #expect(answer.status == 200 && answer.body.contains("young"), "\(answer)")
        #expect(await server.interrupt().status == 0)
    }

    @Test("that cannot be loaded says what to install or to add, and no project is left") func refusals() async throws {
        let models = try await models()
        let python = try python(in: models)
        let empty = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: empty.path("nothing"), withIntermediateDirectories: true)
        for (words, expected) in [
            ([models.path("needy"), "--python", python], "-m pip install 'no-such-package-anywhere==1.2'"),
            ([models.path("bare"), "--python", python], "Log it with a signature"),
            ([models.path("labels"), "--python", "./absent"], "There is no Python at"),
            ([empty.path("nothing")], "without a file MLmodel"),
            (
                [models.path("matrix"), "--python", python, "--reference", models.path("train.csv"), "--target", "age"],
                "takes 2 numbers per row; the data has 1"
            ),
        ] {
            let outcome = try await Program.run(["serve", "--port", "0"] + words, in: empty.path)
            #expect(outcome.status == 1 && outcome.errors.contains(expected), "\(words): \(outcome.output)\(outcome.errors)")
            #expect(!empty.has("martlet.yaml"))
        }
    }
}

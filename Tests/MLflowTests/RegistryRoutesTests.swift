import Access
import Database
import Digests
import Events
import HTTPTestSupport
import Lineage
import Objects
import Registry
import Support
import Tables
import TestSupport
import Testing

@Suite("The registry over MLflow's routes") struct RegistryRoutesTests {
    /// Registers a version whose files are nowhere.
    private static func version(_ asker: TrackingAsker, _ model: String, _ more: JSONValue = [:]) async throws -> JSONValue {
        var body: JSONValue = ["name": .string(model), "source": "runs:/r/model", "run_id": "r"]
        for member in more.members { body[member.key] = member.value }
        return try await asker.post("model-versions/create", body).json["model_version"]
    }

    @Test("what a search cannot read is refused in the words that clients know") func words() async throws {
        try await TrackingHouse().serve { asker in
            for (path, words) in [
                ("registered-models/search?filter=name%21%3Dsomething", "Parameter value is either not quoted"),
                ("registered-models/search?filter=evil%20%3D%20true", "Invalid clause(s) in filter string"),
                ("registered-models/search?order_by=creation_timestamp", "Invalid order by key 'creation_timestamp' specified"),
                ("model-versions/search?filter=run_id%20IN%20(1,2)", "got different type in list"),
                ("model-versions/search?filter=run_id%20IN%20()", "got empty list"),
                ("model-versions/search?filter=run_id%20IN%20(%27a%27,,%27b%27)", "got ill-formed list"),
                ("model-versions/search?filter=run_id%20IN%20(", "Invalid clause(s) in filter string"),
                ("model-versions/search?order_by=run_id%20DESC", "Invalid attribute key 'run_id' specified"),
                ("model-versions/search?order_by=name%20DESC%20blah", "Invalid order_by clause"),
            ] {
                let answer = try await asker.get(path)
                #expect(answer.status == 400 && answer.text.contains(words), "\(path): \(answer.text)")
            }
            for filter in ["name > 'foo'", "metrics.foo LIKE 0"] {
                let answer = try await asker.post("logged-models/search", ["experiment_ids": ["0"], "filter": .string(filter)])
                #expect(answer.status == 400 && answer.text.contains("Invalid comparison operator"), "\(answer.text)")
            }
        }
    }

    @Test("a model is made, described, renamed, deleted and made anew, and no number means two versions") func models() async throws {
        let tracking = try TrackingHouse()
        try await tracking.serve { asker in
            let made = try await asker.post(
                "registered-models/create",
                ["name": "a", "description": "first", "tags": [["key": "k", "value": "1"], ["key": "k", "value": "2"]]])
            #expect(made.json["registered_model"]["tags"] == [["key": "k", "value": "2"]] && made.json["registered_model"]["description"] == "first")
            let again = try await asker.post("registered-models/create", ["name": "a"])
            #expect(
                again.status == 400 && again.code == "RESOURCE_ALREADY_EXISTS" && again.json["message"] == "Registered Model (name=a) already exists."
            )
            #expect(try await Self.version(asker, "a")["version"] == "1")
            #expect(try await asker.post("registered-models/rename", ["name": "a", "new_name": "b"]).json["registered_model"]["name"] == "b")
            #expect(try await asker.get("registered-models/get?name=a").json["message"] == "Registered Model with name=a not found")
            _ = try await asker.post("registered-models/create", ["name": "a"])
            #expect(try await Self.version(asker, "a")["version"] == "2")
            #expect(try await Self.version(asker, "b")["version"] == "2")
            #expect(try await asker.change("DELETE", "registered-models/delete", ["name": "b"]).status == 200)
            #expect(try await asker.get("model-versions/get?name=b&version=1").status == 404)
            _ = try await asker.post("registered-models/create", ["name": "b"])
            #expect(try await Self.version(asker, "b")["version"] == "3")
            let own = try await asker.post("registered-models/create", ["name": "own"])
            #expect(own.status == 200)
            let kept = try await asker.change("DELETE", "registered-models/delete", ["name": "own"])
            #expect(kept.status == 403 && kept.code == "PERMISSION_DENIED")
        }
    }

    @Test("stages move with and without archiving; a deleted version takes its aliases along and keeps its number") func versions() async throws {
        let tracking = try TrackingHouse()
        try await tracking.serve { asker in
            _ = try await asker.post("registered-models/create", ["name": "m"])
            for _ in 0..<3 { _ = try await Self.version(asker, "m") }
            func stage(_ version: String, _ stage: String, archives: Bool = false) async throws -> TrackingAsker.Answer {
                try await asker.post(
                    "model-versions/transition-stage",
                    ["name": "m", "version": .string(version), "stage": .string(stage), "archive_existing_versions": .bool(archives)])
            }
            #expect(try await stage("1", "pRoduction").json["model_version"]["current_stage"] == "Production")
            #expect(try await stage("2", "Production", archives: true).status == 200)
            #expect(try await asker.get("model-versions/get?name=m&version=1").json["model_version"]["current_stage"] == "Archived")
            #expect(try await stage("2", "none", archives: true).status == 400)
            #expect(
                try await stage("2", "Nowhere").json["message"]
                    == "Invalid Model Version stage: Nowhere. Value must be one of None, Staging, Production, Archived.")
            let latest = try await asker.post("registered-models/get-latest-versions", ["name": "m"]).json["model_versions"]
            #expect(latest.elements.map { $0["version"] } == ["1", "2", "3"])
            _ = try await asker.post("registered-models/alias", ["name": "m", "alias": "live", "version": "3"])
            #expect(try await asker.change("DELETE", "model-versions/delete", ["name": "m", "version": "3"]).status == 200)
            let gone = try await asker.get("registered-models/alias?name=m&alias=live")
            #expect(gone.status == 400 && gone.json["message"] == "Registered model alias live not found.")
            #expect(try await Self.version(asker, "m")["version"] == "4")
            #expect(try await asker.get("model-versions/get?name=m&version=x").json["message"] == "Parameter 'version' must be an integer, got 'x'.")
        }
        #expect(try tracking.house.events.latest(20).contains { $0.kind == "model.withdrawn" })
    }

    @Test("what a version comes from is checked against its run and its logged model") func sources() async throws {
        try await TrackingHouse().serve { asker in
            _ = try await asker.post("registered-models/create", ["name": "m"])
            let run = try await asker.run()
            let model = try await asker.post("logged-models", ["experiment_id": "0", "source_run_id": .string(run)]).json["model"]["info"]
            let (id, root) = (model["model_id"].text ?? "", model["artifact_uri"].text ?? "")
            let cases: [(source: String, run: String?, model: String?, downloads: String?)] = [
                ("models:/\(id)", nil, id, root), ("models:/\(id)", nil, nil, nil), ("models:/\(id)", nil, "m-other", nil),
                ("runs:/\(run)/model", run, nil, "mlflow-artifacts:/0/\(run)/artifacts/model"), ("runs:/\(run)/model", "other", nil, nil),
                ("runs:/elsewhere/model", "elsewhere", nil, "runs:/elsewhere/model"), ("s3://bucket/a/b", nil, nil, "s3://bucket/a/b"),
                ("s3://bucket/a/../b", nil, nil, nil), ("s3://bucket/a/%252e%252e/b", nil, nil, nil), ("/etc/passwd", run, nil, nil),
                ("file:///etc", nil, nil, nil),
                ("mlflow-artifacts:/0/\(run)/artifacts/model", run, nil, "mlflow-artifacts:/0/\(run)/artifacts/model"),
                ("mlflow-artifacts:/0/other/artifacts", run, nil, nil), ("mlflow-artifacts:/0/\(run)/artifacts/..%2f..%2fx", run, nil, nil),
                ("models:/m/1", nil, nil, root), ("models:/m/77", nil, nil, nil), ("models:/m@none", nil, nil, nil),
            ]
            for (source, run, model, downloads) in cases {
                var body: JSONValue = ["name": "m", "source": .string(source)]
                if let run { body["run_id"] = .string(run) }
                if let model { body["model_id"] = .string(model) }
                let answer = try await asker.post("model-versions/create", body)
                guard let downloads else {
                    #expect([400, 404].contains(answer.status), "\(source): \(answer.text)")
                    continue
                }
                #expect(answer.status == 200, "\(source): \(answer.text)")
                let number = answer.json["model_version"]["version"].text ?? ""
                let address = try await asker.get("model-versions/get-download-uri?name=m&version=\(number)").json["artifact_uri"]
                #expect(address.text == downloads, "\(source)")
            }
        }
    }

    private static let description = """
        flavors:
          python_function: {loader_module: mlflow.sklearn}
          sklearn: {code: null}
        signature:
          inputs: '[{"type": "double", "name": "age", "required": true}, {"type": "string", "name":
            "town", "required": false}]'
          outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "int64", "shape": [-1]}}]'
        """

    @Test("a version has the digest and the signature of its files, and stands in the lineage with its run and data") func files() async throws {
        let tracking = try TrackingHouse()
        try await tracking.serve { asker in
            let run = try await asker.run(["run_name": "fit"])
            let dataset: JSONValue = ["name": "people", "digest": "d1", "source_type": "code", "source": "{}"]
            _ = try await asker.post("runs/log-inputs", ["run_id": .string(run), "datasets": [["dataset": dataset]]])
            let base = "/api/2.0/mlflow-artifacts/artifacts/0/\(run)/artifacts"
            for (path, text) in [("f/MLmodel", Self.description), ("f/model.pkl", "bytes"), ("g/model.onnx", "graph")] {
                #expect(try await asker.send("PUT", "\(base)/\(path)", Array(text.utf8)).status == 200)
            }
            _ = try await asker.post("registered-models/create", ["name": "m"])
            for folder in ["f", "g"] {
                _ = try await Self.version(asker, "m", ["source": .string("runs:/\(run)/\(folder)"), "run_id": .string(run)])
            }
        }
        let models = ModelStore(
            database: tracking.house.database, events: tracking.house.events,
            lineage: LineageGraph(database: tracking.house.database, clock: tracking.clock), clock: tracking.clock)
        let versions = try models.versions(of: "m")
        let files = try #require(versions.first).details
        #expect(files.trainer == "sklearn" && files.notes == ["It answers inputs (int64 [-1])."])
        #expect(files.request.inputs.map(\.name) == ["age", "town"] && files.request.inputs.map(\.kind) == [.number, .text])
        #expect(files.request.inputs.map(\.mayBeMissing) == [false, true] && versions[0].dataset == "dataset:people@d1")
        #expect(versions[1].digest == Digest(of: "graph") && versions[1].details.size == 5)
        let listed = try JSONValue(parsing: tracking.objects.bytes(versions[0].digest))
        #expect(listed["files"].elements.map { $0["path"] } == ["MLmodel", "model.pkl"])
        let walk = try LineageGraph(database: tracking.house.database, clock: tracking.clock).walk(from: "model:m@v1")
        #expect(walk.nodes.map(\.ref) == ["model:m@v1", "run:\(versions[0].run)", "dataset:people@d1"])
        #expect(versions[0].authors == ["anonymous"])
    }

    @Test("searches know prompts from models by a tag that most never had, and page and order as they are asked to") func searches() async throws {
        try await TrackingHouse().serve { asker in
            for (name, tags) in [("a", [["key": "t", "value": "x"]]), ("B", []), ("p", [["key": "mlflow.prompt.is_prompt", "value": "true"]])]
                as [(String, JSONValue)]
            {
                _ = try await asker.post("registered-models/create", ["name": .string(name), "tags": tags])
            }
            func names(_ filter: String, _ more: String = "") async throws -> [String] {
                let text = filter.replacing("%", with: "%25").replacing(" ", with: "+").replacing("`", with: "%60").replacing("'", with: "%27")
                let answer = try await asker.get("registered-models/search?filter=\(text)\(more)")
                return answer.json["registered_models"].elements.compactMap { $0["name"].text }
            }
            let mark = "tag.`mlflow.prompt.is_prompt`"
            #expect(try await names("") == ["B", "a"])
            #expect(try await names("\(mark) != 'true'") == ["B", "a"])
            #expect(try await names("\(mark) = 'false'", "&order_by=name+DESC") == ["a", "B"])
            #expect(try await names("\(mark) = 'true'") == ["p"])
            #expect(try await names("tags.t != 'y'") == ["a"])
            #expect(try await names("name ILIKE 'b%'") == ["B"])
            #expect(try await names("name LIKE 'b%'") == [])
            #expect(try await names("name = 'B'' OR 1=1 --'") == [])
            let page = try await asker.get("registered-models/search?max_results=1")
            let next = try #require(page.json["next_page_token"].text)
            #expect(try await names("", "&max_results=1&page_token=\(next)") == ["a"])
            #expect(try await asker.get("registered-models/search?max_results=1001").status == 400)
            #expect(try await asker.get("registered-models/search?filter=run_id+%3D+%27x%27").status == 400)
            _ = try await Self.version(asker, "a", ["tags": [["key": "t", "value": "x"]]])
            _ = try await Self.version(asker, "a", ["run_id": "s", "source": "runs:/s/model"])
            func versions(_ filter: String) async throws -> [String] {
                let answer = try await asker.post("model-versions/search", ["filter": .string(filter), "order_by": ["version_number ASC"]])
                return answer.json["model_versions"].elements.compactMap { $0["version"].text }
            }
            #expect(try await versions("name = 'a'") == ["1", "2"])
            #expect(try await versions("run_id IN ('s', 'q')") == ["2"])
            #expect(try await versions("version_number > 1") == ["2"])
            #expect(try await versions("tags.t = 'x' AND source_path = 'runs:/r/model'") == ["1"])
        }
    }

    @Test("aliases keep who moved them; reserved ones and the guarded one are refused, the latter with the gate's sentence") func aliases()
        async throws
    {
        let tracking = try TrackingHouse()
        try await tracking.serve { asker in
            for name in ["m", "own"] {
                _ = try await asker.post("registered-models/create", ["name": .string(name)])
                for _ in 0..<2 { _ = try await Self.version(asker, name) }
            }
            func set(_ model: String, _ alias: String, _ version: String) async throws -> TrackingAsker.Answer {
                try await asker.post("registered-models/alias", ["name": .string(model), "alias": .string(alias), "version": .string(version)])
            }
            for version in ["1", "2", "2"] { #expect(try await set("m", "champion", version).status == 200) }
            #expect(try await asker.get("registered-models/alias?name=m&alias=champion").json["model_version"]["version"] == "2")
            #expect(try await asker.get("registered-models/alias?name=m&alias=latest").json["model_version"]["version"] == "2")
            let aliases = try await asker.get("registered-models/get?name=m").json["registered_model"]["aliases"]
            #expect(aliases == [["alias": "champion", "version": "2"]])
            for (alias, message) in [
                ("Latest", "'latest' alias name (case insensitive) is reserved."), ("v12", "Version alias name 'v12' is reserved."),
                ("a b", "Invalid alias name: 'a b'. Names may only contain alphanumerics, underscores (_), and dashes (-)."),
            ] {
                let refused = try await set("m", alias, "1")
                #expect(refused.status == 400 && refused.json["message"].text == message)
            }
            let guarded = try await set("own", "champion", "1")
            #expect(guarded.status == 403 && guarded.code == "PERMISSION_DENIED")
            #expect(guarded.json["message"].text?.hasPrefix("model:own@v1 waits for approval by validator.") == true)
            #expect(try await set("own", "candidate", "1").status == 200)
            #expect(try await asker.change("DELETE", "registered-models/alias", ["name": "m", "alias": "champion"]).status == 200)
            #expect(try await asker.change("DELETE", "registered-models/alias", ["name": "m", "alias": "champion"]).status == 200)
        }
        let moves = try tracking.house.database.read { try $0.rows("SELECT alias, version, actor FROM alias_move WHERE model = 'm' ORDER BY id") }
        #expect(moves.map { $0.int("version") } == [1, 2, nil] && moves.allSatisfy { $0.text("actor") == "anonymous" })
    }

    @Test("whoever may only write experiments registers, and moves no alias and no stage") func permissions() async throws {
        let tracking = try TrackingHouse()
        let house = tracking.house
        try house.principals.add(PrincipalID("ann"), kind: .user, name: nil, role: "owner", password: nil)
        let writer = try house.tokens.issue("w", for: "ann", scopes: [.projectRead, .experimentWrite], lifetime: nil)
        let whole = try house.tokens.issue("o", for: "ann", scopes: nil, lifetime: nil)
        try await tracking.serve { open in
            var asker = open
            asker.token = writer
            #expect(try await asker.post("registered-models/create", ["name": "m"]).status == 200)
            _ = try await Self.version(asker, "m")
            let alias: JSONValue = ["name": "m", "alias": "live", "version": "1"]
            let refused = try await asker.post("registered-models/alias", alias)
            #expect(refused.status == 403 && refused.code == "PERMISSION_DENIED" && refused.text.contains("model.promote"))
            #expect(try await asker.post("model-versions/transition-stage", ["name": "m", "version": "1", "stage": "Staging"]).status == 403)
            #expect(try await asker.get("webhooks").status == 403)
            asker.token = whole
            #expect(try await asker.post("registered-models/alias", alias).status == 200)
        }
    }
}

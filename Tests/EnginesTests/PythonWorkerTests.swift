import Foundation
import PythonWorker
import Support
import TestSupport
import Testing

@Suite("A Python worker", .enabled(if: Surroundings.pythonHas("json"), "There is no python3."))
struct PythonWorkerTests {
    /// A worker that does what the name of its first tensor says; it needs nothing but Python.
    private static let program = """
        import json, os, socket, struct, sys
        server = socket.socket(fileno=3)
        def receive():
            head = server.recv(16, socket.MSG_WAITALL)
            if len(head) < 16: os._exit(0)
            return server.recv(struct.unpack("<Q", head[8:])[0], socket.MSG_WAITALL)
        def send(kind, body): server.sendall(b"MWK1" + bytes([kind, 0, 0, 0]) + struct.pack("<Q", len(body)) + body)
        order = json.loads(receive())
        print("loaded", order["folder"])
        if order["folder"] == "/unloadable": os._exit(7)
        if order["folder"] == "/refused": send(5, b'{"kind": "packages", "packages": ["lib==1"]}')
        send(2, json.dumps(dict(form="columns", inputs=[dict(name="a", type="double")], outputs=[], classes=["n", "y"], python="3", mlflow="3")).encode())
        while True:
            body = receive()
            name = body[6:6 + struct.unpack("<H", body[4:6])[0]].decode()
            if name == "die": print("last words"), os._exit(1)
            elif name == "hang":
                while True: pass
            elif name == "garbage": server.sendall(b"What is this? It is no message at all.")
            elif name == "short": send(4, body[:-3])
            elif name == "endless": server.sendall(b"MWK1" + bytes([4, 0, 0, 0]) + b"\\xff" * 8)
            elif name == "deep": send(4, struct.pack("<IH", 1, 1) + b"a" + bytes([12, 4]) + struct.pack("<4q", 1 << 40, 1 << 40, 1 << 40, 0) + bytes(8))
            elif name == "model": send(5, b'{"kind": "model", "message": "ValueError: no such town"}')
            elif name == "schema": send(5, b'{"kind": "schema", "message": "column a is not a double"}')
            elif name == "ready": send(2, b"{}")
            else: send(4, body)
        """

    private let folder = try? TemporaryFolder()
    private let pool = WorkPool(width: 8)

    private func group(_ model: String = "/model", limit: Double = 60, count: Int = 1) throws -> WorkerGroup {
        let environment = ProcessInfo.processInfo.environment
        let python = try PythonInterpreter(named: "python3", root: "/", environment: environment)
        let log = try #require(folder).path("worker.log")
        var setup = WorkerSetup(interpreter: python, folder: model, log: log, environment: environment, program: Self.program)
        setup.answerLimit = limit
        return WorkerGroup(setup, count: count)
    }

    private func tensor(_ name: String) -> WorkerTensor { WorkerTensor(name: name, element: .text, shape: [1], content: .texts(["x"])) }

    private func ask(_ group: WorkerGroup, _ name: String) async throws(MartletError) -> [WorkerTensor] {
        let tensor = tensor(name)
        return try await pool.run { () throws(MartletError) in try group.ask([tensor]) }
    }

    /// What is said against a question.
    private func refusal(_ group: WorkerGroup, _ name: String) async -> MartletError? {
        do throws(MartletError) {
            _ = try await ask(group, name)
            return nil
        } catch { return error }
    }

    @Test("gives back what it was sent: every type, texts with and without a value, none at all") func everyType() async throws {
        let group = try group()
        var sent = WorkerElement.allCases.compactMap { element -> WorkerTensor? in
            element.size.map {
                WorkerTensor(name: "t\(element.rawValue)", element: element, shape: [2, 3], content: .bytes((0..<UInt8($0 * 6)).map { $0 }[...]))
            }
        }
        sent.append(WorkerTensor(name: "Städte", element: .text, shape: [4], content: .texts(["Zürich", nil, "", "a\u{0}b"])))
        sent.append(WorkerTensor(name: "none", element: .fp64, shape: [0, 7], content: .bytes([])))
        let asked = sent
        let description = try await pool.run { () throws(MartletError) in try group.start() }
        #expect(description.takesColumns && description.classes == ["n", "y"] && description.inputs.map(\.name) == ["a"])
        let answer = try await pool.run { () throws(MartletError) in try group.ask(asked) }
        #expect(answer == asked)
    }

    @Test("that dies costs the request it had, says its last words, and the next request is answered") func death() async throws {
        let group = try group()
        for _ in 0..<3 {
            let error = await refusal(group, "die")
            #expect(error?.code == .unavailable && error?.message.contains("died while it answered") == true, "\(error as Any)")
            #expect(error?.cause?.contains("last words") == true)
            #expect(try await ask(group, "echo").first?.name == "echo")
        }
    }

    @Test("that takes longer than it may is ended, and the next request is answered") func hanging() async throws {
        let group = try group(limit: 0.2)
        let error = await refusal(group, "hang")
        #expect(error?.code == .unavailable && error?.message.contains("it took more than 0.2 s") == true, "\(error as Any)")
        #expect(try await ask(group, "echo").count == 1)
    }

    @Test("that answers no answer is told from one that does", arguments: ["garbage", "short", "endless", "deep", "ready"])
    func garbage(_ kind: String) async throws {
        let group = try group()
        let error = await refusal(group, kind)
        #expect(error?.code == .stepFailed, "\(error as Any)")
        #expect(try await ask(group, "echo").count == 1)
    }

    @Test("whose model fails stays, and tells why: 500 for the model's failure, 400 for what its signature refuses") func failures() async throws {
        let group = try group()
        let failed = await refusal(group, "model")
        #expect(failed == MartletError(.stepFailed, "The model failed: ValueError: no such town"))
        #expect(await refusal(group, "schema") == MartletError(.invalidInput, "column a is not a double"))
        let log = try #require(folder).read("worker.log")
        _ = try await ask(group, "echo")
        #expect(log.ranges(of: "loaded").count == 1, "It was started once: \(log)")
    }

    @Test("that cannot load its model is tried again after growing pauses, not in a circle") func restless() async throws {
        let group = try group("/unloadable")
        var errors: [String] = []
        // The pauses double up to half a minute: on a machine that is slower than the first of them, a later one is met.
        while errors.count < 12, errors.last?.contains("and is started again in") != true {
            errors.append(await refusal(group, "echo")?.message ?? "")
        }
        #expect(errors[0].contains("died while it loaded the model"))
        #expect(errors.last?.contains("and is started again in") == true, "\(errors)")
        let starts = try #require(folder).read("worker.log").ranges(of: "loaded").count
        #expect(starts < errors.count, "\(starts) starts")
        let missing = await refusal(try self.group("/refused"), "echo")
        #expect(missing?.code == .invalidInput && missing?.message.contains("-m pip install 'lib==1'") == true, "\(missing as Any)")
    }

    @Test("is one of several: they answer side by side, and no request gets another's answer") func several() async throws {
        let group = try group(count: 3)
        let names = (0..<60).map { "n\($0)" }
        let answered = try await withThrowingTaskGroup(of: Bool.self) { tasks in
            for name in names { tasks.addTask { try await ask(group, name).map(\.name) == [name] } }
            return try await tasks.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(answered == 60)
    }

    @Test("is the Python that was named, that of the environment, that of the project, or the one at hand") func interpreters() throws {
        let project = try TemporaryFolder()
        func chosen(_ named: String?, _ environment: [String: String]) throws -> String {
            try PythonInterpreter(named: named, root: project.path, environment: environment).path
        }
        #expect(try chosen(nil, [:]) == "python3")
        #expect(throws: MartletError.self) { try chosen("env/bin/python", [:]) }
        for folder in [".venv/bin", "env/bin"] {
            try FileManager.default.createDirectory(atPath: project.path(folder), withIntermediateDirectories: true)
            try project.write("\(folder)/python", "#!/bin/sh\n")
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: project.path("\(folder)/python"))
        }
        #expect(try chosen(nil, [:]) == project.path(".venv/bin/python"))
        #expect(try chosen(nil, ["VIRTUAL_ENV": project.path("env")]) == project.path("env/bin/python"))
        #expect(try chosen("env/bin/python", ["VIRTUAL_ENV": "/elsewhere"]) == project.path("env/bin/python"))
    }
}

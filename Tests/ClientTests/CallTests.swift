import Access
import Foundation
import GRPC
import HTTPTestSupport
import Serving
import Support
import Synchronization
import TestSupport
import Testing

private let hasClient = PythonClient.has("tritonclient", "grpc", "grpc_health")

@Suite("The protocol over gRPC", .enabled(if: hasClient, "\(PythonClient.absence)")) struct CallTests {
    private static let probabilities: JSONValue = .array([.number(39.5 / 100 + 0.125), 0.5, .number(1.0 / 3 / 100 + 0.125)])

    /// What a script tells of a server.
    private static func told(
        _ script: String, _ endpoints: EndpointSet, house: GuardedHouse? = nil, limits: CallLimits = .init(), more: [String] = []
    ) async throws -> JSONValue {
        let folder = try TemporaryFolder()
        let answer = Mutex(JSONValue.null)
        try await LiveCalls.run(endpoints, house: house, limits: limits) { port in
            let told = try await PythonClient.run(script, port: port, folder: folder, more: more)
            answer.withLock { $0 = told }
        }
        return answer.withLock { $0 }
    }

    @Test("gives tritonclient the same predictions as HTTP: one call at a time, many at once, compressed, and on a stream")
    func predictions() async throws {
        let folder = try TemporaryFolder()
        let log = try PredictionLog(folder: folder.path, endpoint: "income", options: .init(), clock: SystemClock())
        let told = try await Self.told("calls.py", makeEndpoints(log: log))
        for name in ["live", "model"] { #expect(told[name] == true) }
        for name in ["ready", "missing"] { #expect(told[name] != true, "An endpoint without a model is not ready.") }
        #expect(told["default"]["probability"] == Self.probabilities)
        #expect(told["default"]["label"] == ["yes", "yes", "no"])
        #expect(told["id"] == "q7")
        #expect(told["version"] == "3")
        #expect(told["one"] == ["probability": Self.probabilities])
        #expect(told["gzip"] == Self.probabilities)
        #expect(told["deflate"] == Self.probabilities)
        #expect(told["narrow"] == [0.13])
        #expect(told["colour"] == [3, 3])
        #expect(told["many"] == 300)
        #expect(told["stream"]["right"] == 200)
        #expect(told["stream"]["fault"].text?.hasPrefix("There is no endpoint “nothing”.") == true)
        #expect(told["stream"]["last"] == "last")
        #expect(told["stream"]["final"] == true)
        let ids = told["default"]["prediction_id"].elements.compactMap { $0.text.flatMap { TimeOrderedID($0) } }
        #expect(try ids.map { try log.reader().find($0)?.key } == ["a", "b", "c"])
        #expect(try log.reader().find(key: "z").count == 1)
    }

    @Test("tells of servers and models what the protocol asks for") func descriptions() async throws {
        let told = try await Self.told("calls.py", makeEndpoints())
        #expect(told["server"] == ["name": "martlet", "version": "9.9", "extensions": ["model_configuration", "model_repository", "statistics"]])
        #expect(told["metadata"]["versions"] == ["3"])
        let inputs = told["metadata"]["inputs"].elements
        #expect(inputs.compactMap { $0["name"].text } == ["hours", "age", "town", "member", "seen"])
        #expect(inputs.compactMap { $0["datatype"].text } == ["FP64", "INT64", "BYTES", "BOOL", "BYTES"])
        #expect(inputs.allSatisfy { $0["shape"] == ["-1"] })
        #expect(told["config"]["input"].elements.compactMap { $0["data_type"].text }.first == "TYPE_FP64")
        #expect(told["config"]["parameters"]["key"]["string_value"] == "person_id")
        #expect(told["config"]["version_policy"]["specific"]["versions"] == ["3"])
        let states = told["index"].elements.map { "\($0["name"].text ?? "") \($0["version"].text ?? "-") \($0["state"].text ?? "")" }
        #expect(states == ["colour 3 READY", "empty - UNAVAILABLE", "income 3 READY", "price 3 READY"])
        #expect(told["index"].elements[1]["reason"].text?.contains("no model yet") == true)
        // One keyed, one for an output, two compressed, one narrow, 300 at once, and 201 on the stream.
        #expect(told["statistics"]["inference_stats"]["success"]["count"] == "506")
        #expect(told["statistics"]["inference_count"] == "1516")
        #expect(told["statistics"]["last_inference"].text?.count == 13, "In milliseconds.")
    }

    @Test("reads values beside the tensors, packed or not, and raw ones, and answers in kind") func forms() async throws {
        let told = try await Self.told("messages.py", makeEndpoints(), limits: .init(message: 1 << 20))
        for name in ["typed", "unpacked", "after"] {
            #expect(told[name]["probability"] == Self.probabilities, "\(name): \(told[name].compact)")
            #expect(told[name]["raw"] == 0)
            #expect(told[name]["label"] == ["yes", "yes", "no"])
        }
        for name in ["raw", "typed, raw out"] {
            #expect(told[name]["probability"] == Self.probabilities, "\(name): \(told[name].compact)")
            #expect(told[name]["raw"] == 3)
        }
        #expect(told["typed"]["id"] == "t")
    }

    /// What is sent wrongly, the code it is answered with, and words of the message.
    private static let faults: [(name: String, code: String, words: String)] = [
        ("unknown model", "NOT_FOUND", "Did you mean “income”?"), ("no model", "UNAVAILABLE", "no model yet"),
        ("unknown version", "NOT_FOUND", "serves version 3, not 9"), ("odd version", "NOT_FOUND", "versions are numbers"),
        ("empty", "NOT_FOUND", "no endpoint “”"), ("garbage", "INVALID_ARGUMENT", "are no inference.ModelInferRequest"),
        ("cut off", "INVALID_ARGUMENT", "are no inference.ModelInferRequest"), ("no inputs", "INVALID_ARGUMENT", "“hours” is absent"),
        ("twice", "INVALID_ARGUMENT", "is there twice"), ("unknown input", "INVALID_ARGUMENT", "Did you mean “hours”?"),
        ("unknown output", "INVALID_ARGUMENT", "Did you mean “label”?"), ("datatype", "INVALID_ARGUMENT", "unknown datatype “FP46”"),
        ("other field", "INVALID_ARGUMENT", "go into fp64_contents"), ("two fields", "INVALID_ARGUMENT", "go into fp64_contents"),
        ("half typed", "INVALID_ARGUMENT", "raw_input_contents only"), ("beyond", "INVALID_ARGUMENT", "in row 2 (counted from 0) is 300"),
        ("too few", "INVALID_ARGUMENT", "has 2 values"), ("not UTF-8", "INVALID_ARGUMENT", "in row 0 (counted from 0) is not valid UTF-8"),
        ("shape", "INVALID_ARGUMENT", "asks for 4"), ("negative", "INVALID_ARGUMENT", "cannot be negative"),
        ("huge", "INVALID_ARGUMENT", "too large"), ("deep", "INVALID_ARGUMENT", "40 dimensions"), ("matrix", "INVALID_ARGUMENT", "must be [N]"),
        ("mixed", "INVALID_ARGUMENT", "all values in one form"), ("raw too few", "INVALID_ARGUMENT", "5 inputs and 4 raw contents"),
        ("raw length", "INVALID_ARGUMENT", "11 bytes; 3 values of FP64 take 24"), ("raw text", "INVALID_ARGUMENT", "a text of 5 bytes"),
        ("sequence", "INVALID_ARGUMENT", "sequence_id"), ("key", "INVALID_ARGUMENT", "must be text or a whole number"),
        ("class", "INVALID_ARGUMENT", "classification"), ("memory", "INVALID_ARGUMENT", "Shared memory is not offered"),
        ("many inputs", "INVALID_ARGUMENT", "too many"), ("very many inputs", "RESOURCE_EXHAUSTED", "more than 100000 fields"),
        ("too large", "RESOURCE_EXHAUSTED", "larger than 1048576 bytes"),
        ("very long", "NOT_FOUND", "éé"),
    ]

    @Test("answers each message that is not right with the protocol's code and words that help, and goes on") func faults() async throws {
        let endpoints = makeEndpoints()
        let told = try await Self.told("messages.py", endpoints, limits: .init(message: 1 << 20))
        for (name, code, words) in Self.faults {
            #expect(told[name]["code"].text == code, "\(name): \(told[name].compact)")
            #expect(told[name]["message"].text?.contains(words) == true, "\(name): \(told[name].compact)")
        }
        #expect(told["SystemSharedMemoryStatus"] == "UNIMPLEMENTED")
        #expect(told["Nothing"] == "UNIMPLEMENTED")
        #expect(told["after"]["probability"] == Self.probabilities)
        let figures = try endpoints.endpoint("income").figures()
        #expect(figures.failed == 0)
        #expect(figures.refused > 20, "What is wrong with a message is counted as the caller's mistake.")
    }

    /// Has a model from the fourth question on.
    private final class LateProvider: ModelProvider {
        private let questions = Mutex(0)

        func current() throws(MartletError) -> (any ServedModel)? {
            questions.withLock { questions in
                questions += 1
                return questions > 3 ? HandModel() : nil
            }
        }
    }

    @Test("tells probes whether the server lives and answers, and watchers when that changes") func health() async throws {
        let clock = SystemClock()
        let endpoint = Endpoint(
            plan: EndpointPlan(endpoint: "late", model: "income", batch: BatchOptions(wait: 3600)), provider: LateProvider(), log: nil,
            pool: WorkPool(), identifiers: IdentifierSource(clock: clock, seed: 1), clock: clock)
        let told = try await Self.told("health.py", EndpointSet([endpoint]))
        #expect(told["liveness"] == "SERVING")
        #expect(told["watched"] == ["NOT_SERVING", "SERVING"])
        for name in ["server", "readiness", "inference.GRPCInferenceService"] { #expect(told[name] == "SERVING") }
        #expect(told["unknown"] == "NOT_FOUND")
        #expect(told["unknown, watched"] == "SERVICE_UNKNOWN")
    }

    @Test("asks of each call what the same over HTTP needs, of each message of a stream too, and lets anyone ask for health")
    func callers() async throws {
        let house = try GuardedHouse()
        var tokens: [String] = []
        for (name, role) in [("maya", "maintainer"), ("vera", "viewer")] {
            try house.principals.add(PrincipalID(name), kind: .user, name: nil, role: role, password: nil)
            tokens += [name, try house.tokens.issue("laptop-\(name)", for: PrincipalID(name), scopes: nil, lifetime: nil)]
        }
        let told = try await Self.told("callers.py", makeEndpoints(), house: house, more: tokens)
        let health = ["ServerLive", "ServerReady", "Check"]
        for caller in ["nobody", "wrong", "unreadable", "two"] {
            for call in told[caller].members where !health.contains(call.key) { #expect(call.value == "UNAUTHENTICATED", "\(caller) \(call.key)") }
        }
        for caller in ["nobody", "wrong", "vera", "maya"] { #expect(health.allSatisfy { told[caller][$0] == "OK" }, "\(told[caller].compact)") }
        let reading = ["ServerMetadata", "ModelMetadata", "ModelReady", "ModelStatistics", "ModelConfig", "RepositoryIndex"]
        for caller in ["vera", "maya"] { #expect(reading.allSatisfy { told[caller][$0] == "OK" }, "\(told[caller].compact)") }
        #expect(told["vera"]["ModelInfer"] == "PERMISSION_DENIED")
        #expect(told["vera"]["ModelStreamInfer"] == "PERMISSION_DENIED")
        #expect(told["vera"]["RepositoryModelLoad"] == "PERMISSION_DENIED")
        #expect(told["vera"]["RepositoryModelUnload"] == "PERMISSION_DENIED")
        #expect(told["maya"]["ModelInfer"] == "INVALID_ARGUMENT", "Let in, and without inputs.")
        #expect(told["maya"]["ModelStreamInfer"].elements.first?.text?.contains("“hours” is absent") == true)
        #expect(told["maya"]["RepositoryModelLoad"] == "OK")
        #expect(told["maya"]["RepositoryModelUnload"] == "FAILED_PRECONDITION")
    }

    @Test("closes a connection that speaks another language or none, and answers the next") func otherLanguages() async throws {
        try await LiveCalls.run(try makeOnlyEndpoint(), limits: .init(silence: 2)) { port in
            for bytes in ["GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", String(repeating: "\u{0}\u{1}nonsense", count: 500), ""] {
                let connection = try Wire.OpenConnection(port: port)
                if !bytes.isEmpty { _ = connection.send(Array(bytes.utf8)) }
                while connection.receive() != nil {}
            }
            let folder = try TemporaryFolder()
            // A client that is slower than the silence that this server bears is cut off, too, and comes again.
            var answer: JSONValue?
            for _ in 0..<10 where answer == nil { answer = try? await PythonClient.run("health.py", port: port, folder: folder) }
            let told = try #require(answer)
            #expect(told["liveness"] == "SERVING")
        }
    }

    @Test("ends a call whose message does not get on, and leaves one that waits for its next message alone") func trickle() async throws {
        try await LiveCalls.run(try makeOnlyEndpoint(), limits: .init(arrival: 0.5)) { port in
            let connection = try Wire.OpenConnection(port: port)
            connection.send(Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + Self.frame(4, 0, 0, []))
            let call = "/inference.GRPCInferenceService/ModelStreamInfer"
            let fields = [
                (":method", "POST"), (":scheme", "http"), (":path", call), (":authority", "localhost"), ("content-type", "application/grpc"),
                ("te", "trailers"),
            ]
            let head = fields.flatMap { Self.literal($0.0, $0.1) }
            // One call has sent a whole message, the other five bytes of ten.
            connection.send(Self.frame(1, 4, 1, head) + Self.frame(0, 0, 1, [0, 0, 0, 0, 0]))
            connection.send(Self.frame(1, 4, 3, head) + Self.frame(0, 0, 3, [0, 0, 0, 0, 5]))
            var received: [UInt8] = []
            while Self.resets(received).isEmpty, let more = connection.receive() { received += more }
            #expect(Self.resets(received) == [3])
        }
    }

    /// A frame of HTTP/2 (RFC 9113, section 4.1).
    private static func frame(_ kind: UInt8, _ flags: UInt8, _ stream: UInt8, _ payload: [UInt8]) -> [UInt8] {
        [UInt8(payload.count >> 16), UInt8(payload.count >> 8 & 255), UInt8(payload.count & 255), kind, flags, 0, 0, 0, stream] + payload
    }

    /// A header field that is in no table (RFC 7541, section 6.2.2).
    private static func literal(_ name: String, _ value: String) -> [UInt8] {
        [0, UInt8(name.utf8.count)] + Array(name.utf8) + [UInt8(value.utf8.count)] + Array(value.utf8)
    }

    /// The calls that were reset.
    private static func resets(_ bytes: [UInt8]) -> [UInt8] {
        var found: [UInt8] = []
        var at = 0
        while at + 9 <= bytes.count {
            if bytes[at + 3] == 3 { found.append(bytes[at + 8]) }
            at += 9 + Int(bytes[at]) << 16 + Int(bytes[at + 1]) << 8 + Int(bytes[at + 2])
        }
        return found
    }

    @Test("answers thousands of mutilated messages with codes of the caller's mistakes, and the right one as before") func fuzz() async throws {
        let endpoints = makeEndpoints()
        let told = try await Self.told("fuzzed_messages.py", endpoints, limits: .init(message: 1 << 20), more: [String(Fuzz.count)])
        let allowed: Set = ["OK", "INVALID_ARGUMENT", "NOT_FOUND", "RESOURCE_EXHAUSTED", "UNAVAILABLE", "DEADLINE_EXCEEDED"]
        #expect(Set(told["codes"].members.map(\.key)).isSubset(of: allowed), "\(told.compact.prefix(1000))")
        #expect(told["codes"]["OK"].int ?? 0 > 0 && told["codes"]["INVALID_ARGUMENT"].int ?? 0 > 100, "\(told.compact.prefix(1000))")
        #expect(told["longest"].int ?? .max < 9000)
        #expect(told["before"] == told["after"])
        #expect(try endpoints.endpoint("income").figures().failed == 0)
    }
}

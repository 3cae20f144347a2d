import EngineLibraries
import Rego
import Support
import Testing

@Suite("Rego", .enabled(if: Surroundings.has(.opa), "The policy engine is not installed; run make setup"))
struct RegoTests {
    private func engine(_ source: String) throws -> Rego {
        let engine = try Rego(locator: Surroundings.locator)
        try engine.add(module: "a.rego", source)
        return engine
    }

    @Test("The self-test passes")
    func selfTest() throws { #expect(try Rego.selfTest(locator: Surroundings.locator) == "0.4.4") }

    @Test("Values come back, and undefined is told apart from false")
    func values() throws {
        let engine = try engine("package a\nyes if input.x == 1\ndefault no := false\nno if input.x == 2\nset contains x if some x in input.list")
        #expect(try engine.document("a.yes", input: #"{"x":1}"#) == true)
        #expect(try engine.document("a.yes", input: #"{"x":2}"#) == nil)
        #expect(try engine.document("a.no", input: #"{"x":1}"#) == false)
        #expect(try engine.document("a.set", input: #"{"list":["b","a","b"]}"#) == ["a", "b"])
        #expect(try engine.document("nothing.here", input: "{}") == nil)
    }

    @Test(
        "What does not compile, or fails while it is evaluated, is an error with file and line",
        arguments: [
            ("package a\n\nx if {\n  1 ==\n}\n", "a.rego:5"), ("package a\nx := unknown(1)\n", "a.rego:2"),
            ("package a\nx := 1 / input.zero\n", "a.rego:2"),
            ("package a\nx := 1\nx := 2\n", "a.rego:"), ("package a\np if q\nq if p\n", "recursive"), ("package a\nx if { y }\n", "unsafe"),
        ])
    func errors(_ source: String, sentence: String) throws {
        let error = #expect(throws: MartletError.self) { _ = try engine(source).document("a", input: #"{"zero":0}"#) }
        #expect(error?.code == .invalidInput)
        #expect(error?.message.contains(sentence) == true, "\(error?.message ?? "")")
    }

    @Test("A module's tree has its package and the names of its rules")
    func syntax() throws {
        let tree = try Rego(locator: Surroundings.locator).syntax(of: "a.rego", "package a.b\nallow if input.x\ndeny contains \"no\" if input.y")
        #expect(tree["package"]["path"].elements.map { $0["value"].text } == ["data", "a", "b"])
        #expect(tree["rules"].elements.map { $0["head"]["ref"].elements.first?["value"].text } == ["allow", "deny"])
    }

    @Test("Threads that ask one engine at once each get their own answer")
    func threads() async throws {
        let engine = try engine("package a\nx := input.n * 2")
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for task in 0..<4 {
                group.addTask {
                    try (0..<500).allSatisfy { n in try engine.document("a.x", input: "{\"n\":\(n + task)}") == .integer(Int64((n + task) * 2)) }
                }
            }
            for try await isRight in group { #expect(isRight) }
        }
    }
}

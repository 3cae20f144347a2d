import EngineLibraries
import Foundation
import ONNXRuntime
import Support
import Synchronization
import Testing

@Suite(
    "ONNX Runtime through its C interface",
    .enabled(if: Surroundings.has(.onnxruntime), "ONNX Runtime is not installed; run make setup"),
    .enabled(if: Surroundings.pythonHas("onnx", "onnxruntime"), "Python's onnx is not installed; run make setup"))
struct ONNXRuntimeTests {
    private let locator = Surroundings.locator

    /// The folder of the models, made once.
    private static let models = Result {
        let folder = try Surroundings.folder("models")
        _ = try Surroundings.python(script: "make_models.py", [folder])
        return folder
    }

    private func withModels<Value>(_ body: (String) throws -> Value) throws -> Value { try body(try Self.models.get()) }

    @Test("The self-test passes and names the version")
    func selfTest() throws { #expect(try InferenceSession.selfTest(locator: locator) == "1.32.0") }

    @Test("Every element type goes in and comes out unchanged, in the order asked for, also without rows")
    func types() throws {
        try withModels { folder in
            let session = try InferenceSession(locator: locator, modelPath: folder + "/types.onnx")
            #expect(session.inputs.map(\.elementType) == [.double, .float, .int64, .int32, .bool, .string])
            #expect(session.outputs.first == TensorDescription(name: "double_out", elementType: .double, shape: [-1, 2]))
            #expect(session.metadata == ["producer_name": "tests", "classes": "no,yes", "grüße": "🐦"])
            let inputs: [(String, Tensor)] = [
                ("string", Tensor(shape: [1, 2], values: .string(["", "Grüße 🐦"]))), ("bool", Tensor(shape: [1, 2], values: .bool([true, false]))),
                ("double", Tensor(shape: [1, 2], values: .double([0.1, .infinity]))), ("float", Tensor(shape: [1, 2], values: .float([0.1, -0]))),
                ("int64", Tensor(shape: [1, 2], values: .int64([.min, .max]))), ("int32", Tensor(shape: [1, 2], values: .int32([.min, .max]))),
            ]
            let answers = try session.run(inputs, outputs: inputs.map { $0.0 + "_out" })
            #expect(answers == inputs.map(\.1))
            let none: [(String, Tensor)] = [
                ("string", Tensor(shape: [0, 2], values: .string([]))), ("bool", Tensor(shape: [0, 2], values: .bool([]))),
                ("double", Tensor(shape: [0, 2], values: .double([]))), ("float", Tensor(shape: [0, 2], values: .float([]))),
                ("int64", Tensor(shape: [0, 2], values: .int64([]))), ("int32", Tensor(shape: [0, 2], values: .int32([]))),
            ]
            #expect(try session.run(none, outputs: ["string_out", "double_out"]) == [none[0].1, none[2].1])
        }
    }

    @Test("Small integers are widened; half precision is refused with what to add to the graph")
    func smallTypes() throws {
        try withModels { folder in
            let session = try InferenceSession(locator: locator, modelPath: folder + "/small.onnx")
            let input = ("x", Tensor(shape: [2], values: .int64([1, 100])))
            let answers = try session.run([input], outputs: ["int8", "uint8", "int16", "uint16", "uint32"])
            #expect(answers.map(\.values) == [.int32([1, 100]), .int32([1, 100]), .int32([1, 100]), .int32([1, 100]), .int64([1, 100])])
            let error = #expect(throws: MartletError.self) { try session.run([input], outputs: ["float16"]) }
            #expect(error?.message.contains("Cast") == true)
        }
    }

    @Test(
        "Lists of maps are read as rows × classes with the classes as labels", arguments: [("zip_int", ["3", "7"]), ("zip_string", ["no", "yes"])])
    func zipMap(model: String, labels: [String]) throws {
        try withModels { folder in
            let session = try InferenceSession(locator: locator, modelPath: "\(folder)/\(model).onnx")
            #expect(session.outputs.map(\.isMapSequence) == [false, true])
            let answers = try session.run([("x", Tensor(shape: [3, 2], values: .float([1, 2, 4, 3, -1, 0.5])))])
            #expect(answers[1] == Tensor(shape: [3, 2], values: .double([1, 2, 4, 3, -1, 0.5]), labels: labels))
            #expect(answers[0].values == (model == "zip_int" ? .int64([7, 3, 7]) : .string(["yes", "no", "yes"])))
        }
    }

    @Test("A dense layer answers the same bits as Python's onnxruntime, from a file, from bytes and on eight threads at once")
    func dense() throws {
        try withModels { folder in
            let expected = try Data(contentsOf: URL(fileURLWithPath: folder + "/dense.y")).withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
            let input = Tensor(shape: [8, 5], values: .float((0..<40).map { Float($0) / 10 }))
            let bytes = try Array(Data(contentsOf: URL(fileURLWithPath: folder + "/dense.onnx")))
            let session = try InferenceSession(locator: locator, bytes: bytes)
            #expect(try InferenceSession(locator: locator, modelPath: folder + "/dense.onnx").run([("x", input)])[0].values == .float(expected))
            let wrong = Mutex(0)
            DispatchQueue.concurrentPerform(iterations: 8) { _ in
                for _ in 0..<50 where (try? session.run([("x", input)]).first?.values) != .float(expected) { wrong.withLock { $0 += 1 } }
            }
            #expect(wrong.withLock { $0 } == 0)
        }
    }

    @Test("An input of the wrong name, type, shape or number of values is refused by its name")
    func wrongInputs() throws {
        try withModels { folder in
            let session = try InferenceSession(locator: locator, modelPath: folder + "/dense.onnx")
            func message(_ inputs: [(String, Tensor)], _ outputs: [String]? = nil) -> String {
                #expect(throws: MartletError.self) { try session.run(inputs, outputs: outputs) }?.message ?? ""
            }
            let good = Tensor(shape: [1, 5], values: .float([1, 2, 3, 4, 5]))
            #expect(message([]).contains("“x”"))
            #expect(message([("X1", good)]).contains("Did you mean “x”?") || message([("X1", good)]).contains("It has x"))
            #expect(message([("x", good), ("x", good)]).contains("twice"))
            #expect(message([("x", Tensor(shape: [1, 5], values: .double([1, 2, 3, 4, 5])))]).contains("of type float"))
            #expect(message([("x", Tensor(shape: [5], values: .float([1, 2, 3, 4, 5])))]).contains("[any, 5]"))
            #expect(message([("x", Tensor(shape: [-1, 5], values: .float([])))]).contains("[any, 5]"))
            #expect(message([("x", Tensor(shape: [2, 5], values: .float([1])))]).contains("needs 10 values"))
            #expect(message([("x", Tensor(shape: [1 << 62, 5], values: .float([1])))]).contains("too large"))
            #expect(message([("x", good)], ["z"]).contains("no output “z”"))
            #expect(message([("x", good)], []).contains("at least one"))
        }
    }

    @Test("Text with a NUL character is refused, since a model would see only what stands before it")
    func nul() throws {
        try withModels { folder in
            let session = try InferenceSession(locator: locator, modelPath: folder + "/types.onnx")
            let texts = Tensor(shape: [1, 2], values: .string(["a", "b\0c"]))
            let others: [(String, Tensor.Values)] = [
                ("bool", .bool([true, true])), ("double", .double([1, 1])), ("float", .float([1, 1])), ("int64", .int64([1, 1])),
                ("int32", .int32([1, 1])),
            ]
            let inputs = others.map { ($0.0, Tensor(shape: [1, 2], values: $0.1)) } + [("string", texts)]
            let error = #expect(throws: MartletError.self) { try session.run(inputs) }
            #expect(error?.message.contains("NUL") == true)
        }
    }

    @Test("What is no model, or is not there, is refused with the reason")
    func noModel() throws {
        let garbage = #expect(throws: MartletError.self) { try InferenceSession(locator: locator, bytes: Array("no model".utf8)) }
        #expect(garbage?.code == .invalidInput)
        #expect(garbage?.cause?.isEmpty == false)
        #expect(throws: MartletError.self) { try InferenceSession(locator: locator, bytes: []) }
        let absent = #expect(throws: MartletError.self) { try InferenceSession(locator: locator, modelPath: "/nowhere/model.onnx") }
        #expect(absent?.code == .notFound)
    }
}

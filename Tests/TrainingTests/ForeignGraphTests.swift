import Foundation
import Support
import Tables
import Testing
import Training

@Suite(
    "Graphs of other programs",
    .enabled(if: Places.hasEngines && Places.hasPython, "the engines or Python packages are not installed; run `make setup`"))
struct ForeignGraphTests {
    private let features: Table
    private let expected: [Double]
    private let binary = Target.binary(truth: [0, 1, 0], negative: "no", positive: "yes")

    init() throws {
        features = try Table([
            Column("a", numbers: [1, 2, 0.5]), Column("the text", strings: ["x", "y", nil]), Column("b", kind: .integer, numbers: [0, 3, 1]),
        ])
        expected = [1.0, -1, -0.5].map { 1 / (1 + exp(-$0)) }
    }

    private func graph(_ name: String) throws -> [UInt8] {
        try Python.withFolder { folder in
            _ = try Python.run("foreign.py", [folder])
            return Array(try Data(contentsOf: URL(filePath: "\(folder)/\(name).onnx")))
        }
    }

    private func score(_ name: String, _ target: Target, features: Table? = nil) throws -> Answers {
        let bytes = try graph(name)
        let signature = try ForeignGraph.signature(
            locator: Places.locator, bytes: bytes, name: name, features: features ?? self.features, target: target)
        return try GraphScorer(locator: Places.locator, bytes: bytes, signature: signature).score(features ?? self.features)
    }

    @Test("Probabilities as a tensor or a list of maps, from one matrix of the numeric columns", arguments: ["tensor", "zipmap"])
    func matrix(_ name: String) throws {
        let answers = try score(name, binary)
        #expect(zip(answers.scores, expected).allSatisfy { abs($0 - $1) < 1e-6 })
        #expect((0..<3).map { answers.labels?[$0] } == ["yes", "no", "no"])
    }

    @Test("One input per column, whole numbers and texts among them, with signs that exporters replace in names")
    func columns() throws {
        let answers = try score("columns", binary)
        #expect(zip(answers.scores, expected).allSatisfy { abs($0 - $1) < 1e-12 })
    }

    @Test("Labels only count as certain")
    func labels() throws { #expect(try score("label", binary).scores == [1, 0, 0]) }

    @Test("Three classes in the order of their names")
    func multiclass() throws {
        let answers = try score("three", .multiclass(truth: [0, 1, 2], classes: ["p", "q", "r"]))
        #expect(answers.width == 3)
        #expect((0..<3).map { answers.labels?[$0] } == ["p", "q", "q"])
    }

    @Test("A number per row")
    func regression() throws { #expect(try score("regression", .regression([1, 2, 3])).scores == [1, -1, -0.5]) }

    @Test("A matrix of another width is refused with the columns that were expected")
    func wrongWidth() throws {
        let error = #expect(throws: MartletError.self) { try score("wide", binary) }
        #expect(error?.message.contains("takes 9 numbers per row; the data has 2 numeric columns: a, b") == true)
    }

    @Test("An input that is no column is refused with the nearest name")
    func unknownColumn() throws {
        let table = try Table([Column("age", numbers: [1]), Column("b", numbers: [2])])
        let error = #expect(throws: MartletError.self) { try score("unknown", binary, features: table) }
        #expect(error?.message.contains("Did you mean “age”?") == true)
    }

    @Test("Another number of classes is refused")
    func otherClasses() throws {
        #expect(throws: MartletError.self) { try score("three", .multiclass(truth: [0, 1, 1], classes: ["p", "q"])) }
        #expect(throws: MartletError.self) { try score("three", binary) }
    }

    @Test("A missing value where the graph takes whole numbers is an error that names column and row")
    func missingWhole() throws {
        let table = try Table([
            Column("a", numbers: [1, 2]), Column("the text", strings: ["x", "y"]), Column("b", kind: .integer, numbers: [0, .nan]),
        ])
        let error = #expect(throws: MartletError.self) { try score("columns", binary, features: table) }
        #expect(error?.message.contains("“b” is missing in row 2") == true)
    }
}

import LightGBM
import ONNXGraph
import ONNXRuntime
import Support
import Testing
import Training

/// A booster beside its export: the same rows through both.
struct Probe {
    let booster: Booster
    private let text: BoosterText
    private let session: InferenceSession

    init(_ booster: Booster) throws {
        self.booster = booster
        text = try BoosterText(parsing: booster.modelText)
        var builder = GraphBuilder(name: "probe")
        var features: [GraphValue] = []
        for j in booster.featureNames.indices { features.append(try builder.input("f\(j)", .double, shape: [.rows, .fixed(1)])) }
        let scores = try text.add(to: &builder, features: features)
        try builder.output(scores.raw, as: "raw", .double, shape: [.rows, .fixed(text.width)])
        try builder.output(scores.answer, as: "answer", .double, shape: [.rows, .fixed(text.width)])
        session = try InferenceSession(locator: Places.locator, bytes: try builder.bytes())
    }

    var treeCount: Int { text.trees.count }
    var splitCount: Int { text.trees.reduce(0) { $0 + $1.nodes.count } }

    /// Kinds of splits that the booster has.
    var missingKinds: Set<BoosterTree.Missing> {
        Set(
            text.trees.flatMap(\.nodes).compactMap { node in
                if case .threshold(_, let missing, _) = node.decision { missing } else { nil }
            })
    }

    var greatestSet: Int {
        text.trees.flatMap(\.nodes).map { node in if case .membership(let members) = node.decision { members.count } else { 0 } }.max() ?? 0
    }

    /// For every split rows whose feature is on and beside the threshold, missing, zero and almost zero, and infinite; all else as in some row
    /// of the given ones.
    func edgeRows(_ columns: [[Double]], seed: UInt64) -> [[Double]] {
        var random = RandomSource(seed: seed)
        let limit = Double(Float(1e-35))
        var edges = columns.map { _ in [Double]() }
        for node in text.trees.flatMap(\.nodes) {
            var values: [Double] = [.nan, 0, -0.0]
            switch node.decision {
            case .threshold(let t, _, _):
                values += [t, t.nextUp, t.nextDown, limit, -limit, limit.nextUp, -limit.nextUp, 1e-36, -1e-36, .infinity, -.infinity]
            case .membership(let members): values += [-1, 5000, 1_000_000] + members.suffix(3).map(Double.init)
            }
            for value in values {
                let row = random.below(columns[0].count)
                for j in columns.indices { edges[j].append(j == node.feature ? value : columns[j][row]) }
            }
        }
        return edges
    }

    /// Asserts equality of the raw scores, bit by bit, and of the answers to 1e-12.
    func expectEqual(_ columns: [[Double]], _ what: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation) throws {
        guard let rows = columns.first?.count, rows > 0 else { return }
        let inputs = columns.enumerated().map { ("f\($0.offset)", Tensor(shape: [rows, 1], values: .double($0.element))) }
        let outputs = try session.run(inputs, outputs: ["raw", "answer"]).map { $0.doubles ?? [] }
        let raw = try booster.predict(columns, raw: true)
        let answers = try booster.predict(columns, raw: false)
        #expect(outputs[0].count == raw.count, what, sourceLocation: sourceLocation)
        let unequal = zip(outputs[0], raw).count { $0 != $1 }
        #expect(unequal == 0, "raw scores that differ among \(raw.count)", sourceLocation: sourceLocation)
        let far = zip(outputs[1], answers).count { !(abs($0 - $1) <= 1e-12 * max(1, abs($1))) }
        #expect(far == 0, "answers that differ among \(answers.count)", sourceLocation: sourceLocation)
    }
}

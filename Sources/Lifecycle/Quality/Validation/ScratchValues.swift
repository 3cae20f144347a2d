import DuckDB
import Support
import Synchronization
import Tables

/// Lists of texts that stand in the engine while a validation runs: values that were judged outside the engine.
final class ScratchValues {
    private static let made = Atomic<Int>(0)

    private let engine: DuckDB
    private var names: [String] = []

    init(_ engine: DuckDB) { self.engine = engine }

    deinit { for name in names { try? engine.execute("DROP TABLE IF EXISTS \(name)") } }

    /// Keeps texts in a table of one column `v`.
    /// - Returns: what stands after FROM.
    func keep(_ texts: [String]) throws(MartletError) -> String {
        let name = "martlet_judged_\(ScratchValues.made.add(1, ordering: .relaxed).newValue)"
        try engine.append(Table([Column("v", strings: texts)]), as: name)
        names.append(name)
        return name
    }
}

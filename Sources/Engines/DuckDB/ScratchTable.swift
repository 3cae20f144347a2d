package import Support
import Synchronization

/// A temporary table of the engine that lives as long as a body of code.
package enum ScratchTable {
    /// Two callers may share a connection, so that every table needs a name of its own.
    private static let made = Atomic<Int>(0)

    /// Keeps the answer of a SELECT in a table and calls the body with the table's name.
    /// - Throws: what the engine or the body throws; the table is dropped in either case.
    package static func with<Value>(
        _ select: String, in engine: DuckDB, _ body: (String) throws(MartletError) -> Value
    ) throws(MartletError) -> Value {
        let name = "temp.martlet_scratch_\(made.add(1, ordering: .relaxed).newValue)"
        try engine.execute("CREATE TEMP TABLE \(name) AS \(select)")
        defer { try? engine.execute("DROP TABLE IF EXISTS \(name)") }
        return try body(name)
    }
}

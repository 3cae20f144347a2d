package import EngineLibraries
package import Support
import Tables

extension DuckDB {
    /// Checks that the library at hand has the binary interface that Martlet was written for: values of every type through a query and back.
    /// - Returns: the engine's version.
    /// - Throws: `engineMissing` where it is absent or answers otherwise.
    package static func selfTest(locator: EngineLocator) throws(MartletError) -> String {
        let engine = try DuckDB(locator: locator, threads: 1)
        let expected = try Table([
            Column("i", kind: .integer, numbers: [1, .nan]), Column("d", kind: .number, numbers: [-2.5, .nan]),
            Column("b", kind: .boolean, numbers: [1, 0]), Column("t", kind: .timestamp, numbers: [86_400.5, .nan]),
            Column("s", strings: ["a text of more than twelve bytes", nil]),
        ])
        try engine.append(expected, as: "expected")
        let found = try engine.query(
            """
            SELECT i::HUGEINT AS i, d::DECIMAL(9, 2) AS d, b, t, s FROM expected WHERE i = 1
            UNION ALL SELECT NULL, NULL, FALSE, NULL, NULL ORDER BY i NULLS LAST
            """)
        guard found.sameValues(as: expected) else {
            throw MartletError(.engineMissing, "DuckDB \(engine.version) does not answer as expected. \(Engine.duckdb.howToGet)")
        }
        return engine.version
    }
}

extension Table {
    /// Whether names, kinds and values are equal, a missing value being equal to a missing one.
    fileprivate func sameValues(as other: Table) -> Bool {
        names == other.names && rowCount == other.rowCount
            && zip(columns, other.columns).allSatisfy { a, b in
                a.kind == b.kind && (0..<rowCount).allSatisfy { a.isMissing($0) ? b.isMissing($0) : a.json($0) == b.json($0) }
            }
    }
}

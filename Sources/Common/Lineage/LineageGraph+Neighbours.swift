package import Database

extension LineageGraph {
    /// The arrows that lead to a thing and from it, at most so many of each.
    package static func neighbours(of ref: String, limit: Int, in session: SQLSession) throws -> [LineageEdge] {
        let edges = { (column: String) in
            try session.rows(
                "SELECT source, relation, target FROM edge WHERE \(column) = ? ORDER BY at, source, target LIMIT ?", [SQLValue(ref), SQLValue(limit)])
        }
        return try (edges("source") + edges("target")).map {
            LineageEdge(source: $0.text("source") ?? "", relation: $0.text("relation") ?? "", target: $0.text("target") ?? "")
        }
    }
}

package import Database
package import Support

/// A thing in the graph with the facts recorded when it came to be.
package struct LineageNode: Sendable, Equatable {
    package var ref: String
    package var at: Timestamp
    package var facts: JSONValue
}

/// What `source` owes to `target`: it was `trained_by`, `made_from`, `read_from` … it.
package struct LineageEdge: Sendable, Hashable {
    package var source: String
    package var relation: String
    package var target: String

    package init(source: String, relation: String, target: String) {
        self.source = source
        self.relation = relation
        self.target = target
    }
}

/// Part of the graph: what one thing rests on.
package struct LineageWalk: Sendable, Equatable {
    package var nodes: [LineageNode]
    package var edges: [LineageEdge]
}

/// The graph of what rests on what. Nodes and edges are only ever added.
package struct LineageGraph: Sendable {
    private let database: any MetadataDatabase
    private let clock: any WallClock

    package init(database: any MetadataDatabase, clock: any WallClock) {
        self.database = database
        self.clock = clock
    }

    /// Records a thing, in the caller's transaction. The first record of a reference stays.
    package func add(_ ref: String, _ facts: JSONValue, in session: SQLSession) throws {
        try session.execute(
            "INSERT INTO node (ref, at, facts) VALUES (?, ?, ?) ON CONFLICT (ref) DO NOTHING",
            [SQLValue(ref), SQLValue(clock.now()), SQLValue(facts.compact)])
    }

    /// Records an arrow, in the caller's transaction. The same arrow twice is one.
    package func link(_ source: String, _ relation: String, _ target: String, in session: SQLSession) throws {
        try session.execute(
            "INSERT INTO edge (source, relation, target, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            [SQLValue(source), SQLValue(relation), SQLValue(target), SQLValue(clock.now())])
    }

    /// Everything that a thing rests on, nearest first, at most `limit` things with the arrows among them.
    package func walk(from start: String, limit: Int = 200) throws(MartletError) -> LineageWalk {
        try database.read { session in
            var things = Array([start].prefix(max(0, limit)))
            var known = Set(things)
            var walk = LineageWalk(nodes: [], edges: [])
            var next = 0
            while next < things.count {
                let ref = things[next]
                next += 1
                if let row = try session.row("SELECT * FROM node WHERE ref = ?", [SQLValue(ref)]) { walk.nodes.append(LineageGraph.node(row)) }
                for row in try session.rows("SELECT relation, target FROM edge WHERE source = ? ORDER BY at, relation, target", [SQLValue(ref)]) {
                    let target = row.text("target") ?? ""
                    if things.count < limit, known.insert(target).inserted { things.append(target) }
                    if known.contains(target) { walk.edges.append(LineageEdge(source: ref, relation: row.text("relation") ?? "", target: target)) }
                }
            }
            return walk
        }
    }

    private static func node(_ row: SQLRow) -> LineageNode {
        LineageNode(
            ref: row.text("ref") ?? "", at: row.time("at") ?? Timestamp(microseconds: 0),
            facts: (try? JSONValue(parsing: row.text("facts") ?? "")) ?? .null)
    }
}

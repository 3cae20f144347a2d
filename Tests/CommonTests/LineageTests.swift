import Database
import Lineage
import Support
import TestSupport
import Testing

@Suite("Lineage")
struct LineageTests {
    let folder: TemporaryFolder
    let database: SQLiteDatabase
    let clock = ManualClock(Timestamp(microseconds: 1_000_000))
    let graph: LineageGraph

    init() throws {
        folder = try TemporaryFolder()
        database = try SQLiteDatabase(path: folder.path("martlet.db"))
        graph = LineageGraph(database: database, clock: clock)
    }

    /// Records things and arrows, written as `a>b`.
    private func draw(_ arrows: String...) throws {
        try database.write { session in
            for arrow in arrows {
                let ends = arrow.split(separator: ">").map(String.init)
                for end in ends { try graph.add(end, ["name": .string(end)], in: session) }
                if ends.count == 2 { try graph.link(ends[0], "made_from", ends[1], in: session) }
            }
        }
    }

    private func walk(_ start: String, limit: Int = 200) throws -> String {
        let walk = try graph.walk(from: start, limit: limit)
        return walk.nodes.map(\.ref).joined(separator: " ") + " | " + walk.edges.map { "\($0.source)>\($0.target)" }.joined(separator: " ")
    }

    @Test("A walk lists what a thing rests on, nearest first, and nothing else")
    func walking() throws {
        try draw("prediction>model", "model>run", "run>data", "model>data", "data>source", "other>data")
        #expect(try walk("prediction") == "prediction model data run source | prediction>model model>data model>run data>source run>data")
        #expect(try walk("source") == "source | ")
        #expect(try walk("nothing") == " | ")
    }

    @Test("A walk through a circle ends")
    func circles() throws {
        try draw("a>b", "b>c", "c>a", "c>c")
        #expect(try walk("a") == "a b c | a>b b>c c>a c>c")
    }

    @Test(
        "A walk ends at its limit with the nearest things and the arrows among them",
        arguments: [
            (0, " | "), (1, "a | "), (2, "a b | a>b"), (3, "a b c | a>b a>c"), (4, "a b c d | a>b a>c b>d c>d"),
            (5, "a b c d e | a>b a>c b>d c>d d>e"),
            (200, "a b c d e | a>b a>c b>d c>d d>e"),
        ])
    func limits(_ limit: Int, _ expected: String) throws {
        try draw("a>b", "a>c", "b>d", "c>d", "d>e")
        #expect(try walk("a", limit: limit) == expected)
    }

    @Test("A thing with more arrows than the limit is cut, not listed whole")
    func fanOut() throws {
        try database.write { session in
            try graph.add("a", [:], in: session)
            for i in 0..<500 {
                try graph.add("b\(i)", [:], in: session)
                try graph.link("a", "read", "b\(i)", in: session)
            }
        }
        let walk = try graph.walk(from: "a", limit: 100)
        #expect(walk.nodes.count == 100)
        #expect(walk.edges.count == 99)
    }

    @Test("The first record of a thing stays, and the same arrow twice is one")
    func repetition() throws {
        try draw("a>b", "a>b")
        clock.advance(to: Timestamp(microseconds: 2_000_000))
        try database.write { try graph.add("a", ["name": "another"], in: $0) }
        let walk = try graph.walk(from: "a")
        #expect(walk.edges.map { [$0.source, $0.relation, $0.target] } == [["a", "made_from", "b"]])
        #expect(walk.nodes.first?.at == Timestamp(microseconds: 1_000_000))
        #expect(walk.nodes.first?.facts == ["name": "a"])
    }

    @Test("An arrow to a thing that was never recorded is kept")
    func unrecorded() throws {
        try database.write { session in
            try graph.add("a", [:], in: session)
            try graph.link("a", "read", "file elsewhere", in: session)
        }
        #expect(try walk("a") == "a | a>file elsewhere")
    }
}

import Database
import Support
import TestSupport
import Testing

@Suite("Writes that share a commit") struct GroupCommitTests {
    private struct Refused: Error, Equatable { let number: Int }

    @Test("each stands or falls by itself, and what is answered is there") func many() async throws {
        let folder = try TemporaryFolder()
        let database = try SQLiteDatabase(path: folder.path("m.db"))
        try database.write { try $0.execute("CREATE TABLE taken (number INTEGER PRIMARY KEY)") }
        let group = GroupCommit(database, width: 16)
        let answered = await withTaskGroup(of: Int?.self) { tasks in
            for number in 0..<300 {
                tasks.addTask {
                    do {
                        return try await group.write { session in
                            try session.execute("INSERT INTO taken VALUES (?)", [SQLValue(number)])
                            guard number % 7 != 0 else { throw Refused(number: number) }
                            return number
                        }
                    } catch {
                        #expect(error as? Refused == Refused(number: number))
                        return nil
                    }
                }
            }
            return await tasks.reduce(into: [Int]()) { if let number = $1 { $0.append(number) } }
        }
        let kept = try database.read { try $0.rows("SELECT number FROM taken ORDER BY number").compactMap { $0.int("number") } }
        #expect(kept == answered.sorted() && kept == (0..<300).filter { $0 % 7 != 0 })
    }

    @Test("an error of the database is told in words, and the others of the group are kept") func failing() async throws {
        let folder = try TemporaryFolder()
        let database = try SQLiteDatabase(path: folder.path("m.db"))
        try database.write { try $0.execute("CREATE TABLE taken (number INTEGER PRIMARY KEY)") }
        let group = GroupCommit(database)
        async let first: Void = group.write { try $0.execute("INSERT INTO taken VALUES (1)") }
        try await first
        await #expect(throws: MartletError.self) { try await group.write { try $0.execute("INSERT INTO taken VALUES (1)") } }
        try await group.write { try $0.execute("INSERT INTO taken VALUES (2)") }
        #expect(try database.read { try $0.rows("SELECT * FROM taken").count } == 2)
    }

    @Test("more than may wait are turned away") func full() async throws {
        let folder = try TemporaryFolder()
        let group = GroupCommit(try SQLiteDatabase(path: folder.path("m.db")), limit: 0)
        await #expect(throws: MartletError.self) { try await group.write { _ in } }
    }
}

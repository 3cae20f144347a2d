import Database
import Digests
import Foundation
import Pipelines
import Support
import TestSupport
import Testing

@Suite("Digests of the project's files")
struct FileStatesTests {
    let folder: TemporaryFolder
    let database: SQLiteDatabase
    let states: FileStates

    init() throws {
        folder = try TemporaryFolder()
        database = try SQLiteDatabase(path: folder.path("martlet.db"))
        states = FileStates(database: database)
    }

    private func setTime(_ path: String, _ seconds: Double) throws {
        try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: seconds)], ofItemAtPath: path)
    }

    private func remembered() throws -> Int { try database.read { try $0.rows("SELECT * FROM file_state").count } }

    @Test("A file has the digest of its bytes, and a change of them is seen")
    func change() throws {
        let file = try folder.write("data.csv", "a,b\n1,2\n")
        try setTime(file, 1_000_000)
        #expect(try states.digest(file) == Digest(of: "a,b\n1,2\n"))
        try folder.write("data.csv", "a,b\n1,3\n")
        #expect(try states.digest(file) == Digest(of: "a,b\n1,3\n"))
    }

    @Test("A file at rest is remembered and not read again")
    func memory() throws {
        let file = try folder.write("data.csv", "old")
        try setTime(file, 1_000_000)
        let digest = try states.digest(file)
        #expect(try remembered() == 1)
        try database.write { try $0.execute("UPDATE file_state SET digest = 'from memory'") }
        #expect(try states.digest(file).rawValue == "from memory")
        try setTime(file, 1_000_001)
        #expect(try states.digest(file) == digest, "another time of change: read again")
    }

    @Test("A file changed at this moment, or in the future, is not remembered", arguments: [0, 86_400] as [Double])
    func fresh(_ ahead: Double) throws {
        let file = try folder.write("data.csv", "new")
        try setTime(file, Date().timeIntervalSince1970 + 60 + ahead)
        #expect(try states.digest(file) == Digest(of: "new"))
        #expect(try remembered() == 0)
    }

    @Test("A time of change that nanoseconds in 64 bits cannot hold does not trap")
    func farFuture() throws {
        let file = try folder.write("data.csv", "new")
        try setTime(file, 13_000_000_000)
        #expect(try states.digest(file) == Digest(of: "new"))
    }

    @Test("A folder's digest changes with any file's bytes or name below it, and with nothing else")
    func folders() throws {
        try folder.write("images/a/1.png", "one")
        try folder.write("images/2.png", "two")
        let path = folder.path("images")
        let digest = try states.digest(path)
        #expect(try states.digest(path) == digest)
        try folder.write("images/2.png", "TWO")
        let edited = try states.digest(path)
        try folder.write("images/2.png", "two")
        #expect(edited != digest)
        #expect(try states.digest(path) == digest)
        try FileManager.default.moveItem(atPath: folder.path("images/2.png"), toPath: folder.path("images/3.png"))
        #expect(try states.digest(path) != digest)
    }

    @Test("A missing file is not found")
    func missing() {
        #expect(errorCode { try states.digest(folder.path("none")) } == .notFound)
    }
}

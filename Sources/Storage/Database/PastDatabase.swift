internal import GRDB
internal import Support

/// The metadata as it was at a moment, for reading. It is a connection of its own on which every table with a history is hidden behind a view
/// of the same name that shows what was there then, so that the same questions are answered from the past.
final class PastDatabase: MetadataDatabase {
    private let queue: DatabaseQueue
    private let path: String
    private let present: any MetadataDatabase

    /// - Parameter present: the database that it is the past of, for other moments of it.
    init(path: String, at moment: Timestamp, present: any MetadataDatabase) throws(MartletError) {
        self.path = path
        self.present = present
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(10)
        configuration.prepareDatabase { connection in
            for view in PastViews.all(at: moment) { try connection.execute(sql: view) }
        }
        do { queue = try DatabaseQueue(path: path, configuration: configuration) } catch { throw SQLiteDatabase.describe(error, path: path) }
    }

    func read<Result: Sendable>(_ body: (SQLSession) throws -> Result) throws(MartletError) -> Result {
        do { return try queue.read { try body(SQLSession(connection: $0)) } } catch { throw SQLiteDatabase.describe(error, path: path) }
    }

    func write<Result: Sendable>(_ body: (SQLSession) throws -> Result) throws(MartletError) -> Result { throw PastDatabase.refusal }

    func rehearse<Result: Sendable>(_ body: (SQLSession) throws -> Result) throws(MartletError) -> Result { throw PastDatabase.refusal }

    func copy(to path: String) throws(MartletError) { throw PastDatabase.refusal }

    func scour() throws(MartletError) { throw PastDatabase.refusal }

    func asOf(_ moment: Timestamp) throws(MartletError) -> any MetadataDatabase { try present.asOf(moment) }

    private static let refusal = MartletError(.usage, "The past cannot be changed: leave out the moment to work on the present.")
}

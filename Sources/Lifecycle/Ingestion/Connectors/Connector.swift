package import DuckDB
package import Support

/// Brings what a source has that did not come yet.
package protocol Connector: Sendable {
    /// Fetches what is new since a state into files below a folder. It blocks: keep it off Swift's cooperative threads.
    ///
    /// Nothing else is changed, here or there, so that it may be repeated after a crash.
    /// - Parameters:
    ///   - state: what the last fetch ended with; an empty object for the first one.
    ///   - work: the folder, the engine, and whom to tell of the progress.
    /// - Throws: `unavailable`, `permissionDenied`, `invalidInput` with what to do; what was fetched so far does not count.
    func fetch(since state: JSONValue, _ work: FetchWork) throws(MartletError) -> Fetched

    /// Tells the other side that a state is kept for good, for those that wait for it.
    func acknowledge(_ fetched: Fetched) throws(MartletError)

    /// Asks whether the source can be reached, and what it has.
    /// - Returns: a sentence.
    func probe(_ work: FetchWork) throws(MartletError) -> String
}

extension Connector {
    package func acknowledge(_: Fetched) throws(MartletError) {}
}

/// What a fetch works with.
package struct FetchWork: Sendable {
    /// Exists, is empty, and goes away afterwards.
    package var folder: String
    /// Survives a crash, so that a long fetch goes on where it was; exists.
    package var lasting: String
    package var engine: @Sendable () throws(MartletError) -> DuckDB
    package var progress: @Sendable (String) -> Void

    package init(
        folder: String, lasting: String, engine: @escaping @Sendable () throws(MartletError) -> DuckDB, progress: @escaping @Sendable (String) -> Void
    ) {
        self.folder = folder
        self.lasting = lasting
        self.engine = engine
        self.progress = progress
    }
}

/// What a fetch brought.
package struct Fetched: Sendable {
    /// One file with rows.
    package struct File: Sendable {
        /// Tells the format by its end, such as `.csv.gz`.
        package var name: String
        package var path: String
        /// Nil where nobody counted.
        package var rows: Int?

        package init(name: String, path: String, rows: Int? = nil) {
            self.name = name
            self.path = path
            self.rows = rows
        }
    }

    /// None where nothing is new.
    package var files: [File]
    /// What the next fetch begins with.
    package var state: JSONValue
    /// When the newest row came to be, where the source tells.
    package var newest: Timestamp?
    /// Whether it is everything, although the source grows: after its query changed.
    package var isWhole = false

    package init(files: [File], state: JSONValue, newest: Timestamp? = nil, isWhole: Bool = false) {
        self.files = files
        self.state = state
        self.newest = newest
        self.isWhole = isWhole
    }
}

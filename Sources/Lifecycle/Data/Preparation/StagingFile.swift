import DuckDB
import Support

/// A database in a file in which rows lie while they are prepared, for sources that are large beside the memory that may be used: its pages are
/// compressed, and leave memory without being written anew.
final class StagingFile {
    private let engine: DuckDB
    private(set) var isOpen = false

    private static let name = "martlet_staging"

    init(engine: DuckDB) { self.engine = engine }

    deinit { close() }

    /// Makes the file below a folder; tables without another name go there from now on.
    func open(in folder: String) throws(MartletError) {
        guard !isOpen else { return }
        // The file goes with the preparation: nothing is to be put in order as it is let go of.
        try engine.execute("PRAGMA disable_checkpoint_on_shutdown")
        try engine.execute("ATTACH \(SQL.text("\(folder)/staging.duckdb")) AS \(StagingFile.name)")
        isOpen = true
        try engine.execute(StagingFile.use)
    }

    /// What another connection runs to see the tables.
    static let use = "USE \(name)"

    /// Lets go of the file, which may be removed then.
    func close() {
        guard isOpen else { return }
        try? engine.execute("USE memory")
        try? engine.execute("DETACH \(StagingFile.name)")
        isOpen = false
    }
}

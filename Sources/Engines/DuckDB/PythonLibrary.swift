import EngineLibraries
import Support

/// The Python library that DuckDB's Python wheel is linked against. No interpreter is ever started: its symbols only have to be there.
struct PythonLibrary {
    /// The library's file name, `libpython3.11.so.1.0`.
    let name: String
    /// Where it is looked for before the system: `python/` beside the engine's folder.
    let candidates: [String]

    /// What a DuckDB library at this path needs: nil where it is not a Python extension module (`_duckdb.cpython-311-....so`).
    init?(below path: String) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard let file = parts.last, file.hasPrefix("_duckdb") else { return nil }
        let digits = file.split(separator: "cpython-", maxSplits: 1).last?.prefix { $0.isNumber } ?? ""
        let version = digits.count > 1 ? "\(digits.prefix(1)).\(digits.dropFirst())" : "3.11"
        let name = "libpython\(version).so.1.0"
        self.name = name
        candidates = (1..<max(2, min(6, parts.count))).map { parts.dropLast($0).joined(separator: "/") + "/python/" + name }
    }

    /// Makes its symbols visible to what is loaded later.
    /// - Throws: `engineMissing` where it is neither beside the engine nor in the system.
    func load() throws(MartletError) {
        for path in candidates where DynamicLibrary.exists(path) {
            _ = try DynamicLibrary.load(path, global: true)
            return
        }
        do {
            _ = try DynamicLibrary.load(name, global: true)
        } catch {
            let package = name.replacing(".so.1.0", with: "")
            throw MartletError(
                .engineMissing, "DuckDB's library needs \(name). Install it (on Debian: `apt-get install \(package)`) or run `make setup`.",
                cause: error.cause)
        }
    }
}

import Settings
import Support

/// One of the `meta.yaml` files in which MLflow's folders say what something is.
struct MetaFile {
    private let node: SettingsNode

    /// - Throws: `notFound`, `invalidInput`.
    init(in folder: String) throws(MartletError) {
        let path = "\(folder)/meta.yaml"
        guard FileWindow.size(of: path) != nil else { throw MartletError(.notFound, "\(path) does not exist.") }
        guard let bytes = try FileWindow.whole(path, limit: 4_000_000) else {
            throw MartletError(.invalidInput, "\(path) is too large for a file that says what something is.")
        }
        node = try SettingsNode(yaml: String(decoding: bytes, as: UTF8.self), file: path)
    }

    func text(_ key: String) -> String? { node[key].flatMap { try? $0.string() } }

    func integer(_ key: String) -> Int? { node[key].flatMap { try? $0.int() } }

    func time(_ key: String) -> Timestamp? { integer(key).map { Timestamp(milliseconds: Int64($0)) } }

    /// The entries of a mapping of texts.
    func pairs(_ key: String) -> [(key: String, value: String)] {
        let entries = node[key].flatMap { try? $0.entries() } ?? []
        return entries.compactMap { entry in (try? entry.value.string()).map { (entry.key, $0) } }
    }
}

extension Timestamp {
    /// A moment from milliseconds since 1970; beyond what can be held it is the first or the last one.
    init(milliseconds: Int64) {
        let (value, overflow) = milliseconds.multipliedReportingOverflow(by: 1000)
        self.init(microseconds: overflow ? (milliseconds < 0 ? .min : .max) : value)
    }
}

internal import Data
internal import DuckDB
internal import Objects
internal import Support
internal import Tables

/// Texts that tell of one person only: their key, and the values of text columns that nobody else in the data has.
struct OwnTexts: Sendable {
    /// Longer than this, a text is looked for inside others; up to it, it must stand alone.
    private static let alone = 7

    let all: [String]
    private let known: Set<String>
    private let long: [String]

    init(_ texts: [String]) {
        all = texts.filter { !$0.isEmpty }
        known = Set(all)
        long = all.filter { $0.utf8.count > OwnTexts.alone }
    }

    /// What stands in the rows of some dataset versions and nowhere else in them, and the keys themselves.
    init(of datasets: [SubjectSearch.DatasetRows], keys: [String], in project: Project, engine: DuckDB) throws(MartletError) {
        var texts = Set(keys)
        for found in datasets {
            let columns = found.version.details.columns.filter { $0.kind == .text }.map(\.name)
            let files = try found.version.details.parts.map { part throws(MartletError) in
                (path: try project.objects.path(part.digest), rows: found.rows[part.split] ?? [])
            }
            texts.formUnion(try PreparedFile.ownTexts(columns, in: files, engine: engine))
        }
        self.init(texts.sorted())
    }

    static let mark = "[erased]"

    /// A sentence without the texts.
    func withoutThem(_ sentence: String) -> String {
        if known.contains(sentence) { return OwnTexts.mark }
        return long.reduce(sentence) { $1.isEmpty ? $0 : $0.replacing($1, with: OwnTexts.mark) }
    }

    /// A JSON value without the texts, wherever they stand in it; elements of lists go.
    func removed(from value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text): .string(withoutThem(text))
        case .array(let elements): .array(elements.filter { !($0.text.map(known.contains) ?? false) }.map(removed))
        case .object(let members): .object(members.map { JSONValue.Member(withoutThem($0.key), removed(from: $0.value)) })
        default: value
        }
    }

    /// Whether bytes hold one of the longer texts, as they are or as JSON writes them.
    func isIn(_ bytes: [UInt8]) -> Bool {
        long.contains { text in
            let json = JSONValue.string(text).compact.dropFirst().dropLast()
            return bytes.holds(Array(text.utf8)) || (json != text && bytes.holds(Array(json.utf8)))
        }
    }
}

extension [UInt8] {
    /// Whether a run of bytes stands in these.
    /// - Parameter asWord: whether no letter or digit may stand right before or after it.
    func holds(_ wanted: [UInt8], asWord: Bool = false) -> Bool {
        guard let first = wanted.first, wanted.count <= count else { return false }
        func isWordByte(_ place: Int) -> Bool {
            guard indices.contains(place) else { return false }
            let byte = self[place]
            return byte >= 0x80 || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        }
        return withUnsafeBufferPointer { bytes in
            var start = 0
            while start <= bytes.count - wanted.count {
                guard let next = bytes[start...(bytes.count - wanted.count)].firstIndex(of: first) else { return false }
                let end = next + wanted.count
                if bytes[next..<end].elementsEqual(wanted), !asWord || !(isWordByte(next - 1) || isWordByte(end)) { return true }
                start = next + 1
            }
            return false
        }
    }
}

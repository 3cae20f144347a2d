import Support

/// How far the files of a run have been read, and what has to be known to go on there.
struct FileCursor: Equatable {
    struct Position: Equatable {
        /// Where the next record begins.
        var offset: Int
        /// How long the file was then: while it is no longer, nothing was added.
        var size: Int
    }

    var files: [String: Position] = [:]
    /// What a store keeps for itself.
    var notes: JSONValue = .null

    /// - Parameter text: empty, or as `text` wrote it; what cannot be read counts as the beginning.
    init(_ text: String) {
        guard !text.isEmpty, let value = try? JSONValue(parsing: text) else { return }
        for member in value["files"].members {
            guard let offset = member.value.elements.first?.int, let size = member.value.elements.last?.int, offset >= 0 else { continue }
            files[member.key] = Position(offset: offset, size: size)
        }
        notes = value["notes"]
    }

    var text: String {
        let places = files.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, [JSONValue($0.value.offset), JSONValue($0.value.size)]) }
        return JSONValue.object([JSONValue.Member("files", .object(places)), JSONValue.Member("notes", notes)]).compact
    }
}

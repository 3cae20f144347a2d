internal import Settings
package import Support
internal import Synchronization
internal import Versions

/// A `dvc.lock`: what each stage was when it last ran. It is written anew after each stage, and keeps the text of all others as it stands, so that a
/// version control system shows what changed.
package final class StageLock: Sendable {
    private struct Entry {
        var stage: LockedStage
        /// Its lines in the file, the last ending with a line break.
        var text: String
    }

    private struct Contents {
        /// What stands before the stages.
        var head = "schema: '2.0'\nstages:\n"
        /// The stages in the order of the file.
        var names: [String] = []
        var entries: [String: Entry] = [:]
    }

    /// The `dvc.lock` beside a `dvc.yaml`.
    package static func path(of file: String) -> String { "\(file.hasSuffix(".yaml") ? String(file.dropLast(5)) : file).lock" }

    /// Its path, relative to the repository.
    package let path: String
    private let root: String
    private let contents: Mutex<Contents>
    /// The order in which new stages are written.
    private let order: [String: Int]

    /// Reads a file; where there is none, it is made with the first stage.
    /// - Parameters:
    ///   - root: the repository.
    ///   - path: of the file, relative to the repository.
    ///   - order: the names of stages in the order in which new ones are written.
    /// - Throws: `invalidInput` with line and column.
    package init(root: String, path: String, order: [String] = []) throws(MartletError) {
        self.root = root
        self.path = path
        var places: [String: Int] = [:]
        for (i, name) in order.enumerated() where places[name] == nil { places[name] = i }
        self.order = places
        let bytes: [UInt8]
        do { bytes = try FileBytes.read("\(root)/\(path)", limit: 256_000_000) } catch  where error.code == .notFound {
            contents = Mutex(Contents())
            return
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw MartletError(.invalidInput, "\(path) is not UTF-8 text.") }
        contents = Mutex(try StageLock.read(text, path))
    }

    private static func read(_ text: String, _ path: String) throws(MartletError) -> Contents {
        var contents = Contents()
        let node = try SettingsNode(yaml: text, file: path, aliases: .expanded)
        let members = try node.entries()
        if members.isEmpty { return contents }
        guard node.stageValue["schema"].text == "2.0" else {
            throw node.failure("This file was not written by DVC 2 or 3: “schema” is not '2.0'. Remove it, and the stages run anew.")
        }
        let stages = node.stageValue["stages"].members
        let (head, blocks) = StageLock.blocks(text)
        // Where the lines are not as DVC writes them, all are written anew.
        let fits = blocks.count == stages.count
        if fits {
            contents.head = head
        } else {
            let before = node.stageValue.members.filter { $0.key != "stages" }
            contents.head = YAMLWriter.text(before) + "stages:\n"
        }
        for (i, stage) in stages.enumerated() {
            contents.names.append(stage.key)
            contents.entries[stage.key] = Entry(stage: LockedStage(stage.value), text: fits ? blocks[i] : YAMLWriter.text([stage], indent: 2))
        }
        return contents
    }

    /// The stages of a file's text by their names.
    /// - Throws: `invalidInput` with line and column.
    static func stages(_ text: String, _ path: String) throws(MartletError) -> [String: LockedStage] {
        try read(text, path).entries.mapValues(\.stage)
    }

    /// What stands up to `stages:`, and the lines of each stage.
    private static func blocks(_ text: String) -> (head: String, blocks: [String]) {
        var head = ""
        var blocks: [String] = []
        var isInside = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let isBegin = isInside && line.hasPrefix("  ") && !line.hasPrefix("   ") && line.count > 2
            if isBegin { blocks.append("") }
            // The last line break ends a line and begins none.
            if isInside, line.isEmpty { continue }
            if blocks.isEmpty { head += "\(line)\n" } else { blocks[blocks.count - 1] += "\(line)\n" }
            if line == "stages:" { isInside = true }
        }
        return (head, blocks)
    }

    /// What a stage was when it last ran; nil where it never did.
    package subscript(name: String) -> LockedStage? { contents.withLock { $0.entries[name]?.stage } }

    /// Keeps what a stage is now, and writes the file.
    /// - Throws: `inputOutput`, `storageFull`.
    package func keep(_ stage: LockedStage, of name: String) throws(MartletError) {
        let entry = Entry(stage: stage, text: YAMLWriter.text([JSONValue.Member(name, stage.value)], indent: 2))
        try contents.withLock { contents throws(MartletError) in
            let known = contents.entries.updateValue(entry, forKey: name)
            if known == nil { contents.names.insert(name, at: place(of: name, contents.names)) }
            if let known, known.stage == stage, known.text == entry.text { return }
            var bytes = Array(contents.head.utf8)
            for name in contents.names { bytes += contents.entries[name]?.text.utf8 ?? "".utf8 }
            try FileBytes.replace("\(root)/\(path)", with: bytes)
        }
    }

    /// Where a new stage goes: behind all that stood there before, among the new ones in their order, whichever ends first.
    private func place(of name: String, _ names: [String]) -> Int {
        guard let own = order[name] else { return names.count }
        var place = names.count
        while place > 0, let before = order[names[place - 1]], before > own { place -= 1 }
        return place
    }
}

package import Support

/// A step of `dvc.yaml` with its templates filled in.
package struct Stage: Sendable, Equatable {
    /// A file or folder that the command writes.
    package struct Output: Sendable, Equatable {
        package enum Kind: String, Sendable { case out, metric, plot }

        /// As it stands in the file: relative to the stage's folder.
        package var path: String
        package var kind: Kind
        /// Whether its content is put into the cache and kept out of Git.
        package var isCached = true
        /// Whether what an earlier run left stays while the command runs.
        package var isPersistent = false
        /// Whether it goes to remotes.
        package var isPushed = true
        /// The remote that it goes to; the default one where nil.
        package var remote: String?

        package init(path: String, kind: Kind) {
            self.path = path
            self.kind = kind
        }
    }

    /// Values of a file that a stage depends on.
    package struct Parameters: Sendable, Equatable {
        /// As it stands in the file: relative to the stage's folder.
        package var file: String
        /// Their names with points between; the whole file where there are none.
        package var keys: [String]

        package init(file: String, keys: [String]) {
            self.file = file
            self.keys = keys
        }
    }

    /// Its name in the file, with what `foreach` and `matrix` add: `train@0`.
    package var name: String
    /// The `dvc.yaml` that it stands in, relative to the repository.
    package var file: String
    /// One command, or several that follow each other: a text or a list of texts, as it goes into `dvc.lock`.
    package var command: JSONValue
    /// Where it works, relative to the repository; empty for the repository's own folder.
    package var folder: String
    /// Files and folders that it reads, as they stand in the file: relative to its folder.
    package var dependencies: [String] = []
    package var parameters: [Parameters] = []
    package var outputs: [Output] = []
    /// Whether it counts as unchanged whatever it depends on.
    package var isFrozen = false
    /// Whether it runs every time.
    package var alwaysRuns = false
    package var description: String?
    package var place: SourcePlace?

    package init(name: String, file: String, command: JSONValue, folder: String, address: String? = nil) {
        self.address = address ?? (file == StageFile.name ? name : "\(file):\(name)")
        self.name = name
        self.file = file
        self.command = command
        self.folder = folder
    }

    /// What it is called where several files are in play: its name, behind its file where that is not the one that is run.
    package var address: String

    /// The commands one after the other; a text of several lines is several commands, an element of a list is one.
    package var commands: [String] {
        switch command {
        case .string(let text): text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
        default: command.elements.compactMap(\.text)
        }
    }

    /// Whether it has nothing that could tell whether it changed, so that it runs every time.
    package var isCallback: Bool { dependencies.isEmpty && parameters.isEmpty && outputs.isEmpty }

    /// A path of the stage, relative to the repository.
    package func path(_ relative: String) -> String { StagePath.joined(folder, relative) }
}

/// Paths as text, without a look at the disk.
package enum StagePath {
    /// A path behind a folder with `.` and `..` taken out; a path from the root of the file system stays as it is.
    package static func joined(_ folder: String, _ path: String) -> String {
        if path.hasPrefix("/") { return normal(path) }
        return normal(folder.isEmpty ? path : "\(folder)/\(path)")
    }

    /// Takes out `.`, `..` and slashes too many. What leads above the start keeps its `..`.
    package static func normal(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == "..", let last = parts.last, last != ".." { parts.removeLast() } else { parts.append(part) }
        }
        return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
    }

    /// Whether one of two paths is the other or lies in it.
    package static func overlap(_ a: String, _ b: String) -> Bool { isBelow(a, b) || isBelow(b, a) }

    /// Whether a path is another or lies in it.
    package static func isBelow(_ path: String, _ folder: String) -> Bool { folder.isEmpty || path == folder || path.hasPrefix("\(folder)/") }
}

/// Texts in the order of their code points, as Python sorts them.
package func stageOrder(_ a: String, _ b: String) -> Bool { a.unicodeScalars.lexicographicallyPrecedes(b.unicodeScalars) }

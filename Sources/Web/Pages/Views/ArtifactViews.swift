/// A folder of a run's artifacts.
package struct FolderView: Sendable {
    package struct Entry: Sendable {
        package var name: String
        /// Bytes; nil for a folder.
        package var size: Int?

        package init(_ name: String, size: Int?) {
            self.name = name
            self.size = size
        }
    }

    /// From the run's root; empty for the root.
    package var path: String
    package var entries: [Entry]
    package var hasMore: Bool

    package init(path: String = "", entries: [Entry] = [], hasMore: Bool = false) {
        self.path = path
        self.entries = entries
        self.hasMore = hasMore
    }
}

/// A file or folder of a run's artifacts, as far as it can be shown.
package struct ArtifactView: Sendable {
    package enum Content: Sendable {
        case folder(FolderView)
        /// Whether the text goes on behind what is given.
        case text(String, isCut: Bool)
        case table(names: [String], rows: [[String]], isCut: Bool)
        /// A picture, at an address of this server.
        case picture
        /// Why nothing is shown.
        case nothing(String)
    }

    package var run: RunRowView
    package var experiment: ExperimentView
    package var path: String
    package var size: Int
    /// Where the file can be fetched; nil for a folder.
    package var download: String?
    package var content: Content

    package init(run: RunRowView, experiment: ExperimentView, path: String, size: Int = 0, download: String? = nil, content: Content) {
        self.run = run
        self.experiment = experiment
        self.path = path
        self.size = size
        self.download = download
        self.content = content
    }
}

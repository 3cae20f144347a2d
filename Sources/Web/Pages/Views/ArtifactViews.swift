/// A folder of a run's artifacts.
package struct FolderView: Sendable {
    package struct Entry: Sendable {
        package var name: String
        /// Bytes; nil for a folder.
        package var size: Int?
        /// What a folder holds; nil where that is not known here.
        package var entries: [Entry]?

        package init(_ name: String, size: Int?, entries: [Entry]? = nil) {
            self.name = name
            self.size = size
            self.entries = entries
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
        case table(LoggedTableView)
        case histograms(HistogramSeriesView)
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
    /// All that the run has kept; nil where that is too much to be listed beside a file.
    package var tree: FolderView?

    package init(
        run: RunRowView, experiment: ExperimentView, path: String, size: Int = 0, download: String? = nil, content: Content,
        tree: FolderView? = nil
    ) {
        self.run = run
        self.experiment = experiment
        self.path = path
        self.size = size
        self.download = download
        self.content = content
        self.tree = tree
    }
}

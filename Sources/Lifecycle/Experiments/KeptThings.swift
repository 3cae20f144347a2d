internal import Support

/// What something else still stands on, so that it is not removed though it was deleted.
package struct KeptThings: Sendable {
    package var runs: Set<String>
    package var models: Set<String>
    private let folders: Set<String>
    private let ordered: [String]

    /// - Parameters:
    ///   - models: logged models.
    ///   - folders: paths of artifacts, with all that is below them.
    package init(runs: Set<String> = [], models: Set<String> = [], folders: [String] = []) {
        self.runs = runs
        self.models = models
        self.folders = Set(folders)
        ordered = self.folders.sorted()
    }

    /// Whether a folder is kept, is in one that is, or holds one.
    func holds(_ folder: ArtifactPath?) -> Bool {
        guard let folder, !ordered.isEmpty else { return false }
        var above = ""
        for part in folder.text.split(separator: "/") {
            above += above.isEmpty ? String(part) : "/\(part)"
            if folders.contains(above) { return true }
        }
        let start = folder.text + "/"
        var (low, high) = (0, ordered.count)
        while low < high {
            let middle = (low + high) / 2
            if ordered[middle] < start { low = middle + 1 } else { high = middle }
        }
        return low < ordered.count && ordered[low].hasPrefix(start)
    }
}

import Support

/// The files that a run has logged, as batches.
struct RunArtifacts {
    /// As many files as are kept in one transaction.
    static let atOnce = 100

    /// - Parameter cursor: what the run counts as read up to while its files are taken in.
    static func read(
        _ files: FolderFiles, cursor: String, _ keep: (ForeignBatch) throws(MartletError) -> Void
    ) throws(MartletError) {
        for start in stride(from: 0, to: files.entries.count, by: atOnce) {
            var batch = ForeignBatch()
            batch.cursor = cursor
            batch.files = files.entries[start..<min(start + atOnce, files.entries.count)].map { ForeignFile($0.path, .file(files.path(of: $0))) }
            try keep(batch)
        }
    }
}

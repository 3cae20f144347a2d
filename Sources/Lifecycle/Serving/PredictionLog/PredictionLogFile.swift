package import Support

/// A file of a prediction log as it stands at one moment: for a copy that holds whole blocks only, also while another process writes.
package struct PredictionLogFile: Sendable, Equatable {
    /// The path within the project's `predictions` folder.
    package var path: String
    /// How many bytes of it are whole and will not change.
    package var length: Int
    /// Whether nothing will be added: a closed segment.
    package var isFinal: Bool
    /// The bytes themselves, where they change in place: the counters.
    package var content: [UInt8]?

    /// The files of all endpoints. The counters are read after the segments: rows that they count beyond those were on their way to the disk.
    /// - Parameter folder: the project's `predictions` folder; without one there are no files.
    package static func all(in folder: String) throws(MartletError) -> [PredictionLogFile] {
        var files: [PredictionLogFile] = []
        for endpoint in try PredictionLogReader.endpoints(in: folder) {
            let path = "\(folder)/\(endpoint)"
            for name in try PredictionLogReader.segments(in: path) {
                if let file = try segment("\(path)/\(name)", as: "\(endpoint)/\(name)") { files.append(file) }
            }
            for month in try RequestMonth.months(in: path) {
                let size = try OpenFile("\(path)/\(month.file)", .read).size()
                files.append(PredictionLogFile(path: "\(endpoint)/\(month.file)", length: size, isFinal: false))
            }
            guard try LogFolder.names(in: path).contains("counters") else { continue }
            let page = try OpenFile("\(path)/counters", .read)
            let bytes = try page.read(at: 0, count: try page.size())
            files.append(PredictionLogFile(path: "\(endpoint)/counters", length: bytes.count, isFinal: false, content: bytes))
        }
        return files
    }

    /// Nil for a segment that retention removed meanwhile, or in which no block is whole yet.
    private static func segment(_ path: String, as name: String) throws(MartletError) -> PredictionLogFile? {
        let file: OpenFile
        do { file = try OpenFile(path, .read) } catch {
            guard error.code == .notFound else { throw error }
            return nil
        }
        guard let segment = try SegmentReader(file) else { return nil }
        if segment.footer != nil { return PredictionLogFile(path: name, length: try file.size(), isFinal: true) }
        var entries = try segment.entries()
        while let last = entries.last, try !segment.isWhole(last) { entries.removeLast() }
        return entries.last.map { PredictionLogFile(path: name, length: $0.end, isFinal: false) }
    }
}

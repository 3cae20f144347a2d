import DuckDB
import Support
import Tables

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Copies of those files of a source whose lines end in more than one way, with one line end throughout: the engine reads no mixture.
/// They lie in a folder below the engine's temporary directory while the source is read. Line numbers stay as they are in the file.
final class EvenCopies {
    private let engine: DuckDB
    private let plan: SourcePlan
    private var folder: String?
    /// The files that were copied, by the path of the copy.
    private var originals: [String: SourceFile] = [:]

    init(engine: DuckDB, plan: SourcePlan) {
        self.engine = engine
        self.plan = plan
    }

    /// The file to read in place of one: itself where nothing is wrong with it.
    /// - Parameter unpacks: whether a compressed file is copied; how its lines end shows only to the engine, which then refuses it.
    func readable(_ file: SourceFile, unpacks: Bool) throws(MartletError) -> SourceFile {
        let probe = try FileProbe(file)
        if unpacks, let compression = probe.compression, probe.layout == .delimited { return try unpacked(file, compression) }
        return try probe.hasMixedLineEnds(plan) ? evened(file) : file
    }

    /// The file that one stands for.
    func original(_ file: SourceFile) -> SourceFile { originals[file.path] ?? file }

    /// Whether a file to read is a copy.
    func isCopy(_ file: SourceFile) -> Bool { originals[file.path] != nil }

    /// Removes the copies.
    func remove() {
        for path in originals.keys { unlink(path) }
        if let folder { rmdir(folder) }
        (folder, originals) = (nil, [:])
    }

    /// What a person is told where a mixture cannot be made even.
    static func refusal(_ files: [SourceFile], _ error: MartletError) -> MartletError {
        let names = files.map(\.name).joined(separator: ", ")
        return MartletError(
            .invalidInput, "\(names) mixes line ends (CRLF and LF). Unpacked and saved as UTF-8 it is read as it is.", cause: error.cause)
    }

    private func evened(_ file: SourceFile) throws(MartletError) -> SourceFile {
        let path = try place(for: file)
        guard let stream = fopen(path, "wb") else { throw .system("write", path) }
        var ends = LineEnds(plan)
        var output: [UInt8] = []
        let failure: Int32?
        do {
            failure = try FileProbe.chunks(of: file) { bytes, _ in
                output.removeAll(keepingCapacity: true)
                ends.pass(bytes, into: &output)
                return fwrite(output, 1, output.count, stream) == output.count ? nil : errno
            }
        } catch {
            fclose(stream)
            throw error
        }
        let isClosed = fclose(stream) == 0
        guard failure == nil, isClosed else { throw .system("write", path, number: failure ?? errno) }
        return try SourceFile.resolve([path], in: "").first.map { SourceFile(name: file.name, path: path, size: $0.size) } ?? file
    }

    /// Unpacked by the engine, every line end as a line feed.
    /// - Throws: `invalidInput` where a carriage return stands alone, which the engine would lose, and for another encoding than UTF-8.
    private func unpacked(_ file: SourceFile, _ compression: String) throws(MartletError) -> SourceFile {
        let path = try place(for: file)
        let pairs = lines(of: file, compression, lineEnd: nil)
        let single = lines(of: file, compression, lineEnd: "\\n")
        let kept: Table
        do {
            kept = try engine.query("SELECT (SELECT sum(strlen(line)) FROM \(pairs)) = (SELECT sum(strlen(line)) FROM \(single)) AS same")
        } catch  where error.code == .invalidInput { throw EvenCopies.refusal([file], error) }
        guard kept.columns.first?.numbers?.first == 1 else {
            throw MartletError(.invalidInput, "\(file.name) has carriage returns within its lines. Unpack the file and remove them.")
        }
        let format = "FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\(DialectProbe.noDelimiter)', COMPRESSION 'none'"
        try engine.execute("COPY (SELECT coalesce(line, '') FROM \(pairs)) TO \(SQL.text(path)) (\(format))")
        return try SourceFile.resolve([path], in: "").first.map { SourceFile(name: file.name, path: path, size: $0.size) } ?? file
    }

    private func lines(of file: SourceFile, _ compression: String, lineEnd: String?) -> String {
        DialectProbe.lines(of: file, encoding: "utf-8", compression: compression, more: lineEnd.map { ["new_line='\($0)'"] } ?? [])
    }

    private func place(for file: SourceFile) throws(MartletError) -> String {
        if folder == nil { folder = try makeScratchFolder() }
        let path = "\(folder ?? "")/\(originals.count).csv"
        originals[path] = file
        return path
    }

    private func makeScratchFolder() throws(MartletError) -> String {
        let set = try engine.query("SELECT current_setting('temp_directory')").columns.first?.category(0) ?? ""
        let parent = set.isEmpty ? getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp" : set
        if mkdir(parent, 0o700) != 0, errno != EEXIST { throw .system("make the folder", parent) }
        var template = Array("\(parent)/lines-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw .system("make a folder in", parent) }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

import Database
import Digests
import Experiments
import Foundation
import MLflow
import Objects
import Pages
import Projects
import Support
import Web

/// Artifacts of a run as the pages show them. What is shown of a file is bounded, however large it is.
struct ArtifactFacts {
    let project: Project

    private static let mostEntries = 500
    /// How much is read of a text.
    private static let mostText = 256 << 10
    private static let mostPicture = 8 << 20
    /// How much is read of what is a table only as a whole.
    private static let mostTable = 4 << 20
    /// How many files of a run are listed beside one.
    private static let mostInTree = 500

    /// The pictures that browsers show without anything in them being able to run, by the ends of their names and their first bytes.
    private static let pictures: [(end: String, type: String, start: [UInt8])] = [
        ("png", "image/png", [0x89, 0x50, 0x4E, 0x47]), ("jpg", "image/jpeg", [0xFF, 0xD8, 0xFF]), ("jpeg", "image/jpeg", [0xFF, 0xD8, 0xFF]),
        ("gif", "image/gif", [0x47, 0x49, 0x46, 0x38]), ("webp", "image/webp", [0x52, 0x49, 0x46, 0x46]),
    ]

    func view(_ path: String, of id: String, in experiment: Int) throws(MartletError) -> ArtifactView {
        let now = project.clock.now()
        let found = try project.database.read { session -> (view: ArtifactView, artifact: Artifact?) in
            let (run, experiment) = try ExperimentFacts(project: project).run(id, in: experiment, session: session)
            let root = try ArtifactFacts.root(of: run, in: experiment)
            var view = ArtifactView(run: RunRowView(run, now: now), experiment: ExperimentFacts.view(experiment), path: path, content: .nothing(""))
            let place = path.isEmpty ? root : try ArtifactFacts.below(root, path)
            view.tree = path.isEmpty ? nil : try ArtifactFacts.tree(root, in: session)
            if !path.isEmpty, let artifact = try ArtifactTree.file(place, in: session) {
                view.size = artifact.size
                view.download = ClientLanguage.download(place.text.split(separator: "/").map { PagePath.segment(String($0)) }.joined(separator: "/"))
                return (view, artifact)
            }
            let folder = try ArtifactFacts.folder(path, place, in: session)
            guard path.isEmpty || !folder.entries.isEmpty else { throw ArtifactFacts.missing(path) }
            view.content = .folder(folder)
            return (view, nil)
        }
        var view = found.view
        if let artifact = found.artifact { view.content = try content(artifact, path) }
        return view
    }

    func picture(_ path: String, of id: String, in experiment: Int) throws(MartletError) -> Picture {
        let artifact = try project.database.read { session in
            let (run, experiment) = try ExperimentFacts(project: project).run(id, in: experiment, session: session)
            return try ArtifactTree.file(try ArtifactFacts.below(ArtifactFacts.root(of: run, in: experiment), path), in: session)
        }
        guard let artifact else { throw ArtifactFacts.missing(path) }
        let bytes = artifact.size <= ArtifactFacts.mostPicture ? try beginning(of: artifact, ArtifactFacts.mostPicture) : []
        guard let kind = ArtifactFacts.kind(path), bytes.starts(with: kind.start) else {
            throw MartletError(.invalidInput, "“\(path.prefix(100))” is no picture that can be shown. Download it.")
        }
        return Picture(bytes: bytes, type: kind.type)
    }

    // MARK: - Places

    private static func root(of run: TrackedRun, in experiment: Experiment) throws(MartletError) -> ArtifactPath {
        guard let root = ClientLanguage.artifacts(of: run, in: experiment) else {
            throw MartletError(.notFound, "The artifacts of this run are kept at \(experiment.artifacts ?? "another place"), not here.")
        }
        return root
    }

    /// A path below a run's artifacts, checked by itself first so that it cannot begin elsewhere.
    private static func below(_ root: ArtifactPath, _ path: String) throws(MartletError) -> ArtifactPath {
        try root.appending(ArtifactPath(path).text)
    }

    private static func missing(_ path: String) -> MartletError { MartletError(.notFound, "The run has no artifact “\(path.prefix(200))”.") }

    /// - Parameter path: as people see it, from the run's root.
    static func folder(_ path: String, _ place: ArtifactPath, in session: SQLSession) throws -> FolderView {
        let entries = try ArtifactTree.entries(of: place, in: session)
        return FolderView(
            path: path, entries: entries.prefix(mostEntries).map { .init($0.name, size: $0.size) }, hasMore: entries.count > mostEntries)
    }

    /// All files below a folder, in their folders; nil where there are very many.
    static func tree(_ root: ArtifactPath, in session: SQLSession) throws -> FolderView? {
        let files = try ArtifactTree.files(below: root, limit: mostInTree + 1, in: session)
        guard files.count <= mostInTree else { return nil }
        let paths = files.map { (parts: $0.path.dropFirst(root.text.count + 1).split(separator: "/").map(String.init)[...], size: $0.size) }
        return FolderView(entries: entries(paths))
    }

    /// - Parameter files: in the order of their paths.
    private static func entries(_ files: [(parts: ArraySlice<String>, size: Int)]) -> [FolderView.Entry] {
        let groups = Dictionary(grouping: files) { $0.parts.first ?? "" }
        return groups.sorted { $0.key < $1.key }.flatMap { name, files -> [FolderView.Entry] in
            let own = files.filter { $0.parts.count == 1 }.map { FolderView.Entry(name, size: $0.size) }
            let below = files.filter { $0.parts.count > 1 }.map { (parts: $0.parts.dropFirst(), size: $0.size) }
            return own + (below.isEmpty ? [] : [FolderView.Entry(name, size: nil, entries: entries(below))])
        }
    }

    // MARK: - Content

    /// Whether its name is that of a picture which can be shown.
    static func isPicture(_ path: String) -> Bool { kind(path) != nil }

    private static func kind(_ path: String) -> (end: String, type: String, start: [UInt8])? {
        let end = path.lowercased().split(separator: ".").last.map(String.init) ?? ""
        return pictures.first { $0.end == end }
    }

    private func content(_ artifact: Artifact, _ path: String) throws(MartletError) -> ArtifactView.Content {
        guard artifact.size > 0 else { return .nothing("The file is empty.") }
        if ArtifactFacts.kind(artifact.path) != nil {
            return artifact.size <= ArtifactFacts.mostPicture ? .picture : .nothing("The picture is too large to be shown here. Download it.")
        }
        let end = artifact.path.lowercased().split(separator: ".").last ?? ""
        if end == "json", let table = try table(artifact, path) { return .table(table) }
        let bytes = try beginning(of: artifact, end == "jsonl" ? HistogramFile.mostBytes : ArtifactFacts.mostText)
        guard let text = ArtifactFacts.text(bytes) else {
            return .nothing("These bytes are no text. Download the file to read it with what wrote it.")
        }
        let isCut = bytes.count < artifact.size
        switch end {
        case "csv": return DelimitedText.table(text, by: ",", isCut: isCut, path: path)
        case "tsv": return DelimitedText.table(text, by: "\t", isCut: isCut, path: path)
        case "json" where !isCut:
            let value = try? JSONValue(parsing: text)
            if let step = value.flatMap({ HistogramFile.step($0) }) { return .histograms(HistogramSeriesView(path, path: path, steps: [step])) }
            return .text(value?.pretty ?? text, isCut: false)
        case "jsonl":
            let steps = HistogramFile.steps(in: text)
            return steps.isEmpty
                ? .text(String(text.prefix(ArtifactFacts.mostText)), isCut: isCut) : .histograms(.init(path, path: path, steps: steps))
        default: return .text(text, isCut: isCut)
        }
    }

    /// The table that a client wrote as JSON: names, and rows of values.
    func table(_ artifact: Artifact, _ path: String, rows: Int = SplitTable.mostRows) throws(MartletError) -> LoggedTableView? {
        guard artifact.size <= ArtifactFacts.mostTable else { return nil }
        let bytes = try beginning(of: artifact, ArtifactFacts.mostTable)
        // It is what clients write first.
        guard bytes.prefix(40).contains(UInt8(ascii: "c")), bytes.first == UInt8(ascii: "{") else { return nil }
        return (try? JSONValue(parsing: bytes, takesNaN: true)).flatMap { SplitTable.view($0, path: path, rows: rows) }
    }

    /// The histograms of a file.
    func histograms(_ artifact: Artifact) throws(MartletError) -> [HistogramSeriesView.Step] {
        HistogramFile.steps(in: ArtifactFacts.text(try beginning(of: artifact, HistogramFile.mostBytes)) ?? "")
    }

    /// The bytes as a text; nil where they are none. A character that is cut off at the end is left out.
    private static func text(_ bytes: [UInt8]) -> String? {
        guard !bytes.contains(0) else { return nil }
        for missing in 0..<min(4, bytes.count) {
            if let text = String(validating: bytes.dropLast(missing), as: UTF8.self) { return text }
        }
        return nil
    }

    private func beginning(of artifact: Artifact, _ most: Int) throws(MartletError) -> [UInt8] {
        let path = try project.objects.path(artifact.digest)
        do {
            let file = try FileHandle(forReadingFrom: URL(filePath: path))
            defer { try? file.close() }
            return Array(try file.read(upToCount: most) ?? Data())
        } catch { throw MartletError(.inputOutput, "The file “\(artifact.path.prefix(200))” could not be read.", cause: "\(error)") }
    }
}

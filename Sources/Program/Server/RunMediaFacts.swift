import Database
import Experiments
import MLflow
import Pages
import Projects
import Support

/// What a run logged beside numbers, as its page shows it. Files are read when the transaction is over.
struct RunMediaFacts {
    let project: Project
    private let images: [ImageSeriesView]
    private let histograms: [(name: String, path: String, artifact: Artifact)]
    private let tables: [(path: String, artifact: Artifact)]

    private static let mostImageFiles = 4000
    private static let mostSeries = 12
    private static let mostPictures = 60
    private static let mostHistograms = 12
    private static let mostTables = 4
    private static let mostRows = 8

    init(project: Project, root: ArtifactPath, tags: [KeyValue], in session: SQLSession) throws {
        self.project = project
        let below = { (artifact: Artifact) in String(artifact.path.dropFirst(root.text.count + 1)) }
        let pictures = try ArtifactTree.files(below: root.appending("images"), limit: Self.mostImageFiles, in: session)
        images = Self.series(pictures.map(below))
        histograms = try ArtifactTree.files(below: root.appending("histograms"), limit: Self.mostHistograms, in: session)
            .filter { $0.path.hasSuffix(".jsonl") }.map { artifact in
                (String(below(artifact).dropFirst("histograms/".count).dropLast(".jsonl".count)), below(artifact), artifact)
            }
        tables = try ClientLanguage.tables(in: tags).filter { $0.hasSuffix(".json") }.prefix(Self.mostTables).compactMap { path in
            guard let place = try? root.appending(ArtifactPath(path).text) else { return nil }
            return try ArtifactTree.file(place, in: session).map { (path, $0) }
        }
    }

    /// Puts what there is into the view of the run; a file that cannot be read is left out.
    func fill(_ view: inout TrackedRunView) {
        let facts = ArtifactFacts(project: project)
        view.images = images
        view.histograms = histograms.compactMap { name, path, artifact in
            let steps = (try? facts.histograms(artifact)) ?? []
            return steps.isEmpty ? nil : HistogramSeriesView(name, path: path, steps: steps)
        }
        view.tables = tables.compactMap { path, artifact in try? facts.table(artifact, path, rows: Self.mostRows) }
    }

    // MARK: - Pictures

    /// Pictures by what they show: of those that clients log by step, and of those that were adopted, `images/TAG/STEP.png`.
    static func series(_ paths: [String]) -> [ImageSeriesView] {
        var found: [String: [ImageSeriesView.Picture]] = [:]
        var small: [String: String] = [:]
        for path in paths {
            let name = String(path.split(separator: "/").last ?? "")
            if let picture = ClientLanguage.picture(named: name) {
                if picture.isSmall { small[picture.id] = path } else { found[picture.key, default: []].append(.init(step: picture.step, path: path)) }
            } else if let (tag, step) = adopted(path) {
                found[tag, default: []].append(.init(step: step, path: path))
            }
        }
        return found.sorted { $0.key < $1.key }.prefix(mostSeries).map { name, pictures in
            let all = pictures.sorted { ($0.step, $0.path) < ($1.step, $1.path) }.map { picture in
                var picture = picture
                picture.small = ClientLanguage.picture(named: String(picture.path.split(separator: "/").last ?? "")).flatMap { small[$0.id] }
                return picture
            }
            return ImageSeriesView(name, spread(all), further: max(0, all.count - mostPictures))
        }
    }

    /// The first, the last, and evenly between them, where there are many.
    private static func spread(_ pictures: [ImageSeriesView.Picture]) -> [ImageSeriesView.Picture] {
        guard pictures.count > mostPictures else { return pictures }
        return (0..<mostPictures).map { pictures[$0 * (pictures.count - 1) / (mostPictures - 1)] }
    }

    private static func adopted(_ path: String) -> (tag: String, step: Int64)? {
        let parts = path.split(separator: "/")
        guard parts.count >= 3, let last = parts.last, let point = last.firstIndex(of: "."), ArtifactFacts.isPicture(path) else { return nil }
        // Several pictures of one step are told apart by a number behind a hyphen.
        guard let step = Int64(last[..<point].split(separator: "-").first ?? "") else { return nil }
        return (parts.dropFirst().dropLast().joined(separator: "/"), step)
    }
}

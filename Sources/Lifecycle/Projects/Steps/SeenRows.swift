internal import Data
internal import Objects
internal import Registry
internal import Support

/// The rows of a candidate's split that the champion has learnt from: the champion's dataset version was split in another way.
struct SeenRows {
    /// What is known of a split.
    enum Answer: Equatable {
        /// Row by row, in the order of the part.
        case rows([Bool])
        /// Why it cannot be known, as a sentence.
        case unknown(String)
    }

    let session: RunSession
    let dataset: DatasetVersion
    let champion: ModelVersion

    init(_ session: RunSession, dataset: DatasetVersion, champion: ModelVersion) {
        self.session = session
        self.dataset = dataset
        self.champion = champion
    }

    /// Validation rows are used for choosing and for stopping early, so that for a test part they count as learnt from, too.
    func rows(of split: String) throws(MartletError) -> Answer {
        guard let part = dataset.part(split) else { return .rows([]) }
        guard champion.dataset != dataset.reference.description else { return .rows(Array(repeating: false, count: part.rows)) }
        let project = session.project
        guard let reference = Reference(champion.dataset), let earlier = try? project.datasets.version(reference.name, reference.version) else {
            return .unknown("the dataset of \(champion.reference) is not recorded.")
        }
        let splits = split == "test" ? ["train", "validation"] : ["train"]
        guard let before = try files(splits, of: earlier), let own = try files(splits, of: dataset) else {
            return .unknown("the rows of \(champion.dataset) are no longer there.")
        }
        let file = try project.objects.path(part.digest)
        let filled = try filledColumns(dataset).union(filledColumns(earlier))
        for byKey in [true, false] {
            let overlap = try RowOverlap(dataset, earlier: earlier, filled: filled, byKey: byKey, engine: session.duckDB())
            if let seen = try overlap?.rows(of: file, in: before, butNotIn: own) { return .rows(seen) }
        }
        return .unknown("it and \(champion.dataset) have too few columns in common.")
    }

    /// The files of the parts that a version has; nil where one is gone.
    private func files(_ splits: [String], of version: DatasetVersion) throws(MartletError) -> [String]? {
        var files: [String] = []
        for part in splits.compactMap(version.part) {
            guard session.project.objects.contains(part.digest) else { return nil }
            files.append(try session.project.objects.path(part.digest))
        }
        return files
    }

    /// Columns whose values are filled or moved by what the rules learnt from the training part.
    private func filledColumns(_ version: DatasetVersion) throws(MartletError) -> Set<String> {
        let rules = try JSONText.decode(RowRules.self, from: version.details.rules)
        var names: Set<String> = []
        for rule in rules.rules where rule.needsFitting { names.formUnion(rule.namedColumns) }
        return names
    }
}

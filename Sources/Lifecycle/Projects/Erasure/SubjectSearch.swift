internal import Data
internal import Database
internal import DuckDB
internal import Monitoring
internal import Objects
internal import Quality
internal import Registry
internal import Serving
internal import Support

/// Everything of one person that Martlet keeps.
struct SubjectSearch {
    /// A dataset version with the rows that are the person's.
    struct DatasetRows {
        var version: DatasetVersion
        /// The numbers of the rows, by split; those that rules left out are a split of their own.
        var rows: [String: [Int]]

        var count: Int { rows.values.reduce(0) { $0 + $1.count } }
    }

    let project: Project
    let subject: Subject
    /// The key itself, while somebody names it.
    var key: String? { subject.key }

    /// The predictions with the person's key, of all endpoints.
    func predictions() throws(MartletError) -> [LoggedRow] {
        var found: [LoggedRow] = []
        for endpoint in try PredictionLogReader.endpoints(in: project.predictionsFolder) {
            project.logs.flush(endpoint)
            found += try PredictionLogReader(folder: project.predictionsFolder, endpoint: endpoint).rows(withKey: subject.fits)
        }
        return found
    }

    /// The labels of the person's key and of their predictions.
    func labels(of predictions: [LoggedRow], in session: SQLSession) throws -> [Label.Subject] {
        let ids = Set(predictions.map(\.id))
        return try LabelStore.subjects(in: session) { label in
            switch label {
            case .prediction(let id): ids.contains(id)
            case .key(let key): subject.fits(key)
            }
        }
    }

    /// What alone says who somebody is.
    private static let identifying: [PersonalClass] = [.email, .phone, .iban, .creditCard, .nationalID]

    /// The columns whose values name a person: key columns of the data, those that the settings say hold somebody's own address or number, and the
    /// key of requests and labels.
    static func keyColumns(of version: DatasetVersion?, in project: Project) -> [String] {
        let personal = project.file.data.columns.filter { $0.pii.map(identifying.contains) ?? false }.map(\.name)
        let named = personal + [project.file.serving.key, project.file.monitoring.labels?.key].compactMap { $0 }
        let keys = (version?.columns(.key).map(\.name) ?? project.file.data.columns.filter(\.key).map(\.name))
        return Array(Set(keys + named)).sorted()
    }

    /// The dataset versions with rows of the person.
    func datasets(_ engine: DuckDB) throws(MartletError) -> [DatasetRows] {
        var found: [DatasetRows] = []
        let match = KeyMatch(subject, in: project)
        for name in try project.datasets.names() {
            for version in try project.datasets.versions(of: name) {
                let columns = SubjectSearch.keyColumns(of: version, in: project)
                var rows: [String: [Int]] = [:]
                for part in version.files where project.objects.contains(part.digest) {
                    let numbers = try PreparedFile.rows(of: project.objects.path(part.digest), in: columns, engine: engine, where: match.fits)
                    if !numbers.isEmpty { rows[part.split] = numbers }
                }
                if !rows.isEmpty { found.append(DatasetRows(version: version, rows: rows)) }
            }
        }
        return found
    }

    /// The model versions that learnt from, were chosen by or were tested on rows of the person.
    static func models(of references: Set<String>, in project: Project) throws(MartletError) -> [ModelVersion] {
        try project.models.registered().filter { references.contains($0.dataset) }
    }
}

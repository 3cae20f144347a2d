package import Data
internal import DuckDB
package import Monitoring
internal import Objects
package import Registry
package import Serving
package import Support
package import Tables

extension Project {
    /// Some rows of a version: always the same ones, of every part as many as its share is.
    /// - Throws: `notFound` for an unknown column, or where the rows are gone.
    package func sample(of version: DatasetVersion, columns: [String], rows: Int) throws(MartletError) -> Table {
        let engine = try openDuckDB()
        let names = columns.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        var parts: [Table] = []
        for part in version.details.parts {
            let share = max(1, Int((Double(rows) * Double(part.rows) / Double(max(1, version.rows))).rounded(.up)))
            parts.append(try PreparedFile.sample(objects.path(part.digest), columns: names, rows: share, engine: engine))
        }
        return try Table.joining(parts)
    }

    /// Rows as they were asked, after the row rules that the model's training data passed: only so can the two be compared.
    package func cleaned(_ asked: Table, for version: ModelVersion) throws(MartletError) -> Table {
        try version.rowRules().apply(to: asked, refusesMisfits: false)
    }

    /// How the columns of predictions are distributed, against the profile of the data that a version learnt from, by name. Columns without a
    /// distribution, such as names that never repeat, are left out.
    /// - Parameter blocks: in the order of writing; those whose columns are not the newest ones' are left out.
    package func distributions(of blocks: [PredictionBlock], for version: ModelVersion) throws(MartletError) -> [String: Distribution] {
        guard let names = blocks.last?.plainInputs.names, let reference = Reference(version.dataset) else { return [:] }
        let profile = try JSONValue(parsing: objects.bytes(datasets.version(reference.name, reference.version).details.profile))
        let asked = try Table.joining(blocks.map(\.plainInputs).filter { $0.names == names })
        let columns = try cleaned(asked, for: version).columns
        let profiles = Dictionary(profile["columns"].elements.map { ($0["name"].text ?? "", $0) }, uniquingKeysWith: { first, _ in first })
        var found: [String: Distribution] = [:]
        for column in columns { found[column.name] = profiles[column.name].flatMap { Project.distribution(of: column, against: $0) } }
        return found
    }

    private static func distribution(of column: Column, against profile: JSONValue) -> Distribution? {
        let histogram = profile["histogram"]
        if let numbers = column.numbers, !histogram.isNull {
            let edges = histogram["edges"].elements.compactMap { $0.double ?? $0.text.flatMap { Timestamp($0)?.seconds } }
            return Distribution(edges: edges, counts: histogram["counts"].elements.compactMap(\.int), values: numbers)
        }
        let values = profile["top_values"].elements.compactMap { value in
            value["value"].text.flatMap { text in value["count"].int.map { (value: text, count: $0) } }
        }
        return Distribution(counts: values, total: profile["count"].int ?? 0, missing: profile["missing"].int ?? 0, column: column)
    }

    /// How the scores of a version's answers are distributed, against its scores on the test set: rows like those it learnt from, which it had not
    /// seen. Of several classes the predicted one's probability counts. Nil where the version was not tested or answered none of the blocks.
    package func scoreDistribution(of blocks: [PredictionBlock], for version: ModelVersion) throws(MartletError) -> Distribution? {
        let own = blocks.filter { $0.model.name == version.model && $0.model.version == version.version }
        guard let tested = version.details.testScores, let width = own.first?.answers.width, objects.contains(tested) else { return nil }
        let reference = Project.leading(ScoresFile.scores(try objects.bytes(tested)), width)
        let current = Project.leading(own.flatMap(\.answers.scores), width)
        if !version.details.signature.answer.classes.isEmpty { return Distribution(reference, current, in: 0...1) }
        guard let low = reference.min(), let high = reference.max(), low < high else { return nil }
        return Distribution(reference, current, in: low...high)
    }

    /// The greatest of each row's scores.
    private static func leading(_ scores: [Double], _ width: Int) -> [Double] {
        guard width > 1 else { return scores }
        return stride(from: 0, through: scores.count - width, by: width).map { row in scores[row..<row + width].max() ?? 0 }
    }
}

package import Support
package import Tables

/// Which model answered, as it was known at that moment.
package struct ModelStamp: Sendable, Hashable {
    package var name: String
    package var version: Int
    /// The alias under which the endpoint served it; nil where the endpoint names a version.
    package var alias: String?
    /// The digest of the model's bytes.
    package var digest: String

    package init(name: String, version: Int, alias: String?, digest: String) {
        self.name = name
        self.version = version
        self.alias = alias
        self.digest = digest
    }
}

/// The rows of one answered request, as they are handed to the prediction log.
package struct PredictionBatch: Sendable {
    /// One identifier a row.
    package var ids: [TimeOrderedID]
    /// When the request was answered.
    package var time: Timestamp
    package var model: ModelStamp
    package var inputs: Table
    package var answers: Answers
    /// What the scores mean.
    package var answer: Signature.Answer
    /// The caller's key of every row, where keys were sent.
    package var keys: TextValues?
    /// How unusual each row was (`InputGuard`); nil where nothing looked at that.
    package var outliers: [Double]?
    /// From the first byte of the request to the answer, in microseconds.
    package var latency: Int
    /// Columns that are not there as they came, by name.
    var withheld: [String: ColumnRule] = [:]
    /// What became of the callers' keys.
    var keyRule = ColumnRule.keep

    package init(
        ids: [TimeOrderedID], time: Timestamp, model: ModelStamp, inputs: Table, answers: Answers, answer: Signature.Answer, keys: TextValues?,
        latency: Int
    ) {
        self.ids = ids
        self.time = time
        self.model = model
        self.inputs = inputs
        self.answers = answers
        self.answer = answer
        self.keys = keys
        self.latency = latency
    }

    /// Whether all parts have one row per identifier.
    var isConsistent: Bool {
        inputs.rowCount == ids.count && answers.rowCount == ids.count && (answers.labels.map { $0.codes.count == ids.count } ?? true)
            && (keys.map { $0.codes.count == ids.count } ?? true)
            && (outliers.map { $0.count == ids.count } ?? true)
    }

    /// Lets the columns go, which take the most memory, and keeps what tells which rows these were.
    mutating func letGo() { inputs = Table(rows: ids.count) }

    /// Whether its rows can stand in a block with those of another batch: of the same version, with the same columns.
    func isAlike(_ other: PredictionBatch) -> Bool {
        model == other.model && answer == other.answer && answers.width == other.answers.width && keyRule == other.keyRule
            && withheld == other.withheld && inputs.hasFields(of: other.inputs)
    }

    /// The rows in the given order.
    func rows(_ rows: [Int]) -> PredictionBatch {
        var copy = self
        copy.ids = rows.map { ids[$0] }
        copy.outliers = outliers.map { outliers in rows.map { outliers[$0] } }
        copy.inputs = inputs.rows(rows)
        copy.answers = answers.rows(rows)
        copy.keys = keys.map { keys in TextValues(codes: rows.map { keys.codes[$0] }, dictionary: keys.dictionary) }
        return copy
    }
}

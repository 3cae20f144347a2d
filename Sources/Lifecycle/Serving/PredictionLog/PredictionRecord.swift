package import Support
package import Tables

/// One prediction as it was logged.
package struct PredictionRecord: Sendable, Equatable {
    package var id: TimeOrderedID
    package var time: Timestamp
    package var endpoint: String
    package var model: ModelStamp
    /// The input columns in the order of the signature; null where a value was missing.
    package var inputs: [JSONValue.Member]
    /// The positive class's probability, the classes' probabilities, or the value.
    package var scores: [Double]
    /// What the scores mean.
    package var answer: Signature.Answer
    /// The predicted class; nil for regression.
    package var label: String?
    /// The caller's key, where one was sent.
    package var key: String?
    /// In microseconds.
    package var latency: Int
    /// How unusual the row was, from 0 to 1; nil where nothing looked at that.
    package var outlier: Double?
    /// The columns that were not logged as they came.
    package var withheld: Set<String> = []

    /// The record for `--json`.
    package var json: JSONValue {
        .object([
            .init("id", .string(id.description)), .init("time", .string(time.description)), .init("endpoint", .string(endpoint)),
            .init("model", .string(model.name)), .init("version", JSONValue(model.version)), .init("alias", JSONValue(model.alias)),
            .init("digest", .string(model.digest)), .init("inputs", .object(inputs)), .init("scores", .array(scores.map { JSONValue($0) })),
            .init("label", JSONValue(label)), .init("key", JSONValue(key)), .init("latency_us", JSONValue(latency)),
            .init("outlier_score", JSONValue(outlier)),
        ])
    }
}

/// Consecutive predictions of one model version, as columns: what a scan hands out.
package struct PredictionBlock: Sendable {
    package var endpoint: String
    package var model: ModelStamp
    package var ids: [TimeOrderedID]
    package var times: [Timestamp]
    /// In microseconds, one a row.
    package var latencies: [Int]
    /// How unusual each row was; nil where nothing looked at that, NaN where that was so for the row.
    package var outliers: [Double]?
    /// Nil where no key was sent for any row, or where keys were not asked for.
    package var keys: TextValues?
    /// The input columns, or those asked for.
    package var inputs: Table
    package var answers: Answers
    /// What the scores mean.
    package var answer: Signature.Answer
    /// Columns that were not logged as they came, by name.
    package var withheld: [String: ColumnRule] = [:]
    /// What became of the callers' keys.
    package var keyRule = ColumnRule.keep

    package var rowCount: Int { ids.count }

    /// The inputs that are there as they came.
    package var plainInputs: Table { withheld.isEmpty ? inputs : inputs.dropping(Set(withheld.keys)) }

    /// The record of one row, which must exist.
    package func record(_ row: Int) -> PredictionRecord {
        var record = PredictionRecord(
            id: ids[row], time: times[row], endpoint: endpoint, model: model, inputs: inputs.columns.map { .init($0.name, $0.json(row)) },
            scores: Array(answers.scores[row * answers.width..<(row + 1) * answers.width]), answer: answer, label: answers.labels?[row],
            key: keys?[row], latency: latencies[row])
        record.outlier = outliers.flatMap { $0[row].isNaN ? nil : $0[row] }
        record.withheld = Set(withheld.keys)
        return record
    }

    /// The rows in the given order.
    package func rows(_ rows: [Int]) -> PredictionBlock {
        var copy = self
        copy.ids = rows.map { ids[$0] }
        copy.times = rows.map { times[$0] }
        copy.latencies = rows.map { latencies[$0] }
        copy.outliers = outliers.map { outliers in rows.map { outliers[$0] } }
        copy.keys = keys.map { keys in TextValues(codes: rows.map { keys.codes[$0] }, dictionary: keys.dictionary) }
        copy.inputs = inputs.rows(rows)
        copy.answers.scores = rows.flatMap { answers.scores[$0 * answers.width..<($0 + 1) * answers.width] }
        copy.answers.labels = answers.labels.map { labels in TextValues(codes: rows.map { labels.codes[$0] }, dictionary: labels.dictionary) }
        return copy
    }
}

internal import Events
internal import Registry
package import Serving
package import Support
internal import Tables

/// A prediction of the past with the reasons for it, as its version has them.
package struct ExplainedPrediction: Sendable {
    package var record: PredictionRecord
    package var explanation: Explanation

    /// The facts for `--json`.
    package var json: JSONValue {
        var json: JSONValue = [
            "prediction": .string("prediction:\(record.id)"), "model": .string("model:\(record.model.name)@v\(record.model.version)"),
            "time": .string(record.time.description), "label": JSONValue(record.label), "scores": .array(record.scores.map { JSONValue($0) }),
            "inputs": .object(record.inputs),
        ]
        json["explanation"] = explanation.json
        return json
    }
}

extension Project {
    /// Explains a prediction that is in the log, with the version that answered then.
    /// - Throws: `notFound`; `invalidInput` where the version, or the row as it was logged, cannot be explained.
    package func explain(_ text: String) throws(MartletError) -> ExplainedPrediction {
        let reference = try resolve(text)
        guard reference.kind == .prediction, let id = TimeOrderedID(reference.name) else {
            throw MartletError(.usage, "“\(text)” is no prediction. Name one as it was answered in “prediction_id”: prediction:ID.")
        }
        guard let record = try PredictionLogReader.find(id, in: predictionsFolder) else {
            if let gone = try erasedPrediction(id.description) {
                throw MartletError(.notFound, "The prediction \(id) was \(gone.erasure.sentence).")
            }
            throw MartletError(
                .notFound, "No prediction \(id) is in the log. It may be older than the log's retention, or come from another project.")
        }
        try readings.record("prediction.read", "prediction:\(id)", .object([]))
        return ExplainedPrediction(record: record, explanation: try explanation(of: record, by: nil))
    }

    /// Explains a row of the log.
    /// - Parameter loaded: a model that is loaded already, which is taken where it is the one that answered.
    package func explanation(of record: PredictionRecord, by loaded: (any ServedModel)?) throws(MartletError) -> Explanation {
        let model: any ServedModel
        if let loaded, loaded.name == record.model.name, loaded.version == record.model.version, loaded.digest == record.model.digest {
            model = loaded
        } else {
            model = try served(try models.version(record.model.name, "v\(record.model.version)"), isGuarded: false)
        }
        let row = try record.row(for: model.signature)
        guard let explanation = try model.explainer().explain(row).first else { throw MartletError(.defect, "A row was not explained.") }
        return explanation
    }
}

extension PredictionRecord {
    /// What was asked, as a table of one row.
    /// - Throws: `invalidInput` where a column was not logged.
    fileprivate func row(for signature: Signature) throws(MartletError) -> Table {
        try Table(
            signature.inputs.map { field throws(MartletError) in
                guard let member = inputs.first(where: { $0.key == field.name }), !withheld.contains(field.name) else {
                    throw MartletError(
                        .invalidInput, "The prediction \(id) cannot be explained: its “\(field.name)” was not logged, or not as it came.")
                }
                guard field.kind.isNumeric else { return Column(field.name, strings: [member.value.text]) }
                guard let number = PredictionRecord.number(member.value, field.kind) else {
                    throw MartletError(.invalidInput, "The prediction \(id) cannot be explained: its “\(field.name)” was not logged as it came.")
                }
                return Column(field.name, kind: field.kind, numbers: [number])
            })
    }

    /// A logged value of a numeric column, NaN where it was missing; nil where it is none.
    private static func number(_ value: JSONValue, _ kind: ColumnKind) -> Double? {
        switch value {
        case .null: .nan
        case .bool(let flag): flag ? 1 : 0
        case .string(let text): kind == .timestamp ? Timestamp(text)?.seconds : nil
        default: value.double
        }
    }
}

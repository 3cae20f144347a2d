internal import Foundation
package import Support

/// How a table differs from what a schema says.
package struct AnomalyReport: Sendable, Equatable {
    /// One thing that is wrong.
    package struct Reason: Sendable, Equatable {
        package var type: AnomalyType
        /// A few words.
        package var title: String
        package var sentence: String

        init(_ type: AnomalyType, _ title: String, _ sentence: String) {
            self.type = type
            self.title = title
            self.sentence = sentence
        }
    }

    /// A measured distance between the table and one that it is compared with.
    package struct Measurement: Sendable, Equatable {
        package enum Measure: String, Sendable, Equatable {
            case infinityNorm = "L_INFTY"
            case jensenShannon = "JENSEN_SHANNON_DIVERGENCE"
            case normalizedDifference = "NORMALIZED_ABSOLUTE_DIFFERENCE"
        }

        package var measure: Measure
        package var value: Double
        package var threshold: Double
    }

    /// What is wrong with a column.
    package struct Entry: Sendable, Equatable {
        /// The column's name; of a column that a structure should hold, all names from outside inwards.
        package var path: [String]
        package var reasons: [Reason] = []
        package var drift: [Measurement] = []
        package var skew: [Measurement] = []
    }

    package let schema: TableSchema
    /// The columns with reasons or measurements, in the order of their names.
    package internal(set) var columns: [Entry] = []
    /// What is wrong with the table as a whole.
    package internal(set) var dataset: [Reason] = []
    /// Whether there is no row to judge.
    package internal(set) var isDataMissing = false

    init(schema: TableSchema) { self.schema = schema }

    /// Everything that is wrong: the column, or nil for the table, and the reason.
    package var all: [(column: String?, reason: Reason)] {
        dataset.map { (nil, $0) } + columns.flatMap { column in column.reasons.map { (AnomalyReport.name(of: column.path), $0) } }
    }

    /// Whether nothing is wrong. A table without rows shows nothing wrong but that.
    package var isEmpty: Bool { all.isEmpty && !isDataMissing }

    /// A line for the whole and one for each anomaly.
    package var lines: [String] {
        if isDataMissing { return ["There is no row, so nothing can be judged."] }
        let found = all
        let first = found.isEmpty ? "The schema holds." : found.count == 1 ? "1 anomaly." : "\(found.count) anomalies."
        let unread = schema.unread.isEmpty ? [] : ["Not judged: \(schema.unread.joined(separator: ", "))."]
        return [first] + found.map { sentence($0.column, $0.reason) } + unread
    }

    /// The anomalies as sentences.
    package var sentences: [String] { isDataMissing ? lines : all.map { sentence($0.column, $0.reason) } }

    private func sentence(_ column: String?, _ reason: Reason) -> String {
        "\(reason.type.rawValue)\(column.map { " \($0)" } ?? ""): \(reason.sentence)"
    }

    // MARK: As TensorFlow Data Validation has it

    /// The report as JSON of the message `Anomalies`, with the fields' own names.
    package var json: JSONValue { message(withSchema: false).json(.named("Anomalies")) }

    /// The message `Anomalies` in text format.
    package var text: String { message(withSchema: true).pretty(.named("Anomalies")) }

    /// The serialised message `Anomalies`.
    package var bytes: [UInt8] { message(withSchema: true).bytes(.named("Anomalies")) }

    /// - Parameter withSchema: whether the schema is in it, where all of it was read.
    private func message(withSchema: Bool) -> Message {
        var anomalies = Message()
        if withSchema, schema.unread.isEmpty { anomalies.add("baseline", schema.read ?? schema.message) }
        if isDataMissing {
            anomalies.add("data_missing", .flag(true))
            return anomalies
        }
        anomalies.add("anomaly_name_format", .word("SERIALIZED_PATH"))
        for column in columns where !column.reasons.isEmpty {
            var entry = Message()
            entry.add("key", AnomalyReport.name(of: column.path))
            entry.add("value", AnomalyReport.message(column.reasons, path: column.path))
            anomalies.add("anomaly_info", entry)
        }
        if !dataset.isEmpty { anomalies.add("dataset_anomaly_info", AnomalyReport.message(dataset, path: nil)) }
        for column in columns where !column.drift.isEmpty || !column.skew.isEmpty {
            var info = Message()
            info.add("path", AnomalyReport.message(path: column.path))
            for measurement in column.drift { info.add("drift_measurements", AnomalyReport.message(measurement)) }
            for measurement in column.skew { info.add("skew_measurements", AnomalyReport.message(measurement)) }
            anomalies.add("drift_skew_info", info)
        }
        return anomalies
    }

    private static func message(_ reasons: [Reason], path: [String]?) -> Message {
        var info = Message()
        info.add("path", path.map(message))
        info.add("severity", .word("ERROR"))
        info.add("short_description", reasons.count == 1 ? reasons.first?.title : "Several anomalies")
        info.add("description", reasons.map(\.sentence).joined(separator: " "))
        for reason in reasons {
            var message = Message()
            message.add("type", .word(reason.type.rawValue))
            message.add("short_description", reason.title)
            message.add("description", reason.sentence)
            info.add("reason", message)
        }
        return info
    }

    private static func message(path: [String]) -> Message {
        var message = Message()
        for step in path { message.add("step", step) }
        return message
    }

    private static func message(_ measurement: Measurement) -> Message {
        var message = Message()
        message.add("type", .word(measurement.measure.rawValue))
        message.add("value", measurement.value)
        message.add("threshold", measurement.threshold)
        return message
    }

    /// A path as the keys of `anomaly_info` write it: steps with a full stop between them, in single quotes where they hold one, a bracket or a quote.
    static func name(of path: [String]) -> String {
        let special: Set<Character> = ["(", ")", ".", "'"]
        return path.map { step in
            let isPlain = !step.isEmpty && !step.contains { special.contains($0) }
            let isInBrackets =
                step.hasPrefix("(") && step.hasSuffix(")") && step.count > 1 && !step.dropFirst().dropLast().contains { "()".contains($0) }
            return isPlain || isInBrackets ? step : "'\(step.replacing("'", with: "''"))'"
        }.joined(separator: ".")
    }

    /// A number with six digits.
    static func digits(_ number: Double) -> String { String(format: "%g", number) }
}

package import Support

/// A profile as TensorFlow Data Validation's message `tensorflow.metadata.v0.DatasetFeatureStatisticsList`, which Facets Overview shows too. The
/// numbers of the fields are those of `statistics.proto`.
package struct StatisticsMessage {
    /// A part of a dataset: its name and its profile, as it is stored.
    let datasets: [(name: String, profile: JSONValue)]
    /// The most frequent values of columns of texts, by name; those of the profile where a column is not among them.
    let values: [String: [ValueCount]]

    /// How many values of a column that tool keeps with their names.
    package static let mostValues = 1000

    /// - Parameters:
    ///   - datasets: names, such as `train`, with profiles in the form of `ProfileReport.json`.
    ///   - values: the most frequent values of columns of texts, by name, where the profile tells too few.
    package init(_ datasets: [(name: String, profile: JSONValue)], values: [String: [ValueCount]] = [:]) {
        self.datasets = datasets
        self.values = values
    }

    /// The serialised message.
    package var bytes: [UInt8] {
        var list = MessageBytes()
        for dataset in datasets {
            list.message(1) { message in
                message.text(1, dataset.name)
                message.number(2, dataset.profile["rows"].int ?? 0)
                for column in dataset.profile["columns"].elements {
                    message.message(3) { ColumnMessage(column: column, values: values[column["name"].text ?? ""]).write(into: &$0) }
                }
                for pair in dataset.profile["associations"].elements where pair["measure"].text == "pearson" {
                    message.message(5) { StatisticsMessage.write(pair, into: &$0) }
                }
            }
        }
        return list.bytes
    }

    /// A `CrossFeatureStatistics` of two numeric columns.
    private static func write(_ pair: JSONValue, into message: inout MessageBytes) {
        message.message(1) { $0.text(1, pair["a"].text ?? "") }
        message.message(2) { $0.text(1, pair["b"].text ?? "") }
        message.message(4) { $0.float(1, pair["value"].double) }
    }
}

/// One column as a `FeatureNameStatistics`.
private struct ColumnMessage {
    let column: JSONValue
    let values: [ValueCount]?

    /// `FeatureNameStatistics.Type`.
    private enum Kind: Int { case integer = 0, float = 1, string = 2 }

    /// Times are seconds since 1970, yes and no are 1 and 0, as TensorFlow has neither.
    private var kind: Kind {
        switch column["kind"].text {
        case "integer", "boolean", "timestamp": .integer
        case "number": .float
        default: .string
        }
    }

    private var count: Int { column["count"].int ?? 0 }

    func write(into message: inout MessageBytes) {
        message.number(2, kind.rawValue)
        if kind == .string { message.message(4, string) } else { message.message(3, numeric) }
        message.message(8) { $0.text(1, column["name"].text ?? "") }
    }

    /// `CommonStatistics`: every row has one value or none.
    private func common(_ message: inout MessageBytes) {
        message.number(1, count)
        message.number(2, column["missing"].int ?? 0)
        message.number(3, count > 0 ? 1 : 0)
        message.number(4, count > 0 ? 1 : 0)
        message.float(5, count > 0 ? 1 : nil)
        message.number(8, count)
    }

    // MARK: Numbers

    private func numeric(_ message: inout MessageBytes) {
        message.message(1, common)
        message.double(2, position(column["mean"]))
        message.double(3, column["std"].double)
        message.number(4, column["zeros"].int ?? 0)
        message.double(5, position(column["min"]))
        message.double(6, position(column["median"]))
        message.double(7, position(column["max"]))
        let (standard, quantiles) = (ExchangedBin.standard(column), ExchangedBin.quantiles(column))
        if !standard.isEmpty { message.message(8) { histogram(standard, isOfQuantiles: false, &$0) } }
        if !quantiles.isEmpty { message.message(8) { histogram(quantiles, isOfQuantiles: true, &$0) } }
    }

    private func histogram(_ bins: [ExchangedBin], isOfQuantiles: Bool, _ message: inout MessageBytes) {
        message.number(1, column["nan"].int ?? 0)
        for bin in bins {
            message.message(3) { bucket in
                bucket.double(1, bin.low)
                bucket.double(2, bin.high)
                bucket.double(4, bin.count)
            }
        }
        message.number(4, isOfQuantiles ? 1 : 0)
    }

    private func position(_ value: JSONValue) -> Double? { ExchangedBin.position(value) }

    // MARK: Texts

    private func string(_ message: inout MessageBytes) {
        message.message(1, common)
        message.number(2, column["distinct"].int ?? 0)
        let top = column["top_values"].elements
        for value in top {
            message.message(3) { frequent in
                frequent.text(2, value["value"].text ?? "")
                frequent.double(3, value["count"].double)
            }
        }
        message.float(4, column["length"]["mean"].double)
        // A value without its name would be taken for the empty text.
        let named = values ?? top.map { ValueCount($0["value"].text ?? "", $0["count"].int ?? 0) }
        guard !named.isEmpty else { return }
        message.message(5) { histogram in
            for (rank, value) in named.enumerated() {
                histogram.message(1) { bucket in
                    bucket.number(1, rank)
                    bucket.number(2, rank)
                    bucket.text(4, value.value)
                    bucket.double(5, Double(value.count))
                }
            }
        }
    }
}

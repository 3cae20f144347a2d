package import Support

/// Predictions of the log that fit what was looked for.
package struct PredictionsView: View {
    /// One of them.
    package struct Row: View {
        package var prediction: PredictionView
        package var version: Int
        package var key: String?
        package var milliseconds: Double
        package var outlier: Double?
        /// Names and values as they were logged.
        package var inputs: [FactView]
        /// Columns that were hashed or left out.
        package var withheld: [String]

        package init(
            _ prediction: PredictionView, version: Int, key: String? = nil, milliseconds: Double, outlier: Double? = nil, inputs: [FactView] = [],
            withheld: [String] = []
        ) {
            self.prediction = prediction
            self.version = version
            self.key = key
            self.milliseconds = milliseconds
            self.outlier = outlier
            self.inputs = inputs
            self.withheld = withheld
        }

        package static let about = "A prediction as it was logged."
        package static var members: [ViewMember<Row>] {
            [
                .init("prediction", \.prediction), .init("version", \.version), .init("key", \.key, "The caller's own key."),
                .init("ms", \.milliseconds, "How long the answer took."),
                .init("outlier_score", \.outlier, "How unusual the row was, 0 to 1; null where nothing looked at that."),
                .init("inputs", \.inputs), .init("withheld", \.withheld, "Columns that were hashed or left out."),
            ]
        }
    }

    package var endpoint: String
    package var rows: [Row]
    /// The identifier before which older ones lie; nil where there are none.
    package var older: String?
    /// How many rows were looked at.
    package var examined: Int
    /// Where the search stopped before it had enough.
    package var stoppedAt: Timestamp?
    /// What a reader must know of columns that were not always logged as they came.
    package var notes: [String]

    package init(
        endpoint: String, rows: [Row] = [], older: String? = nil, examined: Int = 0, stoppedAt: Timestamp? = nil, notes: [String] = []
    ) {
        self.endpoint = endpoint
        self.rows = rows
        self.older = older
        self.examined = examined
        self.stoppedAt = stoppedAt
        self.notes = notes
    }

    package static let about = "Predictions of the log that fit what was looked for, newest first."
    package static var members: [ViewMember<PredictionsView>] {
        [
            .init("endpoint", \.endpoint), .init("rows", \.rows, "Newest first."),
            .init("older", \.older, "Ask with before set to it for older ones; null where there are none."),
            .init("examined", \.examined, "How many logged rows were looked at."),
            .init("stopped_at", \.stoppedAt, "Where the search stopped before it had enough; null where it looked at all."),
            .init("notes", \.notes, "What a reader must know of columns that were not always logged as they came."),
        ]
    }
}

/// Which predictions are looked for, as it stands in an address; empty texts ask for nothing.
package struct PredictionsRequest: Sendable, Equatable {
    package let endpoint: String
    private var values: [String: String] = [:]

    /// The names and meanings of the fields.
    package static let fields = [
        (name: "since", about: "Not before: 24h, 7d, or a moment such as 2026-11-23."), (name: "until", about: "Before that."),
        (name: "version", about: "The version that answered."), (name: "key", about: "The key that the caller sent."),
        (name: "label", about: "The class that was answered."), (name: "outlier", about: "The least outlier score, 0 to 1."),
        (name: "slower", about: "The least time that the answer took: 50ms."),
        (name: "where", about: "What the columns must be like: age > 30 AND city = 'Bern'."),
        (name: "before", about: "Older than the prediction with this identifier."),
    ]

    /// - Parameter fields: of a query; others are left alone.
    package init(endpoint: String, _ fields: [(name: String, value: String)] = []) {
        self.endpoint = endpoint
        for field in PredictionsRequest.fields {
            let value = fields.first { $0.name == field.name }?.value ?? ""
            let trimmed = value.trimmed.prefix(4000)
            if !trimmed.isEmpty { values[field.name] = String(trimmed) }
        }
    }

    /// What a field says; empty where it says nothing.
    package subscript(_ name: String) -> String { values[name] ?? "" }

    /// Whether anything is asked for but a page.
    var isAskedFor: Bool { values.keys.contains { $0 != "before" } }

    /// The page of what is looked for.
    package var path: String {
        let query = PredictionsRequest.fields.compactMap { field in values[field.name].map { "\(field.name)=\(PagePath.segment($0))" } }
        return PagePath.predictions(endpoint) + (query.isEmpty ? "" : "?\(query.joined(separator: "&"))")
    }

    /// The same from another prediction on; from the newest on where it is nil.
    func with(before id: String?) -> PredictionsRequest {
        var request = self
        request.values["before"] = id
        return request
    }
}

extension String {
    /// Without white space at both ends.
    fileprivate var trimmed: Substring {
        let start = drop(while: \.isWhitespace)
        return start.lastIndex { !$0.isWhitespace }.map { start[...$0] } ?? ""
    }
}

package import Support

/// One experiment, as a list shows it.
package struct ExperimentView: Sendable {
    package var id: Int
    package var name: String
    package var created: Timestamp
    package var isDeleted: Bool
    /// What its tags say of it, in words.
    package var note: String
    /// Its tags without those that clients keep for themselves.
    package var tags: [FactView]

    package init(id: Int, name: String, created: Timestamp, isDeleted: Bool = false, note: String = "", tags: [FactView] = []) {
        self.id = id
        self.name = name
        self.created = created
        self.isDeleted = isDeleted
        self.note = note
        self.tags = tags
    }
}

/// A page of experiments, those changed last first.
package struct ExperimentsView: Sendable {
    package struct Entry: Sendable {
        package var experiment: ExperimentView
        package var runs: Int
        /// Whether there are more runs than were counted.
        package var hasMoreRuns: Bool
        package var latest: Timestamp?

        package init(_ experiment: ExperimentView, runs: Int, hasMoreRuns: Bool = false, latest: Timestamp? = nil) {
            self.experiment = experiment
            self.runs = runs
            self.hasMoreRuns = hasMoreRuns
            self.latest = latest
        }
    }

    package var request: ExperimentsRequest
    package var entries: [Entry]
    package var hasMore: Bool

    package init(_ request: ExperimentsRequest = ExperimentsRequest(), entries: [Entry] = [], hasMore: Bool = false) {
        self.request = request
        self.entries = entries
        self.hasMore = hasMore
    }
}

/// What is looked for among experiments, as it stands in an address.
package struct ExperimentsRequest: Sendable, Equatable {
    package static let count = 50

    /// What stands in the name; everything where it is empty.
    package var name = ""
    package var isDeleted = false
    /// How many are passed over.
    package var from = 0

    package init(_ fields: [(name: String, value: String)] = []) {
        name = String((fields.first { $0.name == "name" }?.value ?? "").prefix(500))
        isDeleted = fields.contains { $0.name == "deleted" && $0.value == "1" }
        from = RunTableRequest.whole(fields.first { $0.name == "from" }?.value)
    }

    package var path: String {
        var fields: [String] = []
        if !name.isEmpty { fields.append("name=\(PagePath.segment(name))") }
        if isDeleted { fields.append("deleted=1") }
        if from > 0 { fields.append("from=\(from)") }
        return fields.isEmpty ? PagePath.experiments : "\(PagePath.experiments)?\(fields.joined(separator: "&"))"
    }

    func with<Value>(_ field: WritableKeyPath<ExperimentsRequest, Value>, _ value: Value) -> ExperimentsRequest {
        var request = self
        request.from = 0
        request[keyPath: field] = value
        return request
    }
}

internal import Database
internal import Experiments
internal import HTTPTypes
internal import Support

/// Experiments: made, found, renamed, tagged, deleted and restored.
enum ExperimentCalls {
    static let all: [Call] = [
        .post("experiments/create", create), .get("experiments/get", get), .get("experiments/get-by-name", getByName),
        .search("experiments/search", methods: [.get, .post], search), .post("experiments/update", update), .post("experiments/delete", delete),
        .post("experiments/restore", restore), .post("experiments/set-experiment-tag", setTag),
        .post("experiments/delete-experiment-tag", deleteTag), .search("experiments/search-datasets", searchDatasets),
    ]

    private static let longestName = 500
    private static let longestTag = 5000

    // MARK: - Finding

    /// The experiment that a request names.
    static func named(_ text: String, in session: SQLSession, _ context: CallContext) throws -> Experiment {
        guard let found = try context.experiments.experiment(number(text), in: session) else {
            throw MLflowError.missing("No Experiment with id=\(text.prefix(100)) exists")
        }
        return found
    }

    /// Where an active experiment keeps its artifacts.
    static func activePlace(_ text: String, in session: SQLSession) throws -> ExperimentPlace {
        let id = try number(text)
        guard let place = try ExperimentStore.place(id, in: session) else { throw MLflowError.missing("No Experiment with id=\(id) exists") }
        guard !place.isDeleted else { throw inactive(id) }
        return place
    }

    private static func number(_ text: String) throws(MLflowError) -> Int {
        guard let id = Int(text) else {
            throw .invalid("Invalid experiment ID '\(text.prefix(100))'. Experiment ID must be a valid integer.")
        }
        return id
    }

    private static func inactive(_ id: Int) -> MLflowError {
        .invalid("The experiment \(id) must be in the 'active' state. Current state is deleted.")
    }

    /// The same, where it is active.
    static func active(_ text: String, in session: SQLSession, _ context: CallContext) throws -> Experiment {
        let found = try named(text, in: session, context)
        guard found.deleted == nil else { throw inactive(found.id) }
        return found
    }

    private static func get(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        ["experiment": try named(arguments.text("experiment_id"), in: session, context).message]
    }

    private static func getByName(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        let name = try arguments.text("experiment_name")
        guard let found = try context.experiments.experiment(named: name, in: session) else {
            throw MLflowError.missing("Could not find experiment with name '\(name.prefix(500))'")
        }
        return ["experiment": found.message]
    }

    private static func search(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        let limit = try arguments.limit(standard: 1000, most: 50_000)
        let query = try ExperimentFields.query(filter: arguments.optionalText("filter"), order: arguments.texts("order_by"))
        let offset = try PageToken.offset(arguments.optionalText("page_token"))
        let visibility = try View.visibility(arguments.optionalText("view_type"))
        let page = try ExperimentStore.search(query, visibility: visibility, offset: offset, limit: limit, in: session)
        var answer = Message()
        answer.set("experiments", list: page.items.map(\.message))
        if page.hasMore { answer.set("next_page_token", text: PageToken.text(offset: offset + limit)) }
        return answer.json
    }

    private static let mostOfDatasets = (experiments: 20, datasets: 1000)

    private static func searchDatasets(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        let ids = try arguments.texts("experiment_ids")
        guard !ids.isEmpty else { throw MLflowError.invalid("SearchDatasets request must specify at least one experiment_id.") }
        guard ids.count <= mostOfDatasets.experiments else {
            throw MLflowError.invalid(
                "SearchDatasets request cannot specify more than \(mostOfDatasets.experiments) experiment_ids. Received \(ids.count) experiment_ids.")
        }
        let found = try ExperimentStore.datasets(
            of: ids.compactMap { Int($0) }, tag: "mlflow.data.context", limit: mostOfDatasets.datasets, in: session)
        let summaries = found.map { dataset in
            var message = Message()
            message.set("experiment_id", text: String(dataset.experiment))
            message.set("name", text: dataset.name)
            message.set("digest", text: dataset.digest)
            message.set("context", text: dataset.tag)
            return message.json
        }
        return ["dataset_summaries": .array(summaries)]
    }

    // MARK: - Changing

    private static func create(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        let name = try checkedName(arguments.text("name"))
        let place = try arguments.optionalText("artifact_location").flatMap { $0.isEmpty ? nil : $0 }
        try checkPlace(place)
        var tags: [KeyValue] = []
        for tag in try arguments.list("tags") { tags.append(try self.tag(tag)) }
        do {
            let made = try context.experiments.create(name, artifacts: place, tags: tags, in: session)
            return ["experiment_id": .string(String(made.id))]
        } catch let error as MartletError where error.code == .alreadyExists {
            throw MLflowError(.resourceAlreadyExists, "Experiment(name=\(name)) already exists. \(error.message)")
        }
    }

    private static func checkedName(_ name: String) throws -> String {
        guard name.unicodeScalars.count <= longestName else {
            throw MLflowError.invalid("'name' exceeds the maximum length of \(longestName) characters")
        }
        return name
    }

    /// Where clients write by themselves must not lead out of where it says.
    private static func checkPlace(_ place: String?) throws {
        guard let place else { return }
        let isFile = place.hasPrefix("file:") || !place.contains(":")
        let isHarmless = !place.contains("..") && !place.contains("#") && !(isFile && place.contains("?")) && place.utf8.count <= 2000
        guard isHarmless else {
            throw MLflowError.invalid("Invalid artifact_location '\(place.prefix(100))': '..', '#' and '?' are not allowed in it.")
        }
        if let path = ArtifactAddress.path(place), !path.isEmpty { _ = try ArtifactPath(path) }
    }

    private static func update(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        let found = try active(arguments.text("experiment_id"), in: session, context)
        guard let name = try arguments.optionalText("new_name"), !name.isEmpty else { return .object([]) }
        try context.experiments.rename(found, to: checkedName(name), in: session)
        return .object([])
    }

    private static func delete(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        let found = try named(arguments.text("experiment_id"), in: session, context)
        guard found.deleted == nil else { throw MLflowError.missing("No Experiment with id=\(found.id) exists") }
        try context.experiments.delete(found, in: session)
        return .object([])
    }

    private static func restore(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        let found = try named(arguments.text("experiment_id"), in: session, context)
        guard found.deleted != nil else { throw MLflowError.missing("No Experiment with id=\(found.id) exists") }
        try context.experiments.restore(found, in: session)
        return .object([])
    }

    // MARK: - Tags

    private static func tag(_ arguments: Arguments) throws -> KeyValue {
        let tag = KeyValue(try arguments.text("key"), try arguments.optionalText("value") ?? "")
        try Names.check(tag.key, "tag")
        guard tag.value.unicodeScalars.count <= longestTag else {
            throw MLflowError.invalid("'value' exceeds the maximum length of \(longestTag) characters")
        }
        return tag
    }

    private static func setTag(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        let id = try arguments.text("experiment_id")
        let tag = try tag(arguments)
        try context.experiments.set(tag, on: active(id, in: session, context).id, in: session)
        return .object([])
    }

    private static func deleteTag(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        let (id, key) = (try arguments.text("experiment_id"), try arguments.text("key"))
        guard try context.experiments.removeTag(key, from: active(id, in: session, context).id, in: session) else {
            throw MLflowError.missing("No tag with name: \(key) in experiment with id \(id)")
        }
        return .object([])
    }
}

/// Which of what can be deleted a search shows, as MLflow names it.
enum View {
    static func visibility(_ text: String?) throws(MLflowError) -> Visibility {
        switch text {
        case nil, "", "ACTIVE_ONLY", "1": .active
        case "DELETED_ONLY", "2": .deleted
        case "ALL", "3": .all
        case let other?: throw .invalid("Invalid view type '\(other.prefix(40))'. It is one of ACTIVE_ONLY, DELETED_ONLY, ALL.")
        }
    }
}

internal import Database
internal import Experiments
internal import Support

/// Runs: begun, found, ended, deleted and restored.
enum RunCalls {
    static let all: [Call] = [
        .post("runs/create", create), .get("runs/get", get), .post("runs/update", update), .post("runs/delete", delete),
        .post("runs/restore", restore), .search("runs/search", search),
    ]

    // MARK: - Finding

    /// The run that a request names, under either of the two names that the protocol has for that.
    static func named(_ arguments: Arguments, in session: SQLSession) throws -> TrackedRun {
        let id = try identifier(arguments)
        guard let run = try RunReader.run(RunID(id), in: session) else { throw MLflowError.missing("Run with id=\(id.prefix(256)) not found") }
        return run
    }

    /// The identifier of the run that a request names.
    static func identifier(_ arguments: Arguments) throws(MLflowError) -> String {
        if let id = try arguments.optionalText("run_id"), !id.isEmpty { return id }
        if let id = try arguments.optionalText("run_uuid"), !id.isEmpty { return id }
        throw arguments.missing("run_id")
    }

    /// The same, where it is active.
    static func active(_ arguments: Arguments, in session: SQLSession) throws -> TrackedRun {
        let run = try named(arguments, in: session)
        guard run.deleted == nil else {
            throw MLflowError.invalid("The run \(run.id) must be in the 'active' state. Current state is deleted.")
        }
        return run
    }

    private static func message(_ run: TrackedRun, _ context: CallContext, _ session: SQLSession) throws -> RunMessage {
        RunMessage(run: run, artifactRoot: try ExperimentStore.place(run.experiment, in: session)?.artifactRoot ?? "")
    }

    private static func whole(_ run: TrackedRun, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        let content = try RunReader.contents(of: [run], in: session).first ?? RunContent()
        return try message(run, context, session).message(content)
    }

    private static func get(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        ["run": try whole(named(arguments, in: session), context, session)]
    }

    private static func search(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        let limit = try arguments.limit(standard: 1000, most: 50_000)
        let offset = try PageToken.offset(arguments.optionalText("page_token"))
        let query = try RunFields.query(filter: arguments.optionalText("filter"), order: arguments.texts("order_by"))
        let search = RunSearch(
            experiments: try arguments.experiments(),
            visibility: try View.visibility(arguments.optionalText("run_view_type")), query: query)
        let page = try search.page(offset: offset, limit: limit, in: session)
        let contents = try RunReader.contents(of: page.items, in: session)
        var roots: [Int: String] = [:]
        for id in Set(page.items.map(\.experiment)) { roots[id] = try ExperimentStore.place(id, in: session)?.artifactRoot }
        var answer = Message()
        answer.set(
            "runs",
            list: zip(page.items, contents).map { RunMessage(run: $0, artifactRoot: roots[$0.experiment] ?? "").message($1) })
        if page.hasMore { answer.set("next_page_token", text: PageToken.text(offset: offset + limit)) }
        return answer.json
    }

    // MARK: - Changing

    private static func create(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        let id = try arguments.optionalText("experiment_id").flatMap { $0.isEmpty ? nil : $0 } ?? "0"
        let experiment = try ExperimentCalls.activePlace(id, in: session)
        var tags: [KeyValue] = []
        for tag in try arguments.list("tags") { tags.append(try Names.tag(tag)) }
        let started = try arguments.optionalWhole("start_time").map { try Timestamp.milliseconds($0, of: "start_time") } ?? context.now
        let draft = RunDraft(
            id: context.server.identifiers.nextRun(), experiment: experiment.id, name: try name(arguments, tags, context),
            parent: tags.first { $0.key == RunMessage.parentTag }.map { RunID($0.value) }, started: started,
            claimedUser: try arguments.optionalText("user_id") ?? "")
        let run = try context.runs.begin(draft, tags: tags.filter { $0.key != RunMessage.nameTag }, in: session)
        var content = RunContent()
        content.tags = tags
        return ["run": RunMessage(run: run, artifactRoot: experiment.artifactRoot).message(content)]
    }

    /// The name as the request has it in one place or the other, or one that is made up.
    private static func name(_ arguments: Arguments, _ tags: [KeyValue], _ context: CallContext) throws -> String {
        let given = try arguments.optionalText("run_name") ?? ""
        let tagged = tags.first { $0.key == RunMessage.nameTag }?.value ?? ""
        guard given.isEmpty || tagged.isEmpty || given == tagged else {
            throw MLflowError.invalid(
                "Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values (run_name='\(given)', mlflow.runName='\(tagged)')."
            )
        }
        let name = given.isEmpty ? tagged : given
        return name.isEmpty ? RunName.made(from: context.server.identifiers.next().low) : name
    }

    private static func update(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        let run = try active(arguments, in: session)
        let name = try arguments.optionalText("run_name").flatMap { $0.isEmpty ? nil : $0 }
        let status = try status(arguments)
        let ended = try arguments.optionalWhole("end_time").map { try Timestamp.milliseconds($0, of: "end_time") }
        try context.runs.update(run, status: status, ended: ended, name: name, in: session)
        guard let changed = try RunReader.run(run.id, in: session) else { return .object([]) }
        return ["run_info": try message(changed, context, session).info]
    }

    /// A status is a name or a number.
    private static func status(_ arguments: Arguments) throws -> Run.Status? {
        guard arguments.has("status") else { return nil }
        if let number = try? arguments.optionalWhole("status") { return try RunStatus.status(String(number)) }
        return try arguments.optionalText("status").map { try RunStatus.status($0) }
    }

    private static func delete(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        try context.runs.delete(named(arguments, in: session), in: session)
        return .object([])
    }

    private static func restore(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        try context.runs.restore(named(arguments, in: session), in: session)
        return .object([])
    }
}

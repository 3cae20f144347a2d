internal import Experiments
internal import Support

/// What logged models are searched by, as MLflow names it.
enum LoggedModelFields {
    static func query(_ arguments: Arguments) throws(MLflowError) -> SearchQuery<LoggedModelField> {
        var query = SearchQuery<LoggedModelField>()
        let datasets = try arguments.list("datasets")
        let dataset = try datasets.first?.optionalText("dataset_name")
        let digest = try datasets.first?.optionalText("dataset_digest")
        for clause in try clauses(try arguments.optionalText("filter")) {
            let (field, kind, what) = try field(clause.key, dataset, digest)
            try check(clause, kind, what)
            var test = try clause.test(kind, what)
            if case .status = field { test = status(test) }
            query.conditions.append(SearchCondition(field, test))
        }
        for term in try arguments.list("order_by") {
            let key = try FilterParser.key(try term.text("field_name"))
            let field = try field(key, try term.optionalText("dataset_name"), try term.optionalText("dataset_digest")).field
            let isAscending = try term.has("ascending") ? term.flag("ascending") : true
            query.order.append(SearchOrder(field, isDescending: !isAscending))
        }
        return query
    }

    private static func clauses(_ filter: String?) throws(MLflowError) -> [FilterClause] {
        do { return try FilterParser.clauses(filter) } catch {
            throw .invalid(
                "Invalid filter string: '\(filter?.prefix(200) ?? "")'. Expected a list of comparisons separated by 'AND' (e.g. 'metrics.loss > 0.1 AND params.lr = 0.01'). \(error.message)"
            )
        }
    }

    /// Refuses what cannot be asked of a field, in the words that clients know from this search.
    private static func check(_ clause: FilterClause, _ kind: FieldKind, _ what: String) throws(MLflowError) {
        let (isFitting, fitting): (Bool, String) =
            switch (kind, clause.comparison) {
            case (_, .isNull): (true, "")
            case (.number, .ordered): (true, "")
            case (.number, _): (false, "'>', '>=', '<', '<=', '=', '!='")
            case (.text(let takesLists), .isIn): (takesLists, "'=', '!=', 'LIKE', 'ILIKE'")
            case (.text, .like), (.text, .ordered(.equal)), (.text, .ordered(.unequal)): (true, "")
            case (.text(let takesLists), _): (false, "'=', '!=', 'LIKE', 'ILIKE'" + (takesLists ? ", 'IN', 'NOT IN'" : ""))
            }
        guard isFitting else {
            throw .invalid("Invalid comparison operator for \(what)s.\(clause.key.key.prefix(200)). Expected one of (\(fitting)).")
        }
    }

    private static func field(
        _ key: FilterKey, _ dataset: String?, _ digest: String?
    ) throws(MLflowError) -> (field: LoggedModelField, kind: FieldKind, what: String) {
        switch key.entity?.lowercased() {
        case "metric", "metrics": return (.metric(key.key, dataset: dataset, digest: digest), .number, "metric")
        case "param", "params": return (.parameter(key.key), .text, "param")
        case "tag", "tags": return (.tag(key.key), .text, "tag")
        case nil, "attribute", "attributes": return try attribute(key)
        default: throw .unknownEntity(key, valid: ["attributes", "metrics", "params", "tags"])
        }
    }

    private static func attribute(_ key: FilterKey) throws(MLflowError) -> (field: LoggedModelField, kind: FieldKind, what: String) {
        switch key.key {
        case "model_id": (.id, .listed, "attribute")
        case "name", "model_name": (.name, .listed, "attribute")
        case "model_type": (.type, .listed, "attribute")
        case "status": (.status, .listed, "attribute")
        case "source_run_id": (.run, .listed, "attribute")
        case "creation_timestamp", "creation_time", "creation_timestamp_ms": (.created, .time, "attribute")
        case "last_updated_timestamp", "last_updated_timestamp_ms": (.updated, .time, "attribute")
        default:
            throw .unknown(
                key, of: "logged models",
                valid: ["name", "model_id", "model_type", "status", "source_run_id", "creation_timestamp", "last_updated_timestamp"])
        }
    }

    private static func status(_ test: SearchTest) -> SearchTest {
        func name(_ text: String) -> String {
            text == "READY" || text == "LOGGED_MODEL_READY" ? "ready" : text.hasSuffix("PENDING") ? "pending" : "failed"
        }
        return if case .text(let comparison, let text) = test { .text(comparison, name(text)) } else { test }
    }
}

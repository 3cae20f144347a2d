internal import Experiments
internal import Support

/// What runs are searched by, as MLflow names it.
enum RunFields {
    static func query(filter: String?, order: [String]) throws(MLflowError) -> SearchQuery<RunField> {
        var query = SearchQuery<RunField>()
        for clause in try FilterParser.clauses(filter) {
            do throws(MLflowError) { query.conditions.append(try condition(clause)) } catch { throw error.at(clause.place) }
        }
        for term in try OrderTerm.terms(order) {
            query.order.append(SearchOrder(try field(term.key).field, isDescending: term.isDescending))
        }
        return query
    }

    private static func condition(_ clause: FilterClause) throws(MLflowError) -> SearchCondition<RunField> {
        let (field, kind, what) = try field(clause.key)
        if case .isNull = clause.comparison, what != "tag", what != "param" {
            throw .invalid("IS NULL / IS NOT NULL is only supported for tags and params, not for '\(what)' '\(clause.key.key)'")
        }
        let test = try clause.test(kind, what)
        return SearchCondition(field, field == .status ? status(test) : test)
    }

    private static func field(_ key: FilterKey) throws(MLflowError) -> (field: RunField, kind: FieldKind, what: String) {
        switch key.entity?.lowercased() {
        case "metric", "metrics": return (.metric(key.key), .number, "metric")
        case "param", "params", "parameter", "parameters": return (.parameter(key.key), .text, "param")
        case "tag", "tags": return (key.key == RunMessage.nameTag ? .name : .tag(key.key), .text, "tag")
        case "dataset", "datasets": return (try dataset(key), .listed, "dataset")
        case nil, "attr", "attribute", "attributes", "run": return try attribute(key)
        default: throw .unknownEntity(key, valid: ["parameter", "metric", "tag", "attribute", "dataset"])
        }
    }

    private static func dataset(_ key: FilterKey) throws(MLflowError) -> RunField {
        switch key.key {
        case "name": .datasetName
        case "digest": .datasetDigest
        case "context": .datasetTag("mlflow.data.context")
        default: throw .unknown(key, of: "datasets", valid: ["name", "digest", "context"])
        }
    }

    private static func attribute(_ key: FilterKey) throws(MLflowError) -> (field: RunField, kind: FieldKind, what: String) {
        switch key.key {
        case "run_id": (.id, .listed, "attribute")
        case "run_name", "Run name", "run name", "Run Name": (.name, .text, "attribute")
        case "status": (.status, .text, "attribute")
        case "user_id": (.user, .text, "attribute")
        case "artifact_uri": (.artifacts(root: ArtifactAddress.scheme), .text, "attribute")
        case "start_time", "created", "Created": (.started, .time, "attribute")
        case "end_time": (.ended, .time, "attribute")
        default:
            throw .unknown(key, of: "runs", valid: ["run_id", "run_name", "status", "user_id", "artifact_uri", "start_time", "end_time", "created"])
        }
    }

    /// Our names of how a run stands are MLflow's in small letters.
    private static func status(_ test: SearchTest) -> SearchTest {
        switch test {
        case .text(let comparison, let text): .text(comparison, text == text.uppercased() ? text.lowercased() : text.uppercased())
        case .like(let pattern, let ignoresCase): .like(pattern.lowercased(), ignoresCase: ignoresCase)
        default: test
        }
    }
}

/// What experiments are searched by, as MLflow names it.
enum ExperimentFields {
    static func query(filter: String?, order: [String]) throws(MLflowError) -> SearchQuery<ExperimentField> {
        var query = SearchQuery<ExperimentField>()
        for clause in try FilterParser.clauses(filter) {
            let (field, kind, what) = try field(clause.key)
            if case .isNull = clause.comparison, what != "tag" {
                throw .invalid("IS NULL / IS NOT NULL is only supported for tags, not for \(what) '\(clause.key.key)'")
            }
            query.conditions.append(SearchCondition(field, try clause.test(kind, what)))
        }
        for term in try OrderTerm.terms(order) {
            query.order.append(SearchOrder(try field(term.key).field, isDescending: term.isDescending))
        }
        return query
    }

    private static func field(_ key: FilterKey) throws(MLflowError) -> (field: ExperimentField, kind: FieldKind, what: String) {
        switch (key.entity?.lowercased(), key.key) {
        case ("tag", let name), ("tags", let name): (.tag(name), .text, "tag")
        case (nil, "name"), ("attribute", "name"), ("attr", "name"), ("attributes", "name"): (.name, .text, "attribute")
        case (nil, "experiment_id"), ("attribute", "experiment_id"): (.id, .listed, "attribute")
        case (nil, "creation_time"), ("attribute", "creation_time"): (.created, .time, "attribute")
        case (nil, "last_update_time"), ("attribute", "last_update_time"): (.updated, .time, "attribute")
        case (nil, _), ("attribute", _), ("attr", _), ("attributes", _):
            throw .unknown(key, of: "experiments", valid: ["name", "experiment_id", "creation_time", "last_update_time"])
        default: throw .unknownEntity(key, valid: ["attribute", "tag"])
        }
    }
}

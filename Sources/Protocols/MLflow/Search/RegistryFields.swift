internal import Experiments
internal import Registry
internal import Support

/// What registered models are searched by, as MLflow names it.
enum RegisteredModelFields {
    static func query(filter: String?, order: [String]) throws(MLflowError) -> SearchQuery<RegisteredModelField> {
        try registryQuery(filter, order, kind: .kind, tag: RegisteredModelField.tag, attribute: attribute, field: field)
    }

    private static func attribute(_ clause: FilterClause) throws(MLflowError) -> SearchCondition<RegisteredModelField> {
        guard clause.key.key == "name" else { throw .unknown(clause.key, of: "registered models", valid: ["name"]) }
        return SearchCondition(.name, try clause.test(.listed, "attribute"))
    }

    private static func field(_ key: FilterKey) throws(MLflowError) -> RegisteredModelField {
        switch try key.isTag() ? "" : key.key {
        case "name": .name
        case "last_updated_timestamp", "timestamp": .updated
        default:
            throw .invalid("Invalid order by key '\(key.text.prefix(200))' specified. Valid keys are 'name', 'timestamp'")
        }
    }
}

/// What versions are searched by, as MLflow names it.
enum RegisteredVersionFields {
    static func query(filter: String?, order: [String]) throws(MLflowError) -> SearchQuery<RegisteredVersionField> {
        try registryQuery(filter, order, kind: .kind, tag: RegisteredVersionField.tag, attribute: attribute, field: field)
    }

    private static func attribute(_ clause: FilterClause) throws(MLflowError) -> SearchCondition<RegisteredVersionField> {
        switch clause.key.key {
        case "name": return SearchCondition(.model, try clause.test(.listed, "attribute"))
        case "run_id": return SearchCondition(.run, try clause.test(.listed, "attribute"))
        case "source_path": return SearchCondition(.source, try clause.test(.text, "attribute"))
        case "version_number":
            var clause = clause
            if case .text(let text) = clause.value, let number = Int(text) { clause.value = .number(Double(number)) }
            return SearchCondition(.number, try clause.test(.number, "attribute"))
        default:
            throw .unknown(clause.key, of: "model versions", valid: ["name", "version_number", "run_id", "source_path"])
        }
    }

    private static func field(_ key: FilterKey) throws(MLflowError) -> RegisteredVersionField {
        switch try key.isTag() ? "" : key.key {
        case "name": .model
        case "version_number": .number
        case "creation_timestamp": .created
        case "last_updated_timestamp": .updated
        default:
            throw .invalid(
                "Invalid attribute key '\(key.text.prefix(200))' specified. Valid keys are 'name', 'version_number', 'creation_timestamp', 'last_updated_timestamp'"
            )
        }
    }
}

/// Reads a filter and an order of the registry.
/// - Parameters:
///   - kind: the field that tells models from prompts.
///   - tag: the field of a tag.
///   - attribute: reads a condition on anything but a tag.
///   - field: what an order names.
private func registryQuery<Field>(
    _ filter: String?, _ order: [String], kind: Field, tag: (String) -> Field,
    attribute: (FilterClause) throws(MLflowError) -> SearchCondition<Field>, field: (FilterKey) throws(MLflowError) -> Field
) throws(MLflowError) -> SearchQuery<Field> {
    var query = SearchQuery<Field>()
    var prompts = PromptFilter()
    for clause in try FilterParser.clauses(filter) {
        if try prompts.takes(clause) { continue }
        query.conditions.append(
            try clause.key.isTag() ? SearchCondition(tag(clause.key.key), clause.test(.text, "tag")) : attribute(clause))
    }
    if let test = prompts.test { query.conditions.append(SearchCondition(kind, test)) }
    for term in try OrderTerm.terms(order) { query.order.append(SearchOrder(try field(term.key), isDescending: term.isDescending)) }
    return query
}

/// The tag that tells prompts from models. It is asked for in every search, also of what never had it: unlike every other tag, one that is missing
/// counts as `false`. Prompts are found only by whoever asks for them.
private struct PromptFilter {
    private var asksForPrompts: Bool?

    /// Whether a clause is about that tag.
    mutating func takes(_ clause: FilterClause) throws(MLflowError) -> Bool {
        guard clause.key.key == PromptTags.mark, try clause.key.isTag() else { return false }
        guard case .text(let comparison, let text) = try clause.test(.text, "tag") else { return true }
        let value = text.lowercased()
        asksForPrompts = comparison == .equal ? value == "true" : value == "false"
        return true
    }

    var test: SearchTest? { .text(.equal, asksForPrompts == true ? RegisteredModel.Kind.prompt.rawValue : RegisteredModel.Kind.model.rawValue) }
}

extension FilterKey {
    /// Whether it is the key of a tag; else it is of the thing itself.
    fileprivate func isTag() throws(MLflowError) -> Bool {
        switch entity?.lowercased() {
        case "tag", "tags": true
        case nil, "attribute", "attributes": false
        default: throw .invalid("Invalid entity type '\(entity?.prefix(100) ?? "")'. Valid entity types are ('attribute', 'tag', 'tags')")
        }
    }
}

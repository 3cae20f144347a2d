internal import Settings
internal import Support

/// `serving.endpoints`: names with what answers there.
extension EndpointRecipe {
    /// Reads `{risk: {ensemble: [risk-a, {model: risk-b@v2, weight: 2}], combine: mean}, reviews: {chain: [tokenizer, classifier]}, old: loans@v1}`.
    /// - Throws: `invalidInput` with line and column, also for endpoints that need each other in a circle.
    static func plans(_ node: SettingsNode, beside main: EndpointPlan) throws(MartletError) -> [EndpointPlan] {
        var plans: [EndpointPlan] = []
        for entry in try node.entries() {
            do { _ = try PredictionLogReader.path(folder: "", endpoint: entry.key) } catch {
                throw MartletError(.invalidInput, error.message, place: entry.place)
            }
            guard entry.key != main.endpoint, !plans.contains(where: { $0.endpoint == entry.key }) else {
                throw MartletError(.invalidInput, "There are two endpoints “\(entry.key)”. Call one of them otherwise.", place: entry.place)
            }
            plans.append(try plan(entry.key, entry.value, main))
        }
        let order = EndpointOrder(plans)
        for entry in try node.entries() {
            guard let objection = order.objection(to: entry.key) else { continue }
            throw MartletError(.invalidInput, objection, place: entry.place)
        }
        return plans
    }

    private static func plan(_ name: String, _ node: SettingsNode, _ main: EndpointPlan) throws(MartletError) -> EndpointPlan {
        if case .scalar = node.content { return try single(name, node, main) }
        _ = try node.mapping(keys: ["model"] + Kind.allCases.map(\.rawValue) + ["combine"])
        let kinds = Kind.allCases.filter { node[$0.rawValue] != nil }
        guard kinds.count + (node["model"] == nil ? 0 : 1) == 1 else {
            throw node.failure("An endpoint has one of “model”, “chain” and “ensemble”.")
        }
        guard node["combine"] == nil || kinds == [.ensemble] else { throw node.failure("“combine” belongs to an ensemble.") }
        guard let kind = kinds.first, let list = node[kind.rawValue] else { return try single(name, try node.required("model"), main) }
        let combination = try node["combine"]?.choice(Combination.self) ?? .mean
        var parts: [Part] = []
        for part in try list.list() { parts.append(try self.part(part, kind, combination)) }
        guard (2...32).contains(parts.count) else { throw list.failure("From 2 to 32 models are put together, not \(parts.count).") }
        return main.other(name, model: name, recipe: EndpointRecipe(kind, parts, combination: combination))
    }

    private static func single(_ name: String, _ node: SettingsNode, _ main: EndpointPlan) throws(MartletError) -> EndpointPlan {
        let part = try reference(node)
        return main.other(name, model: part.model, selector: part.selector ?? "champion")
    }

    private static func part(_ node: SettingsNode, _ kind: Kind, _ combination: Combination) throws(MartletError) -> Part {
        if case .scalar = node.content { return try reference(node) }
        _ = try node.mapping(keys: kind == .chain ? ["model", "rename"] : ["model", "weight"])
        var part = try reference(try node.required("model"))
        for entry in try node["rename"]?.entries() ?? [] { part.rename[entry.key] = try entry.value.string() }
        if let weight = node["weight"] {
            guard combination.takesWeights else { throw weight.failure("Weights count with “mean” and “vote”, not with “\(combination.rawValue)”.") }
            part.weight = try weight.double(in: 1e-6...1e6)
        }
        return part
    }

    private static func reference(_ node: SettingsNode) throws(MartletError) -> Part {
        let text = try node.string()
        guard let reference = Reference(text) ?? Reference("model:\(text)"), reference.kind == .model else {
            throw node.failure("“\(text)” does not name a model. Write its name, with an alias or version where it is not the champion: risk@v2.")
        }
        return Part(reference.name, reference.selector)
    }
}

/// Which endpoints stand in which.
private struct EndpointOrder {
    /// How many endpoints may stand in one another.
    private static let deepest = 4

    private let parts: [String: [String]]

    init(_ plans: [EndpointPlan]) {
        let composites = plans.filter { $0.recipe != nil }
        let names = Set(composites.map(\.endpoint))
        parts = Dictionary(
            composites.map { plan in
                (plan.endpoint, plan.recipe?.parts.filter { $0.selector == nil && names.contains($0.model) }.map(\.model) ?? [])
            }
        ) { first, _ in first }
    }

    /// Why an endpoint cannot be put together, whatever its parts are; nil where it can.
    func objection(to name: String) -> String? {
        var depths: [String: Int] = [:]
        if let circle = circle(from: [name], &depths) {
            return "Endpoint “\(circle[0])” needs itself: \(circle.joined(separator: " → ")). Break the circle, or name a version."
        }
        guard let depth = depths[name], depth > EndpointOrder.deepest else { return nil }
        return "In “\(name)” \(depth) endpoints stand in one another; \(EndpointOrder.deepest) may. Name a version of one of them."
    }

    /// The way by which an endpoint needs itself; nil where none does.
    /// - Parameter depths: of the endpoints that are known to need themselves not, how many stand in one another.
    private func circle(from way: [String], _ depths: inout [String: Int]) -> [String]? {
        guard let name = way.last, depths[name] == nil else { return nil }
        var depth = 0
        for part in parts[name] ?? [] {
            if let place = way.firstIndex(of: part) { return way[place...] + [part] }
            if let found = circle(from: way + [part], &depths) { return found }
            depth = max(depth, depths[part] ?? 0)
        }
        depths[name] = depth + 1
        return nil
    }
}

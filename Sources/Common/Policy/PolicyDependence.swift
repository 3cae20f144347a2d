internal import Support

/// Whether a decision can depend on anything but the question's who, what and where: on the time, or on something that answers differently each
/// time it is asked. Where it cannot, the same question has the same answer for as long as the policies stay.
///
/// A rule whose first expression is `input.action == "..."` for another action is undefined and is left out. Everything else that a file holds
/// counts, whether it is reached or not; what is not understood is taken to depend on the time.
struct PolicyDependence: Sendable, Equatable {
    /// Whether it can, for the actions that rules name.
    private var named: [String: Bool] = [:]
    /// Whether it can, for all others.
    private var others = true

    /// The first parts of built-in functions whose answers differ, or are not known not to.
    private static let unsteady: Set<String> = ["rand", "uuid", "opa", "http", "net", "io", "crypto"]

    /// - Parameter trees: the syntax trees of all modules that take part.
    init(_ trees: [JSONValue]) {
        let rules = trees.flatMap { $0["rules"].elements }
        let isPlain = !trees.contains { PolicyDependence.importsInput($0) || PolicyDependence.holdsWith($0) }
        guard isPlain else { return }
        let guarded = rules.map { (action: PolicyDependence.guardingAction($0), isUnsteady: PolicyDependence.isUnsteady($0)) }
        others = guarded.contains { $0.action == nil && $0.isUnsteady }
        for action in Set(guarded.compactMap(\.action)) {
            named[action] = guarded.contains { ($0.action == nil || $0.action == action) && $0.isUnsteady }
        }
    }

    func canVary(_ action: String) -> Bool { named[action] ?? others }

    /// The action without which a rule is undefined; nil where there is none, or it has an `else`.
    private static func guardingAction(_ rule: JSONValue) -> String? {
        guard rule["else"].isNull, let first = rule["body"].elements.first, first["negated"].flag != true, case .array(let terms) = first["terms"],
            terms.count == 3, ["equal", "eq"].contains(PolicyModule.path(terms[0]))
        else { return nil }
        for (reference, constant) in [(terms[1], terms[2]), (terms[2], terms[1])] {
            if reference["type"].text == "ref", PolicyModule.path(reference) == "input.action", constant["type"].text == "string" {
                return constant["value"].text
            }
        }
        return nil
    }

    private static func importsInput(_ tree: JSONValue) -> Bool {
        tree["imports"].elements.contains { $0["path"]["value"].elements.first?["value"].text == "input" }
    }

    /// Whether anything is asked under another input.
    private static func holdsWith(_ tree: JSONValue) -> Bool {
        switch tree {
        case .array(let elements): elements.contains(where: holdsWith)
        case .object(let members): members.contains { $0.key == "with" || holdsWith($0.value) }
        default: false
        }
    }

    /// Whether a tree names the time, the whole input, or a function that is unsteady.
    private static func isUnsteady(_ tree: JSONValue) -> Bool {
        switch tree {
        case .array(let elements): return elements.contains(where: isUnsteady)
        case .object(let members):
            if tree["type"].text == "var" { return tree["value"].text == "input" }
            guard tree["type"].text == "ref" else { return members.contains { isUnsteady($0.value) } }
            return isUnsteady(reference: tree["value"].elements)
        default: return false
        }
    }

    private static func isUnsteady(reference parts: [JSONValue]) -> Bool {
        guard let first = parts.first, first["type"].text == "var", let head = first["value"].text else { return parts.contains(where: isUnsteady) }
        let second = parts.count > 1 && parts[1]["type"].text == "string" ? parts[1]["value"].text : nil
        if head == "input", second == nil || second == "time" { return true }
        if unsteady.contains(head) || head == "time" && second == "now_ns" { return true }
        return parts.dropFirst().contains(where: isUnsteady)
    }
}

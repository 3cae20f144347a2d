/// The one way to name a thing: `kind:name@version-or-alias`, as in `model:income@champion`.
///
/// MLflow's spellings (`models:/m@a`, `models:/m/3`, `runs:/id`) are read too.
package struct Reference: Sendable, Hashable, CustomStringConvertible {
    package enum Kind: String, Sendable, CaseIterable, Codable {
        case source, dataset, run, step, model, endpoint, prediction, objective, charter, check, label
    }

    package var kind: Kind
    package var name: String
    /// A version (`v3` or `3`) or an alias (`champion`).
    package var selector: String?

    package init(_ kind: Kind, _ name: String, _ selector: String? = nil) {
        self.kind = kind
        self.name = name
        self.selector = selector
    }

    package var description: String { "\(kind.rawValue):\(name)\(selector.map { "@\($0)" } ?? "")" }

    /// The version number, where the selector is one: `v3` and `3` are 3.
    package var version: Int? {
        guard let selector else { return nil }
        return Int(selector.hasPrefix("v") ? String(selector.dropFirst()) : selector)
    }

    /// Reads a full reference; nil for a bare name, which needs a look at what exists.
    package init?(_ text: String) {
        if text.hasPrefix("models:/") {
            self.init(mlflowModel: text.dropFirst(8))
        } else if text.hasPrefix("runs:/") {
            self.init(.run, String(text.dropFirst(6).prefix { $0 != "/" }))
        } else {
            let parts = text.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, let kind = Kind(rawValue: String(parts[0])) else { return nil }
            let (name, selector) = Reference.splitSelector(parts[1])
            self.init(kind, name, selector)
        }
        if name.isEmpty || selector?.isEmpty == true { return nil }
    }

    private init?(mlflowModel text: Substring) {
        if text.contains("@") {
            let (name, selector) = Reference.splitSelector(text)
            self.init(.model, name, selector)
        } else {
            let parts = text.split(separator: "/")
            guard parts.count == 2 else { return nil }
            self.init(.model, String(parts[0]), String(parts[1]))
        }
    }

    /// `name@selector` in two.
    package static func splitSelector(_ text: some StringProtocol) -> (name: String, selector: String?) {
        guard let at = text.lastIndex(of: "@") else { return (String(text), nil) }
        return (String(text[..<at]), String(text[text.index(after: at)...]))
    }
}

import Support
import Tables

extension TrafficPlan {
    /// Which version a request belongs to.
    enum Decision: Equatable {
        case champion
        case version(Int)
        /// Its rows have sticky keys of different versions.
        case mixed
    }

    /// Decides a whole request: by the sticky key of its rows, or where the plan or the request has none, by its own identifier.
    /// - Parameters:
    ///   - keys: the sticky key of every row; nil where requests are decided for themselves.
    ///   - own: the request's identifier.
    func decision(keys: TextValues?, own: String, endpoint: String) -> Decision {
        guard let keys else { return decision(own, endpoint) }
        var found: Decision?
        for code in Set(keys.codes) {
            let decision = decision(code < 0 ? own : keys.dictionary[Int(code)], endpoint)
            if let found, found != decision { return .mixed }
            found = decision
        }
        return found ?? .champion
    }

    private func decision(_ key: String, _ endpoint: String) -> Decision { choice(key, endpoint: endpoint).map { .version($0) } ?? .champion }

    /// The sticky key of every row.
    /// - Parameters:
    ///   - table: the rows, where they are columns.
    ///   - keys: the callers' keys.
    ///   - callersKey: the column that these are sent in.
    func stickyKeys(_ table: Table?, keys: TextValues?, callersKey: String?) -> TextValues? {
        guard let key else { return nil }
        if key == callersKey ?? "id" { return keys }
        guard let column = table?[key] else { return key == "id" ? keys : nil }
        return column.text ?? TextValues((0..<column.count).map { column.category($0) })
    }
}

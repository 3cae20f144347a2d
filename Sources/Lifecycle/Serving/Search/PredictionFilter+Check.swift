import Support

extension PredictionFilter {
    /// Checks that the parts of the log know the columns that are named, and that the values can be compared with theirs.
    /// - Returns: what a reader must know of columns that were not always logged as they came.
    /// - Throws: `usage`.
    func check(against schemas: [SegmentSchema]) throws(MartletError) -> [String] {
        guard !schemas.isEmpty else { return [] }
        var notes: [String] = []
        for (name, test) in leaves {
            let known = schemas.compactMap { schema in LoggedField(name, in: schema).map { (field: $0, schema: schema) } }
            guard !known.isEmpty else { throw PredictionFilter.unknown(name, schemas) }
            let hashed = known.filter { PredictionFilter.isHashed($0.field, $0.schema) }
            if hashed.count == known.count {
                try test.checkForDigests(name)
            } else {
                try test.checkKinds(name, known.map { $0.field.kind(in: $0.schema) })
            }
            let isPartlyKept = !hashed.isEmpty || schemas.contains { $0.withheld[name] == .drop }
            guard isPartlyKept, hashed.count < known.count || known.count < schemas.count else { continue }
            let note = "“\(name)” was not kept as it came for part of the time: nothing of that part is found by it."
            if !notes.contains(note) { notes.append(note) }
        }
        return notes
    }

    static func isHashed(_ field: LoggedField, _ schema: SegmentSchema) -> Bool {
        switch field {
        case .key: schema.keyRule == .hash
        case .input(let name): schema.withheld[name] == .hash
        default: false
        }
    }

    private static func unknown(_ name: String, _ schemas: [SegmentSchema]) -> MartletError {
        if schemas.contains(where: { $0.withheld[name] == .drop }) {
            return MartletError(.usage, "“\(name)” is not in the log: log.columns of martlet.yaml leaves it out, so nothing can be found by it.")
        }
        let names = schemas.reduce(into: Set<String>()) { $0.formUnion(LoggedField.names(in: $1)) }
        let list = names.sorted().prefix(60).joined(separator: ", ")
        return MartletError(.usage, "The log has no column “\(name)”.\(didYouMean(name, among: names)) It has \(list).")
    }

    /// Whether it compares with digests alone.
    var comparesDigests: Bool {
        let values: [Value]
        switch self {
        case .compares(_, .equal, let value), .compares(_, .unequal, let value): values = [value]
        case .among(_, let several): values = several
        default: values = []
        }
        return !values.isEmpty && values.allSatisfy { if case .text(let text) = $0 { text.hasPrefix(LogPrivacy.mark) } else { false } }
    }

    /// Digests can be told apart, and no more.
    private func checkForDigests(_ name: String) throws(MartletError) {
        if case .isMissing = self { return }
        guard comparesDigests else {
            throw MartletError(
                .usage,
                "“\(name)” is hashed in the log, so that only equal values can be found: compare it with the digest that another row shows, as in \(name) = '\(LogPrivacy.mark)…'."
            )
        }
    }

    /// - Throws: `usage` where the values can be compared with none of the kinds that a column has.
    private func checkKinds(_ name: String, _ kinds: [LoggedField.Kind]) throws(MartletError) {
        let failures = kinds.compactMap { misfit(name, $0) }
        guard failures.count == kinds.count, let failure = failures.last else { return }
        throw MartletError(.usage, failure)
    }

    /// Why a value cannot be compared with a column of a kind; nil where it can.
    private func misfit(_ name: String, _ kind: LoggedField.Kind) -> String? {
        let values: [Value]
        switch self {
        case .compares(_, _, let value): values = [value]
        case .among(_, let several): values = several
        case .isLike: return kind == .text ? nil : "“\(name)” is no text, so LIKE says nothing of it. Compare it with =, < or >."
        default: return nil
        }
        for value in values {
            switch (kind, value) {
            case (.number, .number), (.text, .text), (.flag, .flag), (.flag, .number): continue
            case (.moment, .text(let text)) where Timestamp(text) != nil: continue
            case (.number, _): return "“\(name)” is a number. Compare it with one, without quotes: \(name) > 30."
            case (.text, _): return "“\(name)” is a text. Compare it with one in quotes: \(name) = 'Bern'."
            case (.flag, _): return "“\(name)” is true or false: \(name) = true."
            case (.moment, _): return "“\(name)” is a moment. Compare it with one in quotes: \(name) >= '2026-11-23' or '2026-11-23T21:36:00Z'."
            }
        }
        return nil
    }
}

internal import Digests
internal import Settings
import Support
internal import Tables

/// What becomes of a column's values before they are logged.
package enum ColumnRule: String, Sendable, CaseIterable {
    /// They are logged as they came.
    case keep
    /// What is logged tells only whether two values are the same: a digest under a secret of the project.
    case hash
    /// They are not logged.
    case drop
}

/// Which columns of requests are not logged as they came: `log: {columns: {email: drop, name: hash}, sensitive: drop}`.
package struct LogPrivacy: Sendable, Equatable {
    /// By the name of the column, or of the callers' key.
    package var columns: [String: ColumnRule] = [:]
    /// Of columns that `data.columns` marks as sensitive and that are not named.
    package var sensitive = ColumnRule.keep
    /// Of columns that `data.columns` says tell of a person (`pii`) and that are not named.
    package var personal = ColumnRule.hash
    /// The name under which callers send their key.
    package var key = "id"
    /// What values are digested with.
    package var secret = ""

    package init() {}

    /// Reads the keys `columns`, `sensitive` and `pii` of the section `log`.
    /// - Parameter key: the name under which callers send their key.
    /// - Throws: `invalidInput` with line and column.
    init(_ node: SettingsNode, key: String) throws(MartletError) {
        self.key = key
        for entry in try node["columns"]?.entries() ?? [] {
            let rule: ColumnRule = try entry.value.choice()
            guard entry.key != key || rule != .drop else {
                throw entry.value.failure(
                    "“\(key)” is what callers send as their key: without it nobody's predictions could be erased. Write hash in place of drop.")
            }
            columns[entry.key] = rule
        }
        sensitive = try node["sensitive"]?.choice() ?? .keep
        personal = try node["pii"]?.choice() ?? .hash
    }

    /// Takes in a column that the settings name only where data is described. Of two words about it the one that keeps less counts.
    package mutating func take(_ column: String, isSensitive: Bool, isPersonal: Bool) {
        guard columns[column] == nil else { return }
        let rules = (isSensitive ? [sensitive] : []) + (isPersonal ? [personal] : [])
        guard var rule = ColumnRule.allCases.last(where: rules.contains) else { return }
        // Without a key nobody's predictions could be erased.
        if column == key, rule == .drop { rule = .hash }
        columns[column] = rule
    }

    /// Whether all is logged as it came.
    package var isEmpty: Bool { columns.values.allSatisfy { $0 == .keep } }

    /// What becomes of the callers' keys.
    package var keyRule: ColumnRule { columns[key] ?? .keep }

    /// A value as it is logged where it is hashed: an HMAC-SHA-256 under the secret, cut to 128 bits.
    package static func hashed(_ value: String, secret: String) -> String { form(of: Digest(of: value, keyedBy: secret).rawValue) }

    /// The same from the whole digest.
    package static func form(of digest: String) -> String { mark + digest.prefix(32) }

    /// What a hashed value begins with.
    package static let mark = "hmac:"

    /// The batch as it may be logged.
    func applied(to batch: PredictionBatch) -> PredictionBatch {
        guard !isEmpty else { return batch }
        var batch = batch
        for column in batch.inputs.columns {
            guard let rule = columns[column.name], rule != .keep else { continue }
            batch.withheld[column.name] = rule
        }
        if !batch.withheld.isEmpty { batch.inputs = (try? withholding(batch.inputs, batch.withheld)) ?? Table(rows: batch.inputs.rowCount) }
        if let keys = batch.keys, keyRule != .keep {
            batch.keyRule = keyRule
            batch.keys = keyRule == .drop ? nil : hashed(keys)
        }
        return batch
    }

    private func withholding(_ table: Table, _ rules: [String: ColumnRule]) throws(MartletError) -> Table {
        guard table.columns.contains(where: { rules[$0.name] != .drop }) else { return Table(rows: table.rowCount) }
        return try Table(
            table.columns.compactMap { column in
                guard let rule = rules[column.name] else { return column }
                return rule == .drop ? nil : Column(column.name, text: hashed(column.text ?? TextValues((0..<column.count).map(column.category))))
            })
    }

    private func hashed(_ values: TextValues) -> TextValues {
        // A dictionary may hold many words more than its rows use.
        let used = Set(values.codes)
        let words = values.dictionary.enumerated().map { used.contains(Int32($0)) ? LogPrivacy.hashed($1, secret: secret) : "" }
        return TextValues(codes: values.codes, dictionary: words)
    }
}

package import DuckDB
import Foundation
package import Support
package import Tables

/// Looks for columns that tell of people: by what their values are, and where values cannot tell, by their names. What it finds is a proposal until
/// a person writes it into `columns:`.
package enum PersonalData {
    /// A class that is proposed for a column.
    package struct Proposal: Sendable, Equatable {
        package var column: String
        package var personalClass: PersonalClass
        /// The share of the looked-at values that are of it; nil where only the name tells.
        package var share: Double?

        package var json: JSONValue {
            ["column": .string(column), "pii": .string(personalClass.rawValue), "share": JSONValue(share), "status": "proposed"]
        }
    }

    /// The share of values that must be of a class.
    private static let needed = 0.8
    /// How many distinct values of a column are looked at.
    private static let looked = 1000

    /// - Parameter relation: what stands after FROM.
    package static func proposals(relation: String, columns: [TypedColumn], engine: DuckDB) throws(MartletError) -> [Proposal] {
        var proposals: [Proposal] = []
        for column in columns {
            let name = SQL.name(column.name)
            let hinted = hint(column.name)
            guard column.kind == .text || column.kind == .integer || hinted != nil else { continue }
            let sql =
                "SELECT CAST(\(name) AS VARCHAR) AS v FROM (SELECT DISTINCT \(name) FROM (SELECT \(name) FROM \(relation) WHERE \(name) IS NOT NULL LIMIT 20000) LIMIT \(looked))"
            let table = try engine.query(sql)
            let values = (0..<table.rowCount).compactMap { table.columns[0].text?[$0] }
            if let proposal = proposal(column, values, hinted) { proposals.append(proposal) }
        }
        return proposals
    }

    private static func proposal(_ column: TypedColumn, _ values: [String], _ hinted: PersonalClass?) -> Proposal? {
        guard !values.isEmpty else { return nil }
        var counts: [PersonalClass: Int] = [:]
        if column.kind == .text || values.contains(where: { $0.count >= 12 }) {
            for value in values { if let found = PersonalPatterns.personalClass(of: value) { counts[found, default: 0] += 1 } }
        }
        let share = { (count: Int) in Double(count) / Double(values.count) }
        if let best = counts.max(by: { $0.value < $1.value }), share(best.value) >= needed {
            return Proposal(column: column.name, personalClass: best.key, share: share(best.value))
        }
        guard let hinted else { return nil }
        let fitting = values.count { fits($0, hinted, column.kind) }
        return share(fitting) >= needed ? Proposal(column: column.name, personalClass: hinted, share: nil) : nil
    }

    /// What a column's name says.
    private static func hint(_ name: String) -> PersonalClass? {
        let words = Set(words(name))
        let joined = words.sorted().joined(separator: " ")
        func has(_ any: String...) -> Bool { any.contains { words.contains($0) } }
        if has("birthday", "birthdate", "dob", "geburtsdatum", "geburtstag") || (has("birth", "born") && !has("country", "place", "order")) {
            return .birthDate
        }
        if has("latitude", "longitude", "lat", "lon", "lng") { return .geo }
        if has("email", "mail") { return .email }
        if has("phone", "telephone", "tel", "mobile", "fax") { return .phone }
        if has("firstname", "lastname", "surname", "forename", "fullname", "vorname", "nachname")
            || (has("name") && has("first", "last", "full", "family", "given", "middle", "customer", "person", "patient"))
        {
            return .name
        }
        if joined == "name" { return .name }
        if has("address", "street", "adresse", "strasse", "addr") && !has("ip", "mac", "email") { return .address }
        if has("ssn", "nin", "nino", "ahv", "passport") || (has("national", "social") && has("id", "number", "security")) { return .nationalID }
        return nil
    }

    /// The words of a name in snake case, camel case or with blanks.
    private static func words(_ name: String) -> [String] {
        var words: [String] = []
        var word = ""
        for character in name {
            let begins = character.isUppercase && word.last?.isLowercase == true
            if !character.isLetter || begins {
                if !word.isEmpty { words.append(word.lowercased()) }
                word = ""
            }
            if character.isLetter { word.append(character) }
        }
        return word.isEmpty ? words : words + [word.lowercased()]
    }

    /// Whether a value can be of the class that the name says.
    private static func fits(_ value: String, _ hinted: PersonalClass, _ kind: ColumnKind) -> Bool {
        switch hinted {
        case .geo: return Double(value).map { abs($0) <= 180 } ?? false
        case .birthDate: return kind == .timestamp || FreeDate.isReadable(value)
        case .name: return kind == .text && value.count <= 60 && value.contains(where: \.isLetter) && !value.contains(where: \.isNumber)
        case .address: return kind == .text && value.contains(where: \.isLetter) && value.contains(" ")
        case .phone: return value.filter(\.isNumber).count >= 6
        case .nationalID: return value.filter(\.isNumber).count >= 5
        default: return false
        }
    }
}

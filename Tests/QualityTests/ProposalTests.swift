import DataTestSupport
import DuckDB
import Exploration
import Foundation
import Quality
import Settings
import Support
import Tables
import Testing

@Suite("Proposed suites and personal data", .enabled(if: Surroundings.hasDuckDB, "DuckDB is not installed; run “make setup”."))
struct ProposalTests {
    private static func columns(_ shift: Double) -> [Column] {
        let count = 400
        return [
            Column("id", kind: .integer, numbers: (0..<count).map { Double($0 + 1000) }),
            Column("price", numbers: (0..<count).map { $0 % 50 == 0 ? .nan : 10 + shift + Double($0 % 37) / 2 }),
            Column("kind", strings: (0..<count).map { ["new", "old", "on"][$0 % 3] }),
            Column("stars", kind: .integer, numbers: (0..<count).map { Double($0 % 5 + 1) }),
            Column("note", strings: (0..<count).map { "text number \($0 * 7919 % 397)" }),
            Column("at", kind: .timestamp, numbers: (0..<count).map { 1_700_000_000 + Double($0) * 3600 }),
        ]
    }

    private static func profile(_ columns: [Column], _ engine: DuckDB, _ name: String) throws -> ProfileReport {
        let table = try Table(columns)
        try engine.append(table, as: name)
        return try Exploration.Profile.make(relation: name, columns: table.columns.map { ($0.name, $0.kind) }, engine: engine)
    }

    @Test("What is proposed holds on every version that it was learnt from, and not on others")
    func proposed() throws {
        let engine = try Surroundings.engine()
        let profiles = [
            try ProposalTests.profile(ProposalTests.columns(4), engine, "a"), try ProposalTests.profile(ProposalTests.columns(0), engine, "b"),
        ]
        let suite = SuiteProposer(profiles, target: "kind").suite
        let types = Dictionary(grouping: suite.expectations, by: { $0.column ?? "" }).mapValues { $0.map(\.type) }
        #expect(types["id"] == [.valuesToNotBeNull, .valuesToBeUnique] && types["stars"] == [.valuesToNotBeNull, .valuesToBeInSet])
        #expect(types["price"] == [.valuesToNotBeNull, .valuesToBeBetween, .meanToBeBetween] && types["note"]?.contains(.lengthsToBeBetween) == true)
        #expect(suite.expectations.first { $0.column == "kind" && $0.type == .valuesToBeInSet }?.severity == .critical)
        for name in ["a", "b"] { #expect(try validate(suite, name, ProposalTests.columns(0), engine).failed == 0) }
        _ = try ProposalTests.profile(ProposalTests.columns(40), engine, "c")
        let failed = try validate(suite, "c", ProposalTests.columns(0), engine).results.filter { !$0.success }.map(\.expectation.column)
        #expect(failed == ["price", "price"])
    }

    @Test("The YAML that is proposed reads back as the same expectations")
    func pasted() throws {
        let engine = try Surroundings.engine()
        let suite = SuiteProposer([try ProposalTests.profile(ProposalTests.columns(0), engine, "a")]).suite
        let lines = SuiteText.yaml(suite, personal: [])
        let node = try SettingsNode(yaml: lines.joined(separator: "\n"), file: "martlet.yaml")
        let read = try node.required("expect").list().map { try Quality.Expectation($0) }
        #expect(read == suite.expectations)
    }

    private func validate(_ suite: ExpectationSuite, _ name: String, _ columns: [Column], _ engine: DuckDB) throws -> ValidationReport {
        try Validation(engine: engine, relation: name, columns: columns.map { TypedColumn($0.name, $0.kind) }).validate(suite.expectations)
    }

    private static let people: [(String, [String], PersonalClass?)] = [
        ("contact", ["ann@example.org", "b.o'neil+x@mail.example.co.uk", "c@d.ch"], .email),
        ("call", ["+41 44 668 18 00", "0049 30 1234567", "(030) 123 45 67"], .phone),
        ("account", ["CH9300762011623852957", "DE89 3704 0044 0532 0130 00", "GB82WEST12345698765432"], .iban),
        ("card", ["4111 1111 1111 1111", "5500-0000-0000-0004", "340000000000009"], .creditCard),
        ("host", ["192.168.0.1", "10.0.0.255", "2001:db8::1"], .ip),
        ("first_name", ["Ann", "Élodie", "José María"], .name),
        ("HomeAddress", ["1 Main Street", "Bahnhofstrasse 2, Zürich", "Calle Mayor 3"], .address),
        ("birth_date", ["1980-01-31", "31.1.1980", "Jan 2, 2001"], .birthDate),
        ("x1", ["756.9217.0769.85", "078-05-1120", "12345678Z"], .nationalID),
        ("lat", ["47.37", "-33.9", "0.5"], .geo), ("code", ["4111 1111 1111 1112", "1234", "CH9300762011623852958"], nil),
        ("when", ["2020-01-31", "2021-12-01", "1999-05-06"], nil), ("native_country", ["Japan", "Peru", "Cuba"], nil),
        ("country_of_birth", ["Japan", "Peru", "Cuba"], nil),
        ("amount", ["1200.50", "99.95", "1000000"], nil), ("file", ["a.b.c.d", "1.2.3", "300.1.1.1"], nil),
    ]

    @Test("Personal data is known by its values, check digits included, and by names where values cannot tell")
    func personal() throws {
        let engine = try Surroundings.engine()
        let columns = ProposalTests.people.map { Column($0.0, strings: $0.1 + [nil]) }
        try engine.append(Table(columns), as: "people")
        let found = try PersonalData.proposals(relation: "people", columns: columns.map { TypedColumn($0.name, $0.kind) }, engine: engine)
        for (name, _, expected) in ProposalTests.people {
            #expect(found.first { $0.column == name }?.personalClass == expected, "\(name)")
        }
        #expect(found.first?.json["status"] == "proposed")
    }

    @Test("Spaces, markers of missing values, shared ends and rare classes are told")
    func oddities() throws {
        let engine = try Surroundings.engine()
        let columns = [
            Column("work", strings: (0..<400).map { $0 % 10 == 0 ? "?" : " Private" }),
            Column("income", strings: (0..<400).map { $0 % 2 == 0 ? ">50K." : "<=50K." }),
            Column("quality", kind: .integer, numbers: (0..<400).map { $0 == 7 ? 9 : Double($0 % 3 + 4) }),
            Column("plain", strings: (0..<400).map { "p\($0)" }),
        ]
        try engine.append(Table(columns), as: "odd")
        let told = try TableOddities.sentences(relation: "odd", columns: columns.map { TypedColumn($0.name, $0.kind) }, engine: engine)
        #expect(told.count == 4 && told[0].contains("360 of 400") && told[1].contains("40 values are \"?\""))
        #expect(told[2].contains("every value ends in “.”") && told[3].contains("“9” (1)"))
    }
}

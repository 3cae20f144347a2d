import Foundation
import Support
import TestSupport
import Testing

@Suite("Columns that are not logged as they come", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns) struct LogPrivacyTests {
    private static let rules = "key: id, log: {columns: {city: hash, age: drop, id: hash}}}"

    /// All bytes of the prediction log, as a text of bytes.
    private func logged(_ folder: TemporaryFolder) throws -> String {
        let place = folder.path(".martlet/predictions/loans")
        let names = try FileManager.default.contentsOfDirectory(atPath: place).filter { $0.hasSuffix(".predictions") }
        return try names.map { String(decoding: try Data(contentsOf: URL(fileURLWithPath: "\(place)/\($0)")), as: UTF8.self) }.joined()
    }

    @Test("They are in no file; labels, drift, replay and erasure say what that means") func withheld() async throws {
        let folder = try await Loans.trained(objectives: "{id: live, metric: accuracy, on: production, window: 1h, min: 0.1}")
        try folder.replace("key: id}", with: Self.rules)
        #expect(try await folder.martlet("charter", "confirm").status == 0)
        let server = try await LiveServer(folder)
        var ids: [String] = []
        for person in 0..<120 { ids += try await server.infer(incomes: [20 + Double(person) / 2], key: "person-\(person)") }
        #expect(await server.interrupt().status == 0)
        let bytes = try logged(folder)
        #expect(bytes.contains("income") && bytes.contains("hmac:"))
        #expect(!bytes.contains("Bern") && !bytes.contains("person-"))
        let why = try await folder.martlet("why", "prediction:\(ids[7])")
        #expect(why.status == 0 && why.output.contains("city=hmac:") && !why.output.contains("Bern") && !why.output.contains("age="), "\(why.output)")

        try folder.write("labels.csv", "id,late\n" + (0..<120).map { "person-\($0),\($0 < 40 ? "no" : "yes")" }.joined(separator: "\n") + "\n")
        let imported = try await folder.martlet("feedback", "import", "labels.csv", "--json").json
        #expect(imported["matched"].int == 120, "\(imported)")
        let checked = try await folder.martlet("check", "--json").json["checks"].elements
        #expect(checked.first?["value"].double != nil, "\(checked)")
        #expect(try await folder.martlet("why", "prediction:\(ids[7])").output.contains("The truth, known later: no"))

        let drift = try await folder.martlet("monitor", "drift", "--json").json
        #expect(drift["not_kept"].elements.compactMap(\.text) == ["age", "city"])
        #expect(drift["columns"].elements.compactMap { $0["column"].text }.sorted() == ["grade", "income"])
        let replay = try await folder.martlet("replay", "loans@v1", "--json").json
        #expect(replay["replayed"].int == 0 && replay["rows"].int == 120)
        #expect(replay["skipped"].elements.first?["reason"].text?.contains("log.columns") == true, "\(replay["skipped"])")

        let erased = try await folder.martlet("data", "erase", "--subject", "person-7", "--because", "asked for it", "--yes", "--json")
        #expect(try erased.json["predictions"].int == 1, "\(erased.output)\(erased.errors)")
        let gone = try await folder.martlet("why", "prediction:\(ids[7])")
        #expect(!gone.output.contains("hmac:") && (gone.output + gone.errors).contains("erased"), "\(gone)")
        #expect(try await folder.martlet("endpoint", "list", "--json").json.elements.first?["predictions"].int == 119)
    }

    @Test("A key cannot be dropped, and a name that the model does not take is told") func slips() async throws {
        let folder = try await Loans.trained()
        try folder.replace("key: id}", with: "key: id, log: {columns: {id: drop}}}")
        let refused = try await folder.martlet("status")
        #expect(refused.status == 1 && refused.errors.contains("Write hash in place of drop"), "\(refused.errors)")
        try folder.replace("id: drop", with: "ctiy: hash")
        let server = try await LiveServer(folder)
        #expect(await server.interrupt().errors.contains("says how “ctiy” is logged, but the model takes no such input"))
    }

    @Test("What the settings say tells of a person is hashed, unless they say otherwise") func personal() async throws {
        let folder = try await Loans.trained()
        try folder.replace("columns: {id: {", with: "columns: {city: {pii: address}, grade: {pii: none}, id: {pii: national_id, ")
        try folder.replace("key: id}", with: "key: id, log: {pii: drop}}")
        let server = try await LiveServer(folder)
        _ = try await server.infer(incomes: [40], key: "person-1")
        #expect(await server.interrupt().status == 0)
        let dropped = try logged(folder)
        #expect(!dropped.contains("Bern") && !dropped.contains("person-1") && dropped.contains("hmac:"), "A key is hashed, not dropped.")
        try folder.replace("log: {pii: drop}", with: "log: {pii: keep}")
        let open = try await LiveServer(folder)
        _ = try await open.infer(incomes: [40], key: "person-2")
        #expect(await open.interrupt().status == 0)
        #expect(try logged(folder).contains("Bern"))
        try folder.replace(", log: {pii: keep}", with: "")
        let usual = try await LiveServer(folder)
        _ = try await usual.infer(incomes: [40], key: "person-3")
        #expect(await usual.interrupt().status == 0)
        #expect(try logged(folder).contains("person-2") && !logged(folder).contains("person-3"), "Without a word it is hashed.")
    }

    @Test("What the settings call sensitive goes by one word") func sensitive() async throws {
        let folder = try await Loans.trained()
        try folder.replace("columns: {id:", with: "columns: {city: {sensitive: true}, id:")
        try folder.replace("key: id}", with: "key: id, log: {sensitive: drop}}")
        let server = try await LiveServer(folder)
        _ = try await server.infer(incomes: [30, 40])
        #expect(await server.interrupt().status == 0)
        #expect(try !logged(folder).contains("Bern") && logged(folder).contains("grade"))
    }
}

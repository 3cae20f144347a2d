import Foundation
import Support
import TestSupport
import Testing

@Suite("Rows to be answered", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns) struct PredictTests {
    private static let champion = "model:loans@champion"

    @Test("come back with their key first, and as objects in JSON") func keys() async throws {
        let folder = try await Loans.trained()
        try folder.write("new.csv", ([Loans.header] + Loans.rows(3, seed: 9)).joined(separator: "\n") + "\n")
        let lines = try await folder.martlet("predict", Self.champion, "new.csv").output.split(separator: "\n")
        #expect(lines.first == "id,label,probability")
        #expect(lines.dropFirst().map { $0.prefix(3) } == ["p0,", "p1,", "p2,"])
        let answers = try await folder.martlet("predict", Self.champion, "new.csv", "--json").json["answers"].elements
        #expect(answers.map { $0["id"].text } == ["p0", "p1", "p2"])
        #expect(answers.allSatisfy { (0...1).contains($0["probability"].double ?? -1) })
        #expect(try await folder.martlet("predict", Self.champion, "new.csv", "-o", "new.parquet").status == 0)
        try folder.write("bare.csv", "income,age,city,grade\n50,30,Bern,A\n")
        #expect(try await folder.martlet("predict", Self.champion, "bare.csv").output.hasPrefix("label,probability\n"))
    }

    @Test("whose numbers cannot be read are an error; a few among many are told and count as missing") func unreadable() async throws {
        let folder = try await Loans.trained()
        let rows = Loans.rows(2000, seed: 9)
        let semicolons = rows.map { $0.replacing(",", with: ";").replacing(".", with: ",") }
        try folder.write("semi.csv", ([Loans.header.replacing(",", with: ";")] + semicolons).joined(separator: "\n") + "\n")
        let refused = try await folder.martlet("predict", Self.champion, "semi.csv")
        #expect(refused.status == 1 && refused.output.isEmpty)
        #expect(refused.errors.contains("of 2000 values of “income” are no number, for example “"), "\(refused.errors)")
        try folder.write("few.csv", ([Loans.header, "p,50,seventy,Bern,A,no"] + rows).joined(separator: "\n") + "\n")
        let told = try await folder.martlet("predict", Self.champion, "few.csv")
        #expect(told.status == 0 && told.output.split(separator: "\n").count == 2002)
        #expect(told.errors.contains("1 of 2001 values of “age” are no integer and count as missing, for example “seventy”."), "\(told.errors)")
    }

    @Test("that are not there, or lack a column, are not blamed on the settings; nor is a folder that is not there") func places() async throws {
        let folder = try await Loans.trained()
        try folder.write("short.csv", "id,income\np1,50\n")
        let absent = try await folder.martlet("predict", Self.champion, "nope.csv")
        let short = try await folder.martlet("predict", Self.champion, "short.csv")
        let away = try await folder.martlet("predict", Self.champion, "loans.csv", "-o", "nonexistent/out.csv")
        #expect([absent, short, away].map(\.status) == [1, 1, 1])
        let told = [absent, short, away].map { folder.portable($0.errors) }.joined()
        #expect(try differenceFromGolden(told, "errors/predict-places.txt") == nil)
    }
}

import Experiments
import MLflow
import Testing

@Suite("Where a filter goes wrong") struct FilterPlaceTests {
    @Test(
        "the word that cannot stand where it does, the text that does not end, or the clause that asks for what there is not",
        arguments: [
            ("metrics.a > 1 nd metrics.b < 2", 14), ("metrics.a >", 11), ("metrics.", 8), ("metrics.a > 1 AND params.b = 'x", 29), ("a.b = 'c'", 0),
            ("metrics.a > 1 and params.b > 'x'", 18), ("metrics.ä > 1 and $", 18), ("metrics.a IN ('x')", 0),
            ("tags.t = 'x' and metrics.a = 'y'", 17),
        ])
    func places(_ filter: String, _ place: Int) {
        #expect { _ = try ClientLanguage.runs(of: filter) } throws: { ($0 as? FilterProblem)?.place == place }
    }

    @Test("a filter that can be read is read") func fine() throws {
        #expect(try ClientLanguage.runs(of: "metrics.a > 1 and tags.t IS NULL").conditions.count == 2)
    }
}

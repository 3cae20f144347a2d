import DuckDB
import Support
import Tables

/// An expectation with its aggregates asked for.
struct CompiledExpectation {
    /// Rows that were not expected, and how they are found again.
    struct Unexpected {
        /// The columns whose values are shown.
        var columns: [String]
        /// A SELECT of all columns, `martlet_row` and what the condition needs; nil where it needs nothing else.
        var source: String?
        /// What holds for a row that is not expected.
        var condition: String
    }

    /// The judgement.
    /// - Throws: `invalidInput` with the reason where there is none.
    var judge: (ValidationScan.Answers) throws(MartletError) -> ExpectationResult
    var unexpected: Unexpected?
    /// What is asked next, where the question depends on the first answers. The judgement above does not count then.
    var next: ((ValidationScan.Answers, inout ValidationScan) throws(MartletError) -> CompiledExpectation)?

    init(judge: @escaping (ValidationScan.Answers) throws(MartletError) -> ExpectationResult, unexpected: Unexpected? = nil) {
        self.judge = judge
        self.unexpected = unexpected
    }

    /// One whose question depends on what the first scan answers.
    init(next: @escaping (ValidationScan.Answers, inout ValidationScan) throws(MartletError) -> CompiledExpectation) {
        judge = { _ throws(MartletError) in throw MartletError(.defect, "An expectation was judged before its last question was asked.") }
        self.next = next
    }

    /// The same, with an error where there is a value to judge at all.
    func requiring(_ known: ValidationScan.Handle, _ error: MartletError) -> CompiledExpectation {
        let judge = judge
        return CompiledExpectation { answers throws(MartletError) in
            guard answers.count(known) == 0 else { throw error }
            return try judge(answers)
        }
    }

    /// One that cannot be judged.
    init(_ expectation: Expectation, failing error: MartletError) {
        let reason = error.cause.map { "\(error.message) \($0)" } ?? error.message
        judge = { _ in ExpectationResult(expectation, exception: reason) }
    }
}

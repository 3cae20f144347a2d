internal import Serving
internal import Support
internal import Tables

/// Logged rows that are asked together: few blocks or many, as the traffic made them.
struct ReplayBatch: Sendable {
    /// Rows from which on a batch is full.
    static let size = 8192

    private(set) var blocks: [PredictionBlock] = []
    private(set) var rowCount = 0

    var isFull: Bool { rowCount >= ReplayBatch.size }

    /// Takes the block in, or says that its columns are others.
    mutating func add(_ block: PredictionBlock) -> Bool {
        if let first = blocks.first, !ReplayBatch.isAlike(first.inputs, block.inputs) { return false }
        blocks.append(block)
        rowCount += block.rowCount
        return true
    }

    private static func isAlike(_ a: Table, _ b: Table) -> Bool {
        a.columns.count == b.columns.count && zip(a.columns, b.columns).allSatisfy { $0.name == $1.name && ($0.text == nil) == ($1.text == nil) }
    }

    /// Asks the model. Rows that it cannot answer are found by halving, so that one of them does not cost the others.
    func answered(by model: any ServedModel) throws(MartletError) -> ReplayAnswers {
        var answers = ReplayAnswers(batch: self)
        let names = model.signature.inputs.map(\.name)
        var parts: [Table] = []
        for block in blocks { parts.append(try block.inputs.selecting(names)) }
        answers.ask(model, parts.count == 1 ? parts[0] : try Table.joining(parts), 0..<rowCount)
        return answers
    }
}

/// What the version said to the rows of a batch.
struct ReplayAnswers: Sendable {
    let batch: ReplayBatch
    /// Rows that follow each other, and their answers.
    private var parts: [(rows: Range<Int>, answers: Answers)] = []
    private(set) var failed = 0
    /// Why the first of them could not be answered.
    private(set) var failure: String?
    /// How long the model took in all.
    private(set) var seconds = 0.0

    fileprivate init(batch: ReplayBatch) { self.batch = batch }

    fileprivate mutating func ask(_ model: any ServedModel, _ table: Table, _ rows: Range<Int>) {
        let start = monotonicSeconds()
        do throws(MartletError) {
            let answers = try model.answer(rows.count == table.rowCount ? table : table.rows(Array(rows)))
            guard answers.rowCount == rows.count else {
                throw MartletError(.defect, "The model answered \(answers.rowCount) rows where \(rows.count) were asked.")
            }
            seconds += monotonicSeconds() - start
            parts.append((rows, answers))
        } catch {
            guard rows.count > 1 else {
                failed += 1
                failure = failure ?? error.message
                return
            }
            let middle = rows.lowerBound + rows.count / 2
            ask(model, table, rows.lowerBound..<middle)
            ask(model, table, middle..<rows.upperBound)
        }
    }

    /// The rows that were answered as they were logged, with what the version says now.
    var pairs: [(then: PredictionBlock, now: Answers)] {
        var found: [(then: PredictionBlock, now: Answers)] = []
        var start = 0
        for block in batch.blocks {
            let own = start..<start + block.rowCount
            for part in parts where part.rows.overlaps(own) {
                let rows = part.rows.clamped(to: own)
                let then = rows == own ? block : block.rows(Array(rows.lowerBound - start..<rows.upperBound - start))
                found.append((then, part.answers.rows(rows.lowerBound - part.rows.lowerBound..<rows.upperBound - part.rows.lowerBound)))
            }
            start = own.upperBound
        }
        return found
    }
}

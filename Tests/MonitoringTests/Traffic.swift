import Monitoring
import Serving
import Support
import Tables
import TestSupport

/// A prediction log in a folder of its own. A row is a prediction with a probability, at a second, under a key.
final class Traffic {
    static let binary = Signature.Answer.binary(negative: "no", positive: "yes", threshold: 0.5)

    let folder: TemporaryFolder
    let clock = ManualClock(Timestamp(seconds: 0))
    private let log: PredictionLog
    private let ids: IdentifierSource

    init() throws {
        folder = try TemporaryFolder()
        log = try PredictionLog(folder: folder.path, endpoint: "income", options: PredictionLogOptions(), clock: clock)
        ids = IdentifierSource(clock: clock, seed: 1)
    }

    /// Logs predictions that were answered together, and returns their identifiers. `scores` holds one row after the other.
    @discardableResult
    func answer(
        _ scores: [Double], at second: Double, keys: [String?]? = nil, answer: Signature.Answer = Traffic.binary, version: Int = 1,
        latency: Int = 1000
    ) throws -> [TimeOrderedID] {
        clock.advance(to: Timestamp(seconds: second))
        let width = max(1, answer.classes.count == 2 ? 1 : answer.classes.count)
        let rows = scores.count / width
        let made = (0..<rows).map { _ in ids.next() }
        let batch = PredictionBatch(
            ids: made, time: Timestamp(seconds: second), model: ModelStamp(name: "income", version: version, alias: "champion", digest: "d"),
            inputs: try Table([Column("x", numbers: (0..<rows).map(Double.init))]), answers: Answers(scores: scores, width: width, labels: nil),
            answer: answer,
            keys: keys.map { TextValues($0) }, latency: latency)
        log.append(batch)
        log.flush()
        return made
    }

    /// Counts a request at a second.
    func count(_ outcome: RequestCounts.Outcome, at second: Double) { log.count(outcome, at: Timestamp(seconds: second)) }

    /// What is read of a period, in seconds.
    func reader() -> PredictionLogReader { log.reader() }

    /// The predictions between two seconds joined with labels.
    func joined(_ labels: [Label], from: Double = 0, to: Double = 1e9, within: Double? = nil, version: Int? = nil) throws -> LabelledPredictions {
        let bySubject = Dictionary(labels.map { ($0.subject, $0) }, uniquingKeysWith: { $1 })
        return try LabelledPredictions(
            reader(), Timestamp(seconds: from)..<Timestamp(seconds: to), labels: bySubject, within: within, version: version)
    }
}

extension Label {
    init(key: String, _ value: String, at second: Double = 0) { self.init(subject: .key(key), value: value, known: Timestamp(seconds: second)) }

    init(id: TimeOrderedID, _ value: String, at second: Double = 0) {
        self.init(subject: .prediction(id), value: value, known: Timestamp(seconds: second))
    }
}

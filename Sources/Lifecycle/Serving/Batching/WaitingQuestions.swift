import Support
import Telemetry

/// A question that waits for a thread.
struct WaitingQuestion: Sendable {
    let question: Question
    let model: any ServedModel
    let urgency: Urgency
    /// Where its wait is noted, and since when it waits; nil where nobody is told.
    var noted: (notes: RequestNotes, since: Double)? = RequestNotes.current.map { ($0, monotonicSeconds()) }
    /// Called once.
    let answer: @Sendable (Result<Question.Answer, MartletError>) -> Void

    /// Whether it can be asked together with another.
    fileprivate func joins(_ other: WaitingQuestion) -> Bool {
        model.version == other.model.version && model.digest == other.model.digest && question.joins(other.question)
    }
}

/// The state of a `WaitingLine`. Lives inside a mutex.
struct WaitingQuestions {
    enum Place {
        case needsThread
        case waits
        case refused(MartletError)
    }

    /// The most questions that wait, and the most that are looked at for company.
    static let limit = 4096
    private static let reach = 512

    /// How many are asked at once, each on a thread.
    let width: Int
    /// Seconds.
    let longestWait: Double
    /// The most urgent first, those of the same priority in the order of their arrival.
    private var line: [WaitingQuestion] = []
    private var running = 0
    /// How long a row takes, in seconds, zero where none was answered yet. Follows what is quicker at once and what is slower over some sixteen batches:
    /// a first call that took long, or a thread that was interrupted, is no reason to turn anybody away.
    private var secondsPerRow = 0.0
    private(set) var figures = LineFigures()

    init(width: Int, longestWait: Double) {
        self.width = width
        self.longestWait = longestWait
    }

    mutating func take(_ question: WaitingQuestion, at now: Double) -> Place {
        guard question.urgency.deadline > now else {
            figures.late += 1
            return .refused(Urgency.tooLate)
        }
        let place = line.partition { $0.urgency.priority <= question.urgency.priority }
        if running >= width, let refusal = refusal(question, behind: place, at: now) { return .refused(refusal) }
        line.insert(question, at: place)
        figures.waiting += question.question.rowCount
        guard running < width else { return .waits }
        running += 1
        return .needsThread
    }

    /// Why a question is not let in behind so many others; nil where it is.
    private mutating func refusal(_ question: WaitingQuestion, behind place: Int, at now: Double) -> MartletError? {
        // Nearly always nobody is let past, so that those behind are few.
        let rows = figures.waiting - line[place...].reduce(0) { $0 + $1.question.rowCount }
        let wait = Double(rows) * secondsPerRow / Double(width)
        let longest = min(longestWait, question.urgency.deadline - now)
        guard line.count >= WaitingQuestions.limit || wait > longest else { return nil }
        figures.shed += 1
        let again = max(1, Int((wait - longest).rounded(.up)))
        return MartletError(.unavailable, "The server is busy: \(rows) rows wait already. Try again in \(again) s.", retryAfter: again)
    }

    /// Takes out what is asked next, and what came too late to be asked.
    /// - Parameter rowLimit: the most rows that a version is asked at once.
    mutating func next(
        rowLimit: (any ServedModel) -> Int, at now: Double
    ) -> (batch: [WaitingQuestion], late: [WaitingQuestion]) {
        var (batch, late, rest): ([WaitingQuestion], [WaitingQuestion], [WaitingQuestion]) = ([], [], [])
        var (limit, rows) = (0, 0)
        for (place, waiting) in line.enumerated() {
            if waiting.urgency.deadline < now {
                late.append(waiting)
            } else if batch.isEmpty || place < WaitingQuestions.reach && rows + waiting.question.rowCount <= limit && waiting.joins(batch[0]) {
                if batch.isEmpty { limit = rowLimit(waiting.model) }
                batch.append(waiting)
                rows += waiting.question.rowCount
            } else {
                rest.append(waiting)
            }
        }
        line = rest
        figures.late += late.count
        figures.waiting -= late.reduce(rows) { $0 + $1.question.rowCount }
        return (batch, late)
    }

    mutating func countShed() { figures.shed += 1 }

    mutating func count(_ requests: Int, rows: Int, seconds: Double) {
        figures.batches += 1
        figures.requests += requests
        figures.rows += rows
        let taken = seconds / Double(max(1, rows))
        let isQuicker = secondsPerRow == 0 || taken < secondsPerRow
        secondsPerRow = isQuicker ? taken : secondsPerRow + (min(taken, 4 * secondsPerRow) - secondsPerRow) / 16
    }

    /// Ends the work of a thread.
    /// - Returns: whether another has to be begun, as questions wait.
    mutating func leave() -> Bool {
        guard line.isEmpty else { return true }
        running -= 1
        return false
    }

    /// A thread could not be had: takes out what nobody would answer.
    mutating func giveUp() -> [WaitingQuestion] {
        running -= 1
        guard running == 0 else { return [] }
        defer { (line, figures.waiting) = ([], 0) }
        return line
    }
}

extension Array<WaitingQuestion> {
    /// The first place whose question does not satisfy a condition that all before it do.
    fileprivate func partition(_ isBefore: (WaitingQuestion) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isBefore(self[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

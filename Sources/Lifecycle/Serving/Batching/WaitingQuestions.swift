import Support

/// A question that waits for a thread.
struct WaitingQuestion: Sendable {
    let question: Question
    let model: any ServedModel
    let urgency: Urgency
    /// Called once.
    let answer: @Sendable (Result<Question.Answer, MartletError>) -> Void
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
        let rows = line[..<place].reduce(0) { $0 + $1.question.rowCount }
        let wait = Double(rows) * secondsPerRow / Double(width)
        let longest = min(longestWait, question.urgency.deadline - now)
        guard line.count >= WaitingQuestions.limit || wait > longest else { return nil }
        figures.shed += 1
        let again = max(1, Int((wait - longest).rounded(.up)))
        return MartletError(
            .unavailable, "The server is busy: \(rows) rows wait already. Try again in \(again) s.", retryAfter: again)
    }

    /// Takes out what is asked next, and what came too late to be asked.
    /// - Parameter rowLimit: the most rows that a version is asked at once.
    mutating func next(
        rowLimit: (any ServedModel) -> Int, at now: Double
    ) -> (batch: [WaitingQuestion], late: [WaitingQuestion]) {
        var late: [WaitingQuestion] = []
        line.removeAll { waiting in
            guard waiting.urgency.deadline < now else { return false }
            late.append(waiting)
            return true
        }
        figures.late += late.count
        let places = line.first.map { company(of: $0, rowLimit: rowLimit($0.model)) } ?? []
        let batch = places.map { line[$0] }
        for place in places.reversed() { line.remove(at: place) }
        figures.waiting -= (batch + late).reduce(0) { $0 + $1.question.rowCount }
        return (batch, late)
    }

    /// The places of the first question and of those that are asked with it.
    private func company(of first: WaitingQuestion, rowLimit: Int) -> [Int] {
        var places = [0]
        var rows = first.question.rowCount
        for place in line.indices.dropFirst().prefix(WaitingQuestions.reach) where rows < rowLimit {
            let other = line[place]
            let isOfSame = other.model.version == first.model.version && other.model.digest == first.model.digest
            guard isOfSame, rows + other.question.rowCount <= rowLimit, first.question.joins(other.question) else { continue }
            places.append(place)
            rows += other.question.rowCount
        }
        return places
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

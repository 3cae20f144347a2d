package import Support

/// What of the log is to be asked again, and of whom.
package struct ReplayWish: Sendable {
    /// The version that is asked: `model:income@v7`.
    package var reference: String
    /// Whose log; the project's endpoint where it is nil.
    package var endpoint: String?
    /// When the rows were answered, from and to.
    package var period: Range<Timestamp>
    /// At most so many rows, the newest; all where it is nil.
    package var limit: Int?
    /// The difference beyond which a row counts as moved: of probabilities, or as a share of a value.
    package var threshold = 0.05
    /// On how many threads the model is asked.
    package var threads = 1

    package init(_ reference: String, endpoint: String? = nil, period: Range<Timestamp>, limit: Int? = nil) {
        self.reference = reference
        self.endpoint = endpoint
        self.period = period
        self.limit = limit
    }
}

/// Is told how far a replay has come.
package protocol ReplayObserver: Sendable {
    func reached(_ rows: Int, of total: Int)
    /// Whether it should end without a report.
    var isCancelled: Bool { get }
}

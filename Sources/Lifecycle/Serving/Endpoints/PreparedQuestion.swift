import Support
import Tables

/// A request that was read, with the version that is going to answer it.
struct PreparedQuestion: Sendable {
    let live: LiveVersions
    let question: Question
    /// The callers' keys of the rows.
    let keys: TextValues?
    let model: any ServedModel
    /// The identifier of the first row.
    let own: TimeOrderedID
    /// Whether the caller insists on the version.
    let isInsisted: Bool
    /// Whether its rows have sticky keys of different versions, so that the champion answers them.
    let isMixed: Bool
    let urgency: Urgency
    /// On the clock of `monotonicSeconds()`.
    let receivedAt: Double

    /// Whether the champion answers.
    var isForChampion: Bool { model.version == live.champion.version }
}

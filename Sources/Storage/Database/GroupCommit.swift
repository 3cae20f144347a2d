internal import Dispatch
internal import GRDB
internal import Support
internal import Synchronization

/// Lets writes that arrive at the same time share a transaction: each stands or falls by itself, and each is answered once all of them are kept.
/// Where the disk is what takes time, as many writers as there are cost one commit.
package final class GroupCommit: Sendable {
    private struct State {
        var waiting: [Entry] = []
        var isRunning = false
    }

    /// A write and what is done with its outcome.
    private struct Entry: Sendable {
        /// Does the write; keeps its outcome for `finish`.
        let work: @Sendable (SQLSession) throws -> Void
        /// Tells the outcome, or that the transaction failed as a whole.
        let finish: @Sendable (MartletError?) -> Void
    }

    private let database: any MetadataDatabase
    private let limit: Int
    private let width: Int
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "martlet.group-commit")

    /// - Parameters:
    ///   - limit: the number of writes that may wait.
    ///   - width: the most writes of one transaction.
    package init(_ database: any MetadataDatabase, limit: Int = 4096, width: Int = 256) {
        self.database = database
        self.limit = limit
        self.width = width
    }

    /// Writes, together with whoever else writes now. When this returns, the writes survive as those of `MetadataDatabase.write` do.
    /// - Throws: `unavailable` where too many wait already; what the body throws, and then nothing of it is kept.
    package func write<Result: Sendable>(_ body: @escaping @Sendable (SQLSession) throws -> Result) async throws -> Result {
        let outcome: Swift.Result<Result, any Error> = await withCheckedContinuation { continuation in
            let box = Mutex<Swift.Result<Result, any Error>?>(nil)
            let entry = Entry(
                work: { session in
                    do {
                        let value = try body(session)
                        box.withLock { $0 = .success(value) }
                    } catch {
                        box.withLock { $0 = .failure(GroupCommit.described(error)) }
                        throw error
                    }
                },
                finish: { failure in
                    let kept = box.withLock { $0 }
                    let own: Swift.Result<Result, any Error>? = if case .failure = kept { kept } else { nil }
                    let whole = failure.map { Swift.Result<Result, any Error>.failure($0) }
                    continuation.resume(returning: own ?? whole ?? kept ?? .failure(GroupCommit.undone))
                })
            if !submit(entry) { continuation.resume(returning: .failure(busy)) }
        }
        return try outcome.get()
    }

    private var busy: any Error {
        MartletError(.unavailable, "The server is busy: \(limit) writes wait already. Try again in a moment.")
    }

    private static let undone: any Error = MartletError(.defect, "A write of a group was not done. Send it again.")

    /// An error of the database in words; any other as it is.
    private static func described(_ error: any Error) -> any Error {
        error is DatabaseError ? SQLiteDatabase.describe(error, path: "The database") : error
    }

    private func submit(_ entry: Entry) -> Bool {
        let starts: Bool? = state.withLock { state in
            guard state.waiting.count < limit else { return nil }
            state.waiting.append(entry)
            defer { state.isRunning = true }
            return !state.isRunning
        }
        if starts == true { queue.async { self.drain() } }
        return starts != nil
    }

    private func drain() {
        while let group = take() { commit(group) }
    }

    private func take() -> [Entry]? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.isRunning = false
                return nil
            }
            let group = Array(state.waiting.prefix(width))
            state.waiting.removeFirst(group.count)
            return group
        }
    }

    /// One that stands alone needs no savepoint: where it fails, its transaction does.
    private func commit(_ group: [Entry]) {
        var failure: MartletError?
        do throws(MartletError) {
            try database.write { session in
                guard group.count > 1 else { return try group[0].work(session) }
                for entry in group { try session.attempt(entry.work) }
            }
        } catch { failure = error }
        for entry in group { entry.finish(failure) }
    }
}

import Database
import Experiments
import Pages
import Support
import Synchronization
import Web

/// The seats of those who follow something as it goes on: each is told every few seconds, so that there are not endlessly many.
final class FollowerSeats: Sendable {
    /// A seat; free again when nobody holds it any more.
    final class Seat: Sendable {
        private let seats: FollowerSeats

        fileprivate init(_ seats: FollowerSeats) { self.seats = seats }

        deinit { seats.taken.withLock { $0 -= 1 } }
    }

    private let most: Int
    private let taken = Mutex(0)

    init(most: Int) { self.most = most }

    /// - Throws: `unavailable` where there is none.
    func take() throws(MartletError) -> Seat {
        let isFree = taken.withLock { taken in
            guard taken < most else { return false }
            taken += 1
            return true
        }
        guard isFree else { throw MartletError(.unavailable, "\(most) listeners are there already. Try again when one has left.") }
        return Seat(self)
    }
}

/// Follows a run in the project's database.
final class ProjectRunFollower: RunFollower {
    /// The most points that are given at once.
    private static let most = 5000

    private let tail: Mutex<RunTail>
    private let database: any MetadataDatabase
    private let pool: WorkPool
    private let seat: FollowerSeats.Seat

    init(_ tail: RunTail, database: any MetadataDatabase, pool: WorkPool, seat: FollowerSeats.Seat) {
        self.tail = Mutex(tail)
        self.database = database
        self.pool = pool
        self.seat = seat
    }

    func next() async throws -> RunNews {
        try await pool.run { () throws(MartletError) in
            try self.tail.withLock { (tail) throws(MartletError) in
                let (points, run, after) = try self.database.read { session in
                    var tail = tail
                    // How it stands first: what comes between the two is still asked for once more.
                    let run = try RunReader.run(tail.run.id, in: session)
                    return (try tail.next(limit: ProjectRunFollower.most, in: session), run, tail)
                }
                tail = after
                return RunNews(
                    points: points.map { .init($0.name, step: $0.step, at: $0.at, value: $0.value) },
                    hasMore: points.count >= ProjectRunFollower.most,
                    standing: run.flatMap { RunStanding(rawValue: $0.status.rawValue) } ?? .interrupted)
            }
        }
    }
}

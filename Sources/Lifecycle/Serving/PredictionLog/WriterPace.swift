import Support

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Lets the threads that answer go first while the log is written: where all processors are busy, a block that is written in one go would take milliseconds
/// from them. The writer works for a fifth of a millisecond, then rests for as long.
struct WriterPace: Sendable {
    private static let turn = 0.0002
    private let mayRest: @Sendable () -> Bool
    private var workedSince = monotonicSeconds()

    /// - Parameter mayRest: whether nobody waits for the writer, and it is not behind.
    init(mayRest: @escaping @Sendable () -> Bool) { self.mayRest = mayRest }

    /// For the writer to call again and again.
    mutating func pause() {
        guard monotonicSeconds() - workedSince > WriterPace.turn else { return }
        if mayRest() { usleep(useconds_t(WriterPace.turn * 1e6)) }
        workedSince = monotonicSeconds()
    }
}

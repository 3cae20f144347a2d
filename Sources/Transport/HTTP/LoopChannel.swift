internal import HummingbirdCore
internal import Logging
internal import NIOCore

/// HTTP/1.1 whose requests are answered on the thread that reads their connection: what is quick goes out without waking another thread. What is
/// not leaves that thread (`GuardedRouter`).
struct LoopChannel: ServerChildChannel {
    private let base: HTTP1Channel

    init(_ base: HTTP1Channel) { self.base = base }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> { base.setup(channel: channel, logger: logger) }

    func handle(value: HTTP1Channel.Value, logger: Logger) async {
        await withTaskExecutorPreference(LoopExecutor(value.channel.eventLoop)) { await base.handle(value: value, logger: logger) }
    }
}

/// Runs tasks on an event loop.
private final class LoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(_ loop: any EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

/// The thread that reads a connection, on which quick routes are answered.
package enum Loop {
    /// Does something, on another thread where it may take long.
    package static func leave<Value: Sendable, Failure: Error>(
        if isLong: Bool, _ body: () async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        guard isLong else { return try await body() }
        return try await withTaskExecutorPreference(globalConcurrentExecutor, operation: body)
    }
}

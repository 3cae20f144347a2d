internal import Foundation
internal import Processes
internal import Support

/// A running worker: its process, the socket to it, and the line whose end it takes as its own end.
final class WorkerProcess: Sendable {
    let channel: WorkerChannel
    private let process: ChildProcess
    /// Nobody writes to it; it closes with this process.
    private let lifeline: Int32

    /// Starts one. What it prints goes to the log.
    /// - Throws: `unavailable` where it cannot be started.
    init(_ setup: WorkerSetup) throws(MartletError) {
        let line = try DescriptorPair.socket()
        let socket = try DescriptorPair.socket()
        let log = try setup.openLog()
        defer { for descriptor in [line.theirs, log, socket.theirs] { close(descriptor) } }
        let call = ProgramCall(setup.interpreter.path, ["-u", "-c", setup.program], environment: setup.environment)
        do { process = try ChildProcess(call, [0: line.theirs, 1: log, 2: log, 3: socket.theirs]) } catch {
            close(line.ours)
            close(socket.ours)
            throw MartletError(
                .unavailable, "\(setup.interpreter.path) cannot be started. Name another Python (--python).", cause: error.message)
        }
        channel = WorkerChannel(descriptor: socket.ours)
        lifeline = line.ours
    }

    deinit { end() }

    var id: Int32 { process.id }

    /// Kills it with its children, and waits until it is gone.
    private func end() {
        process.signalGroup(SIGKILL)
        process.wait()
        close(channel.descriptor)
        close(lifeline)
    }
}

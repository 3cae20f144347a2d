import Support

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A running worker: its process, the socket to it, and the line whose end it takes as its own end.
final class WorkerProcess: Sendable {
    let id: pid_t
    let channel: WorkerChannel
    /// Nobody writes to it; it closes with this process.
    private let lifeline: Int32

    /// Starts one. What it prints goes to the log.
    /// - Throws: `unavailable` where it cannot be started.
    init(_ setup: WorkerSetup) throws(MartletError) {
        let line = try Ends.pair()
        let socket = try Ends.pair()
        let log = try setup.openLog()
        let outcome = WorkerProcess.spawn(setup, [(line.theirs, 0), (log, 1), (log, 2), (socket.theirs, 3)])
        for descriptor in [line.theirs, log, socket.theirs] { close(descriptor) }
        switch outcome {
        case .success(let started):
            id = started
            channel = WorkerChannel(descriptor: socket.ours)
            lifeline = line.ours
        case .failure(let number):
            close(line.ours)
            close(socket.ours)
            throw MartletError(
                .unavailable,
                "\(setup.interpreter.path) cannot be started: \(String(cString: strerror(number.number))). Name another Python (--python).")
        }
    }

    deinit { end() }

    private struct Number: Error { var number: Int32 }

    /// - Parameter descriptors: which of ours become which of theirs.
    private static func spawn(_ setup: WorkerSetup, _ descriptors: [(Int32, Int32)]) -> Result<pid_t, Number> {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (ours, theirs) in descriptors { posix_spawn_file_actions_adddup2(&actions, ours, theirs) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A group of its own: Ctrl-C is for the server, which finishes what is under way; and its children end with it.
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        posix_spawnattr_setpgroup(&attributes, 0)
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        for number in [SIGINT, SIGTERM, SIGPIPE, SIGHUP, SIGIO] { sigaddset(&signals, number) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        let words = [setup.interpreter.path, "-u", "-c", setup.program]
        var child: pid_t = 0
        let status = withPointers(to: words) { arguments in
            withPointers(to: setup.environment.map { "\($0.key)=\($0.value)" }) { environment in
                posix_spawnp(&child, setup.interpreter.path, &actions, &attributes, arguments, environment)
            }
        }
        return status == 0 ? .success(child) : .failure(Number(number: status))
    }

    private static func withPointers<Value>(to texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Value) -> Value {
        let pointers = texts.map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        return body(pointers + [nil])
    }

    /// Kills it with its children, and waits until it is gone.
    private func end() {
        kill(-id, SIGKILL)
        kill(id, SIGKILL)
        var status: Int32 = 0
        while waitpid(id, &status, 0) < 0, errno == EINTR {}
        close(channel.descriptor)
        close(lifeline)
    }
}

/// The ends of a socket, neither inherited by other programs; above the descriptors that the worker gets, so that none is overwritten.
private struct Ends {
    var ours: Int32
    var theirs: Int32

    static func pair() throws(MartletError) -> Ends {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw .system("make a socket", "for the Python worker")
        }
        return try Ends(ours: ends[0], theirs: ends[1]).raised()
    }

    private func raised() throws(MartletError) -> Ends {
        let raised = Ends(ours: fcntl(ours, F_DUPFD_CLOEXEC, 10), theirs: fcntl(theirs, F_DUPFD_CLOEXEC, 10))
        let number = errno
        close(ours)
        close(theirs)
        guard raised.ours >= 0, raised.theirs >= 0 else { throw .system("open a descriptor", "for the Python worker", number: number) }
        return raised
    }
}

internal import CSpawn
internal import Foundation
package import Support
internal import Synchronization

/// A program that was started by this process. Whoever starts one waits for it, or kills it.
///
/// It has a process group of its own, so that Ctrl-C is for this process, which ends its children in order, and a signal to the group reaches all that it started.
package final class ChildProcess: Sendable {
    /// The ID of the process and of its group.
    package let id: Int32
    private let ending = Mutex<ProcessEnding?>(nil)

    /// Starts a program.
    /// - Parameter descriptors: which of its descriptors are which of ours, which stay open here; of the first three, those that are left out are `/dev/null`.
    /// - Throws: `notFound` or `inputOutput` where it cannot be started.
    package init(_ call: ProgramCall, _ descriptors: [Int32: Int32] = [:]) throws(MartletError) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for number in Int32(0)..<3 where descriptors[number] == nil { posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_RDWR, 0) }
        for (theirs, ours) in descriptors.sorted(by: { $0.key < $1.key }) { posix_spawn_file_actions_adddup2(&actions, ours, theirs) }
        posix_spawn_file_actions_addclosefrom_np(&actions, max(2, descriptors.keys.max() ?? 2) + 1)
        if let folder = call.folder { posix_spawn_file_actions_addchdir_np(&actions, folder) }
        var attributes = ChildProcess.attributes()
        defer { posix_spawnattr_destroy(&attributes) }
        var child: pid_t = 0
        let number = withPointers(to: [call.program] + call.arguments) { arguments in
            withPointers(to: (call.environment ?? ProcessInfo.processInfo.environment).map { "\($0.key)=\($0.value)" }) { variables in
                posix_spawnp(&child, call.program, &actions, &attributes, arguments, variables)
            }
        }
        guard number == 0 else { throw .system("start", call.program, number: number) }
        id = child
    }

    /// A group of its own, and signals as they are for a program that a shell starts: what is ignored or held back here is not so there.
    private static func attributes() -> posix_spawnattr_t {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        posix_spawnattr_setpgroup(&attributes, 0)
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        for number in [SIGINT, SIGTERM, SIGPIPE, SIGHUP, SIGIO] { sigaddset(&signals, number) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        return attributes
    }

    /// Waits until it has ended; several may wait. Blocks the thread.
    @discardableResult package func wait() -> ProcessEnding {
        if let known = ending.withLock({ $0 }) { return known }
        var facts = siginfo_t()
        // Without taking the ending away: its ID stays its own until the lock is held.
        while waitid(P_PID, id_t(id), &facts, WEXITED | WNOWAIT) < 0, errno == EINTR {}
        return ending.withLock { known in
            if let known { return known }
            var status: Int32 = 0
            var found = waitpid(id, &status, 0)
            while found < 0, errno == EINTR { found = waitpid(id, &status, 0) }
            // Where nobody tells how it ended, as where this process was started with SIGCHLD ignored, it did not end well.
            let ending = found == id ? ProcessEnding(status: status) : .exit(code: 255)
            known = ending
            return ending
        }
    }

    /// Sends it a signal, unless somebody has waited for its end.
    package func signal(_ number: Int32) {
        ending.withLock { known in if known == nil { kill(id, number) } }
    }

    /// Sends a signal to it and to all of its group that still run.
    package func signalGroup(_ number: Int32) {
        ending.withLock { known in
            kill(-id, number)
            if known == nil { kill(id, number) }
        }
    }

    /// Runs a program to its end, and reads what it prints. Blocks the thread.
    /// - Parameter joinsErrors: whether what it writes to standard error is read with the rest; else it is thrown away.
    /// - Throws: as `init`.
    package static func run(_ call: ProgramCall, joinsErrors: Bool = false) throws(MartletError) -> (ending: ProcessEnding, output: [UInt8]) {
        let line = try DescriptorPair.pipe()
        let child: ChildProcess
        do {
            child = try ChildProcess(call, joinsErrors ? [1: line.theirs, 2: line.theirs] : [1: line.theirs])
        } catch {
            line.close()
            throw error
        }
        close(line.theirs)
        defer { close(line.ours) }
        var output: [UInt8] = []
        readDescriptor(line.ours) { output += $0 }
        return (child.wait(), output)
    }
}

/// Reads a descriptor to its end, piece by piece. Blocks the thread.
package func readDescriptor(_ descriptor: Int32, _ take: (ArraySlice<UInt8>) -> Void) {
    var piece = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = read(descriptor, &piece, piece.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return }
        take(piece[..<count])
    }
}

private func withPointers<Value>(to texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Value) -> Value {
    let pointers = texts.map { strdup($0) }
    defer { for pointer in pointers { free(pointer) } }
    return body(pointers + [nil])
}

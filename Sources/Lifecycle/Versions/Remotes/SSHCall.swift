internal import Dispatch
internal import Foundation
internal import Processes
internal import Support
internal import Synchronization

/// One call of a program that reaches another machine: it is fed on this thread while others read what it says.
final class SSHCall: Sendable {
    private let process: ChildProcess
    private let input: Int32
    private let output: Int32
    private let complaints: Int32
    private let place: String
    private let complained = Mutex<[UInt8]>([])

    /// - Throws: `notFound` where there is no such program.
    init(_ call: [String], place: String) throws(MartletError) {
        // Input by a socket: writing to one that nobody reads any more is an error and no signal.
        let (said, fed, noted) = (try DescriptorPair.pipe(), try DescriptorPair.socket(), try DescriptorPair.pipe())
        self.place = place
        (input, output, complaints) = (fed.ours, said.ours, noted.ours)
        defer { for end in [fed.theirs, said.theirs, noted.theirs] { close(end) } }
        do throws(MartletError) {
            process = try ChildProcess(ProgramCall(call[0], Array(call.dropFirst())), [0: fed.theirs, 1: said.theirs, 2: noted.theirs])
        } catch {
            for end in [input, output, complaints] { close(end) }
            throw error.code == .notFound
                ? MartletError(.notFound, "There is no program “\(call[0])” on this machine, which reaches \(place). Install OpenSSH's client.")
                : error
        }
    }

    /// The last lines that it wrote to standard error.
    var errors: String {
        String(decoding: complained.withLock { $0 }, as: UTF8.self).split(whereSeparator: \.isNewline).suffix(3).joined(separator: " ")
    }

    /// Feeds it, reads what it says to the end, and waits for it. Called once.
    /// - Parameters:
    ///   - take: called on another thread with what it says.
    ///   - feed: called on this thread to `give` bytes. Where it throws, the program is ended.
    /// - Throws: what `feed` throws; `unavailable`, `unauthenticated`, `storageFull` where the program ended with an error.
    func exchange(
        take: @escaping @Sendable (ArraySlice<UInt8>) -> Void,
        feed: () throws(MartletError) -> Void = {}
    ) throws(MartletError) {
        let reading = DispatchGroup()
        DispatchQueue.global().async(group: reading) {
            readDescriptor(self.complaints) { part in self.complained.withLock { $0 = Array(($0 + part).suffix(65_536)) } }
        }
        DispatchQueue.global().async(group: reading) { readDescriptor(self.output, take) }
        var failure: MartletError?
        do throws(MartletError) { try feed() } catch {
            failure = error
            // Before its input ends: what is half must not look like all.
            if error.code != .unavailable { process.signalGroup(SIGTERM) }
        }
        close(input)
        reading.wait()
        for end in [output, complaints] { close(end) }
        let ending = process.wait()
        if let failure, failure.code != .unavailable { throw failure }
        if ending != .exit(code: 0) { throw SSHCall.failure(errors, ending, place) }
        if let failure { throw failure }
    }

    /// Sends bytes to it, within `exchange`.
    /// - Throws: `unavailable` where the program reads no more.
    func give(_ bytes: [UInt8]) throws(MartletError) {
        #if canImport(Glibc)
            let flags = Int32(MSG_NOSIGNAL)
        #else
            let flags: Int32 = 0
        #endif
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeBytes { send(input, $0.baseAddress.map { $0 + offset }, bytes.count - offset, flags) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw MartletError(.unavailable, "\(place) took no more of what was sent. Try again.") }
            offset += count
        }
    }

    private static func failure(_ said: String, _ ending: ProcessEnding, _ place: String) -> MartletError {
        if said.contains("Permission denied") || said.contains("Host key verification") {
            return MartletError(
                .unauthenticated, "\(place) did not let this user in. “ssh” to that machine has to work without a question.", cause: said)
        }
        if said.contains("No space left") {
            return MartletError(.storageFull, "The disk of \(place) is full. Make room there; what has arrived stays.", cause: said)
        }
        return MartletError(.unavailable, "\(place) could not do what was asked; the call ended with \(ending).", cause: said)
    }
}

/// What a program says, gathered by the thread that reads it.
final class SaidText: Sendable {
    private let bytes = Mutex<[UInt8]>([])

    func add(_ part: ArraySlice<UInt8>) { bytes.withLock { $0 += part } }

    var all: [UInt8] { bytes.withLock { $0 } }
}

import Foundation
import Processes
import Support
import TestSupport
import Testing

/// Other programs as children: the real shell.
@Suite("Programs started")
struct ProcessesTests {
    private func shell(_ script: String, in folder: String? = nil, environment: [String: String]? = nil) throws -> (ProcessEnding, String) {
        let (ending, output) = try ChildProcess.run(ProgramCall("sh", ["-c", script], in: folder, environment: environment), joinsErrors: true)
        return (ending, String(decoding: output, as: UTF8.self))
    }

    @Test("tell what they print, how they end, where they work and what they were given")
    func whole() throws {
        let folder = try TemporaryFolder()
        #expect(try shell("echo out; echo error >&2; exit 3") == (.exit(code: 3), "out\nerror\n"))
        #expect(try shell("kill -9 $$").0 == .signal(9))
        #expect(try shell("pwd; echo $WORD", in: folder.path, environment: ["WORD": "a b"]) == (.exit(code: 0), "\(folder.path)\na b\n"))
        #expect(try shell("head -c 300000 /dev/zero").1.utf8.count == 300_000)
    }

    @Test("that are not there are an error, and so is a folder that is not")
    func absent() throws {
        #expect(errorCode { _ = try ChildProcess.run(ProgramCall("no-such-program-here")) } == .notFound)
        #expect(errorCode { _ = try ChildProcess.run(ProgramCall("sh", ["-c", "true"], in: "/no/such/folder")) } == .notFound)
    }

    @Test("get nothing of ours: no open file, however many there are, and no signal that is ignored or held back here")
    func inherited() throws {
        let open = (0..<200).map { _ in dup(0) }
        defer { for descriptor in open { close(descriptor) } }
        #expect(try shell("ls /proc/self/fd | wc -l").1.trimmingCharacters(in: .whitespacesAndNewlines) == "4")
        let signals = try shell("grep -E 'Sig(Blk|Ign)' /proc/self/status").1.split(separator: "\n").compactMap { $0.split(separator: "\t").last }
        // Beyond the first 31 are those of the C library itself.
        #expect(signals.map { UInt64($0, radix: 16).map { $0 & 0x7fff_ffff } } == [0, 0])
    }

    @Test("end with their whole group by a signal to it, and whoever waits twice is told the same")
    func group() throws {
        let line = try DescriptorPair.pipe()
        let child = try ChildProcess(ProgramCall("sh", ["-c", "sleep 600 & sleep 600"]), [1: line.theirs])
        close(line.theirs)
        child.signalGroup(SIGKILL)
        #expect(child.wait() == .signal(SIGKILL))
        #expect(child.wait() == .signal(SIGKILL))
        // The pipe ends only where nobody of the group is left to write to it.
        readDescriptor(line.ours) { _ in }
        close(line.ours)
    }
}

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The processors that this process may run on.
package enum Processors {
    /// How many there are for this process, at least 1: those of a container or `taskset`, not of the whole machine.
    package static let available: Int = allowed ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))

    /// From the mask of the process; nil where the system keeps none. The headers show the call only to programs in C.
    private static var allowed: Int? {
        typealias Call = @convention(c) (pid_t, Int, UnsafeMutableRawPointer) -> Int32
        guard let symbol = dlsym(nil, "sched_getaffinity") else { return nil }
        var mask = [UInt64](repeating: 0, count: 64)
        let failed = mask.withUnsafeMutableBytes { bytes in
            bytes.baseAddress.map { unsafeBitCast(symbol, to: Call.self)(0, bytes.count, $0) != 0 } ?? true
        }
        let count = mask.reduce(0) { $0 + $1.nonzeroBitCount }
        return failed || count == 0 ? nil : count
    }
}

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The memory of this process that the system holds for it.
enum ResidentMemory {
    /// Bytes; nil where the system does not tell.
    static var bytes: Int? {
        guard let file = fopen("/proc/self/statm", "r") else { return nil }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        guard fgets(&line, Int32(line.count), file) != nil else { return nil }
        let numbers = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self).split(separator: " ")
        return numbers.count > 1 ? Int(numbers[1]).map { $0 * sysconf(Int32(_SC_PAGESIZE)) } : nil
    }

    /// Gives pages back to the system that were freed: the allocator of the C library keeps them otherwise.
    static func trim() {
        typealias Trim = @convention(c) (Int) -> CInt
        // Only the GNU library has it.
        guard let function = dlsym(nil, "malloc_trim") else { return }
        _ = unsafeBitCast(function, to: Trim.self)(0)
    }
}

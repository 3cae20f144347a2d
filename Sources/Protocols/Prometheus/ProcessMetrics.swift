#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The standard metrics of a process, by the names that Prometheus's client libraries give them.
enum ProcessMetrics {
    static func write(to text: inout Exposition) {
        var usage = rusage()
        #if canImport(Glibc)
            let own = __rusage_who_t(RUSAGE_SELF.rawValue)
        #else
            let own = RUSAGE_SELF
        #endif
        guard getrusage(own, &usage) == 0 else { return }
        text.family("process_cpu_seconds_total", .counter, "Seconds of user and system time.")
        text.sample("process_cpu_seconds_total", [], seconds(usage.ru_utime) + seconds(usage.ru_stime))
        if let pages = statistics("/proc/self/statm")?.dropFirst().first {
            text.family("process_resident_memory_bytes", .gauge, "Bytes of memory in use.")
            text.sample("process_resident_memory_bytes", [], pages * Double(sysconf(Int32(_SC_PAGESIZE))))
        }
        if let files = openFiles() {
            text.family("process_open_fds", .gauge, "Open files and connections.")
            text.sample("process_open_fds", [], files)
        }
        var limit = rlimit()
        #if canImport(Glibc)
            let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
            let resource = RLIMIT_NOFILE
        #endif
        guard getrlimit(resource, &limit) == 0 else { return }
        text.family("process_max_fds", .gauge, "How many files and connections may be open.")
        text.sample("process_max_fds", [], Double(limit.rlim_cur))
    }

    private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }

    /// The numbers of a line that the system writes; nil where it writes none.
    private static func statistics(_ path: String) -> [Double]? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 512)
        guard fgets(&line, Int32(line.count), file) != nil else { return nil }
        return String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self).split(separator: " ").compactMap { Double($0) }
    }

    private static func openFiles() -> Double? {
        guard let folder = opendir("/proc/self/fd") else { return nil }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        return Double(count - 3)  // “.”, “..”, and the folder itself.
    }
}

import Foundation

/// How many files this process may have open: each connection is one.
enum OpenFiles {
    /// The most that is asked for: some systems allow any number and then refuse it.
    private static let most: rlim_t = 65_536

    /// Raises the limit to what the system lets a process have. Shells start programs with a low one, for the sake of old programs.
    static func raiseLimit() {
        #if canImport(Darwin)
            let resource = RLIMIT_NOFILE
        #else
            let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #endif
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0, limit.rlim_cur < min(limit.rlim_max, most) else { return }
        limit.rlim_cur = min(limit.rlim_max, most)
        // Where it is refused, the server works with what it has.
        _ = setrlimit(resource, &limit)
    }
}

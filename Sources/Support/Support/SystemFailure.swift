#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension MartletError {
    /// The error for a failed system call on a path. A full disk gets its own code and sentence.
    package static func system(_ action: String, _ path: String, number: Int32 = errno) -> MartletError {
        let reason = String(cString: strerror(number))
        switch number {
        case ENOSPC, EDQUOT:
            return MartletError(
                .storageFull, "The disk is full: \(action) \(path) failed, and nothing was changed. Free some space and run the command again.")
        case ENOENT: return MartletError(.notFound, "\(path) does not exist.")
        case EACCES, EPERM: return MartletError(.inputOutput, "No permission to \(action) \(path).")
        default: return MartletError(.inputOutput, "Could not \(action) \(path): \(reason).")
        }
    }
}

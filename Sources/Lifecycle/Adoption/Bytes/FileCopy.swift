import Support

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Copies files piece by piece.
enum FileCopy {
    /// Writes the content of one file behind that of another, which is made where it is missing.
    static func append(_ source: String, to target: String) throws(MartletError) {
        let input = open(source, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { throw .system("read", source) }
        defer { close(input) }
        let output = try opened(target)
        defer { close(output) }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = read(input, &buffer, buffer.count)
            guard count >= 0 else { throw .system("read", source) }
            if count == 0 { return }
            try write(buffer[..<count], to: output, target)
        }
    }

    static func append(bytes: [UInt8], to target: String) throws(MartletError) {
        let output = try opened(target)
        defer { close(output) }
        try write(bytes[...], to: output, target)
    }

    static func remove(_ path: String) { unlink(path) }

    /// Gives a finished file its name, in the place of what has it.
    static func rename(_ path: String, to name: String) throws(MartletError) {
        guard systemRename(path, name) == 0 else { throw .system("write", name) }
    }

    private static func opened(_ path: String) throws(MartletError) -> Int32 {
        let output = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard output >= 0 else { throw .system("write", path) }
        return output
    }

    private static func write(_ bytes: ArraySlice<UInt8>, to output: Int32, _ path: String) throws(MartletError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { systemWrite(output, $0.baseAddress, $0.count) }
            guard count > 0 else { throw .system("write", path) }
            rest = rest.dropFirst(count)
        }
    }
}

/// The system's calls, which the methods of the same names hide.
private func systemWrite(_ descriptor: Int32, _ start: UnsafeRawPointer?, _ count: Int) -> Int { write(descriptor, start, count) }

private func systemRename(_ path: String, _ name: String) -> Int32 { rename(path, name) }

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
import Support

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

/// The system's call, which the method of the same name hides.
private func systemWrite(_ descriptor: Int32, _ start: UnsafeRawPointer?, _ count: Int) -> Int { write(descriptor, start, count) }

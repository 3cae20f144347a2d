internal import Foundation

/// A mark on a content's file that its bytes were held against its name, so that a large one is not read anew for each use: an extended attribute with the
/// name and the file's stamp. It holds until anybody writes to the file. Where the file system keeps no such attributes, contents are read each time.
enum ContentSeal {
    /// Up to this size, in bytes, contents are read each time, which costs about as much as asking.
    static let least = 1 << 20

    private static let attribute = "user.martlet.checked"

    /// Marks an open file whose bytes are known to have a name. That it cannot be marked is no error.
    static func set(_ file: OpenFile, _ name: ContentName) {
        guard let set = calls?.set, let stamp = try? file.stamp(), stamp.size > least, stamp.isAtRest else { return }
        let text = mark(name, stamp)
        withWriting(file.descriptor) { _ = set(file.descriptor, attribute, text, text.utf8.count, 0) }
    }

    /// Marks a file that nobody else knows yet. Its time is put back by a second, so that a change within the clock's blur shows, too.
    static func set(own path: String, _ name: ContentName) {
        guard calls != nil, let stamp = try? FileStamp(of: path), stamp.size > least, let file = try? OpenFile(reading: path) else { return }
        let second = (stamp.modified - 1_000_000_000) / 1_000_000_000
        let times = [timespec(tv_sec: second, tv_nsec: 0), timespec(tv_sec: second, tv_nsec: 0)]
        guard futimens(file.descriptor, times) == 0 else { return }
        set(file, name)
    }

    /// Whether nobody has written to a file since its bytes were found to have the name.
    static func holds(_ file: OpenFile, _ name: ContentName) -> Bool {
        guard let get = calls?.get, let stamp = try? file.stamp(), stamp.size > least else { return false }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = get(file.descriptor, attribute, &bytes, bytes.count)
        return count > 0 && bytes[..<count].elementsEqual(mark(name, stamp).utf8)
    }

    /// Takes the mark away, where a file has changed although its stamp has not: the disk has lost it.
    static func remove(_ file: OpenFile) {
        guard let remove = calls?.remove else { return }
        withWriting(file.descriptor) { _ = remove(file.descriptor, attribute) }
    }

    private static func mark(_ name: ContentName, _ stamp: FileStamp) -> String { "\(name) \(stamp.size) \(stamp.modified) \(stamp.inode)" }

    /// Attributes can be changed only of files that may be written to.
    private static func withWriting(_ descriptor: Int32, _ work: () -> Void) {
        var info = stat()
        guard fstat(descriptor, &info) == 0 else { return }
        let mode = info.st_mode & 0o7777
        let isReadOnly = mode & S_IWUSR == 0
        if isReadOnly { fchmod(descriptor, mode | S_IWUSR) }
        work()
        if isReadOnly { fchmod(descriptor, mode) }
    }

    // MARK: - Linux's calls, which the headers show only to programs in C

    private typealias SetCall = @convention(c) (Int32, UnsafePointer<CChar>, UnsafeRawPointer, Int, Int32) -> Int32
    private typealias GetCall = @convention(c) (Int32, UnsafePointer<CChar>, UnsafeMutableRawPointer, Int) -> Int
    private typealias RemoveCall = @convention(c) (Int32, UnsafePointer<CChar>) -> Int32

    private struct Calls {
        let set: SetCall
        let get: GetCall
        let remove: RemoveCall
    }

    private static let calls: Calls? = {
        #if os(Linux)
            guard let set = dlsym(nil, "fsetxattr"), let get = dlsym(nil, "fgetxattr"), let remove = dlsym(nil, "fremovexattr") else { return nil }
            return Calls(
                set: unsafeBitCast(set, to: SetCall.self), get: unsafeBitCast(get, to: GetCall.self),
                remove: unsafeBitCast(remove, to: RemoveCall.self))
        #else
            return nil
        #endif
    }()
}

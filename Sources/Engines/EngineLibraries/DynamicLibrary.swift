package import Support
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A native library in this process: loaded once, when first asked for, and never unloaded.
///
/// Unchecked Sendable: the handle is written once before the value is shared, the library stays loaded for the life of the process, and
/// `dlsym` may be called from any thread.
package struct DynamicLibrary: @unchecked Sendable {
    /// The path or the system name under which it was loaded.
    package let path: String
    private let handle: UnsafeMutableRawPointer

    private static let loaded = Mutex<[String: DynamicLibrary]>([:])

    /// The library at a path, or by its system name.
    /// - Parameter global: whether its symbols serve libraries that are loaded later.
    /// - Throws: `engineMissing` with the loader's reason.
    package static func load(_ path: String, global: Bool = false) throws(MartletError) -> DynamicLibrary {
        let outcome: Result<DynamicLibrary, MartletError> = loaded.withLock { libraries in
            if let library = libraries[path] { return .success(library) }
            guard let handle = dlopen(path, RTLD_NOW | (global ? RTLD_GLOBAL : RTLD_LOCAL)) else {
                let reason = dlerror().map { String(cString: $0) }
                return .failure(
                    MartletError(
                        .engineMissing, "The library \(path) cannot be loaded. Install what it misses, or run `make setup` to fetch it again.",
                        cause: reason))
            }
            let library = DynamicLibrary(path: path, handle: handle)
            libraries[path] = library
            return .success(library)
        }
        return try outcome.get()
    }

    /// Whether there is a file at a path.
    package static func exists(_ path: String) -> Bool { FolderSearch.isFile(path) }

    /// The address of a symbol.
    /// - Throws: `engineMissing` where the library lacks it: another version than the pinned one.
    package func symbol(_ name: String) throws(MartletError) -> UnsafeMutableRawPointer {
        guard let address = dlsym(handle, name) else {
            throw MartletError(
                .engineMissing,
                "The library \(path) has no “\(name)”: it is not of a version that Martlet can use. Run `make setup` to fetch the right one.")
        }
        return address
    }

    /// A function by its name, as the C function type that the caller expects.
    package func function<Function>(_ name: String, as type: Function.Type = Function.self) throws(MartletError) -> Function {
        unsafeBitCast(try symbol(name), to: type)
    }
}

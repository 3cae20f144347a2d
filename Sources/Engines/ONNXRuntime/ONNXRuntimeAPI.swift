import EngineHeaders
import EngineLibraries
import Support
import Synchronization

/// ONNX Runtime's functions and its environment, made once a library and kept for ever.
///
/// Unchecked Sendable: immutable addresses; the environment and the default allocator may be used from any thread.
struct ONNXRuntimeAPI: @unchecked Sendable {
    let calls: martlet_ort_calls
    let environment: UnsafeMutableRawPointer
    let allocator: UnsafeMutableRawPointer
    /// The library's version, `1.32.0`.
    let version: String

    /// The version of the table that is asked for: the lowest that has every call above.
    private static let tableVersion: UInt32 = 16
    private static let loaded = Mutex<[String: ONNXRuntimeAPI]>([:])

    /// The library that the locator finds; loads it on first use.
    /// - Throws: `engineMissing` where it is absent or too old.
    static func load(_ locator: EngineLocator) throws(MartletError) -> ONNXRuntimeAPI {
        let path = try locator.require(.onnxruntime)
        return try loaded.withLock { (apis) throws(MartletError) in
            if let api = apis[path] { return api }
            let api = try ONNXRuntimeAPI(path: path)
            apis[path] = api
            return api
        }
    }

    private init(path: String) throws(MartletError) {
        let getBase: martlet_ort_get_api_base = try DynamicLibrary.load(path).function("OrtGetApiBase")
        guard let base = getBase()?.pointee, let table = base.get_api(Self.tableVersion) else {
            throw MartletError(
                .engineMissing, "The library \(path) is older than ONNX Runtime 1.\(Self.tableVersion). \(Engine.onnxruntime.howToGet)")
        }
        calls = martlet_ort_calls_of(table)
        version = String(cString: base.get_version_string())
        let silent: CInt = 4
        var environment: UnsafeMutableRawPointer?
        var allocator: UnsafeMutableRawPointer?
        let statuses = [calls.create_env(silent, "martlet", &environment), calls.get_allocator_with_default_options(&allocator)]
        guard statuses.allSatisfy({ $0 == nil }), let environment, let allocator else {
            throw MartletError(.engineMissing, "ONNX Runtime \(version) does not start. \(Engine.onnxruntime.howToGet)")
        }
        self.environment = environment
        self.allocator = allocator
    }

    /// Turns a status into an error with the engine's reason, and releases it.
    func check(_ status: UnsafeMutableRawPointer?, _ message: @autoclosure () -> String) throws(MartletError) {
        guard let status else { return }
        let reason = String(cString: calls.get_error_message(status))
        calls.release_status(status)
        throw MartletError(.invalidInput, message(), cause: reason)
    }

    /// Takes over a text that the engine allocated.
    func text(_ pointer: UnsafeMutablePointer<CChar>?) -> String {
        guard let pointer else { return "" }
        let text = String(cString: pointer)
        release(pointer)
        return text
    }

    /// Gives memory back to the engine's allocator.
    func release(_ pointer: UnsafeMutableRawPointer) {
        if let status = calls.allocator_free(allocator, pointer) { calls.release_status(status) }
    }
}
